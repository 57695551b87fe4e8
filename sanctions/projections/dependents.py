"""Which renderings change when records are written: those that show the records or their effects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

import orjson
from django.db import models

from sanctions.models import (
    SUBJECT_MODELS,
    Actor,
    Effect,
    Event,
    Tenure,
)
from sanctions.projections.rendered_documents import reference
from sanctions.records.base import Document, references, target
from sanctions.records.encode import Label, Labels, chunks, label_text
from sanctions.records.registry import RECORD_TYPES, SERVED_PARTS
from sanctions.vocabulary import SUBJECT_FIELDS, WHOLE_OF, State

#: What shows an effect in its history, and the path from the effect to it.
_SHOWS_EFFECTS: Final[tuple[tuple[type[models.Model], str], ...]] = (
    *((model, str(subject)) for subject, model in SUBJECT_MODELS.items()),
    *((SUBJECT_MODELS[whole], f"{part}__{whole}") for part, whole in WHOLE_OF.items()),
)
#: Model → primary keys.
RowIds = dict[type[models.Model], set[int]]


def dependents(written: RowIds, known: RowIds) -> RowIds:
    """Return the rows whose renderings change with the written ones, these included.

    Other records show a record by its name and URL, if these changed; and the subjects of an event's effects show these
    effects, before and after. ``known`` are those of the written rows that existed before: no other row shows new ones.
    """
    return _union(
        written,
        _rows_showing(_renamed(known)),
        _rows_with_effects("event", written[Event]),
        _former_subjects(known.get(Event, ())),
    )


def ids_where(model: type[models.Model], column: str, values: Iterable[int], wanted: str = "pk") -> set[int]:
    """Return a column of the rows whose other column is among the values; nulls are left out."""
    ids: set[int] = set()
    for chunk in chunks(values):
        ids.update(model._default_manager.filter(**{f"{column}__in": chunk}).values_list(wanted, flat=True))
    return ids - {None}


def _union(*many: RowIds) -> RowIds:
    union: RowIds = defaultdict(set)
    for rows in many:
        for model, ids in rows.items():
            union[model] |= ids
    return union


def _renamed(changed: RowIds) -> RowIds:
    """Return the rows whose name or URL differs from that in their stored rendering.

    Tenures have no rendering of their own: those of a changed actor count as renamed.
    """
    renamed: RowIds = defaultdict(set)
    for model, ids in changed.items():
        labels = Labels()
        labels.learn({model: ids})
        for chunk in chunks(ids):
            for pk, text in model._default_manager.filter(pk__keyed=chunk).values_list("pk", "rendering"):
                label = labels.of(model, pk)
                if (
                    not text
                    or not label.published
                    or reference(label) != _former_reference(label.model, orjson.loads(text))
                ):
                    renamed[model].add(pk)
        if model is Actor:
            renamed[Tenure] = ids_where(Tenure, "actor", ids)
    return renamed


def _former_reference(model: str, rendering: Document) -> Document:
    return reference(Label(model, rendering["slug"], label_text(model, rendering), State.PUBLISHED))


def _rows_showing(renamed: RowIds) -> RowIds:
    """Return the rows whose renderings refer to one of the renamed rows."""
    showing: RowIds = defaultdict(set)
    for record_type in RECORD_TYPES:
        for owner, key in references(record_type.keys, record_type.model):
            ids = renamed.get(target(owner, key), set())
            if owner is record_type.model:
                showing[owner] |= ids_where(owner, key.field, ids)
                continue
            parent = next(
                name
                for name in owner.parents  # type: ignore[attr-defined]
                if owner._meta.get_field(name).related_model is record_type.model
            )
            showing[record_type.model] |= ids_where(owner, key.field, ids, parent)
            if owner in SERVED_PARTS:
                showing[owner] |= ids_where(owner, key.field, ids)
            if owner is Effect:
                showing = _union(showing, _rows_with_effects(key.field, ids))
    for part, (record_type, _, owner_name) in SERVED_PARTS.items():
        showing[part] |= ids_where(part, owner_name, renamed.get(record_type.model, set()))
    return _union(showing, _rows_with_effects("event", renamed.get(Event, set())))


def _rows_with_effects(column: str, ids: Iterable[int]) -> RowIds:
    """Return the rows that show effects in their history: all effects whose column is among the ids."""
    rows: RowIds = defaultdict(set)
    for chunk in chunks(ids):
        effects = Effect._default_manager.filter(**{f"{column}__keyed": chunk})
        for shown in effects.values_list(*(path for _, path in _SHOWS_EFFECTS)):
            for (model, _), pk in zip(_SHOWS_EFFECTS, shown, strict=True):
                if pk is not None:
                    rows[model].add(pk)
    return rows


def _former_subjects(events: Iterable[int]) -> RowIds:
    """Return the rows named by effects in the stored renderings of events: these effects may have been deleted."""
    slugs: dict[str, set[str]] = defaultdict(set)
    for chunk in chunks(events):
        for text in Event.objects.filter(pk__keyed=chunk).exclude(rendering="").values_list("rendering", flat=True):
            for effect in orjson.loads(text).get("effects", ()):
                for name in SUBJECT_FIELDS:
                    if name in effect:
                        slugs[name].add(effect[name]["slug"])
    rows: RowIds = defaultdict(set)
    for model, path in _SHOWS_EFFECTS:
        name, _, owner = path.partition("__")
        part = next(shown for shown, other in _SHOWS_EFFECTS if other == name)
        for chunk in chunks(slugs[name]):
            rows[model].update(
                part._default_manager.filter(slug__in=chunk).values_list(f"{owner}_id" if owner else "pk", flat=True)
            )
    return rows
