"""Rendered records: the API's answer for each, stored, without what depends on the question.

This is the one place where documents become bytes. A rendering is the document with its references
resolved to slug, name and link, and with what other records say of it that belongs on its page: the
effects on it. It is derived data; ``manage.py render`` rebuilds it, and whatever changes a record calls
:func:`render_with_dependents`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final

import orjson
from django.db import models

from sanctions.database.bulk_writes import update
from sanctions.database.past_views import known_at
from sanctions.edtf import humanise
from sanctions.ledger.history import Keys, keep_history
from sanctions.ledger.versions import notices_of, versions_of
from sanctions.models import (
    Actor,
    Agreement,
    Commitment,
    Effect,
    Event,
    Measure,
    Order,
    Record,
    Rendered,
    Tenure,
    Violation,
    past_of,
)
from sanctions.projections.appearances import appear
from sanctions.projections.search_entries import forget_all_but, index
from sanctions.records.agreements import AGREEMENT
from sanctions.records.base import Document, Key, RecordType, Ref, Rows, Value, default_of, plain, references, target
from sanctions.records.encode import Label, Labels, Loaded, assemble, chunks, label_text, load, wanted
from sanctions.records.events import EVENT
from sanctions.records.orders import ORDER
from sanctions.records.redirects import merged_into
from sanctions.records.registry import RECORD_TYPES, type_of
from sanctions.vocabulary import EVENT_CLASS, State, Verb, VersionKind

#: Told how many more are done.
Progress = Callable[[int], object]
#: Where version 1 of the API serves a record.
ROOT: Final = "/api/v1/"

_PLURALS: Final = {record_type.name: record_type.plural for record_type in RECORD_TYPES} | {
    "measure": "measures",
    "commitment": "commitments",
}
#: Parts that the API serves on their own: model → (record type, key, name of the reference to the record).
SERVED_PARTS: Final[dict[type[Rendered], tuple[RecordType, Rows, str]]] = {
    Measure: (ORDER, next(key for key in ORDER.rows if key.name == "measures"), "order"),
    Commitment: (AGREEMENT, next(key for key in AGREEMENT.rows if key.name == "commitments"), "agreement"),
}
_EFFECTS: Final = next(key for key in EVENT.rows if key.name == "effects")
#: An effect and its event, a part and its record. What is known of a key is kept for good: each of them is made once.
_EFFECT_KEYS: Final = (*_EFFECTS.keys, Ref("event"))
_PART_KEYS: Final = {part: (*key.keys, Ref(owner)) for part, (_, key, owner) in SERVED_PARTS.items()}
_SUBJECTS: Final = ("order", "measure", "agreement", "commitment", "violation")
#: What shows an effect in its history, and how an effect leads to it.
_SHOWS_EFFECTS: Final[tuple[tuple[type[models.Model], str], ...]] = (
    (Order, "order"),
    (Measure, "measure"),
    (Order, "measure__order"),
    (Agreement, "agreement"),
    (Commitment, "commitment"),
    (Agreement, "commitment__agreement"),
    (Violation, "violation"),
)
_ORIGINS: Final = (Verb.ISSUED, Verb.PUBLISHED, Verb.ADOPTED, Verb.SIGNED, Verb.TOOK_EFFECT)


def link(model: str, slug: str) -> str:
    """Return the path at which the API serves such a row."""
    return f"{ROOT}{_PLURALS[model]}/{slug}/"


def version_link(model: str, slug: str, number: int) -> str:
    """Return the path of a version of a record, which never changes."""
    return f"{link(model, slug)}versions/{number}/"


def notice_link(sequence: int) -> str:
    """Return the path of the notice of a version, which never changes."""
    return f"{ROOT}notices/{sequence}/"


def reference(label: Label) -> dict[str, Any]:
    """Return how a public answer names another record: slug, name, and link.

    Of what is not public it says no more than the slug, which stands for the name, and that it is retracted if it is:
    what was taken back must not stay public in the records that refer to it.
    """
    if not label.published:
        found: dict[str, Any] = {"slug": label.slug, "name": label.slug}
        return found | ({"retracted": True} if label.state == State.RETRACTED else {})
    found = {"slug": label.slug, "name": label.text}
    if label.model in _PLURALS:
        found["url"] = link(label.model, label.slug)
    return found


def render(model: type[Rendered], ids: Sequence[int]) -> dict[int, bytes]:
    """Return the renderings of rows: primary key → JSON. Nothing is stored."""
    if model in SERVED_PARTS:
        return _render_parts(model, ids)
    record_type = type_of(model)
    loaded = load(model, record_type.keys, ids)
    labels = Labels()
    labels.learn(wanted(loaded))
    histories = _histories(model, ids)
    versions = _versions(record_type, [row["slug"] for row in loaded.rows.values()])
    found: dict[int, bytes] = {}
    for pk in loaded.rows:
        document = assemble(loaded, pk, labels, reference)
        found[pk] = _bytes(
            {
                "type": record_type.name,
                "url": link(record_type.name, document["slug"]),
                "version": versions.get(document["slug"]),
                **_complete(model, record_type.keys, document),
                **_computed(model, document, histories.get(pk)),
            }
        )
    return found


def _bytes(rendering: Document) -> bytes:
    return orjson.dumps(rendering, option=orjson.OPT_UTC_Z)


def _versions(record_type: RecordType, slugs: Collection[str]) -> dict[str, Document]:
    """Return how renderings name the version of each record that is public, with the notices of the record.

    Of a merge they name what was merged into it.
    """
    notices: dict[str, list[Document]] = defaultdict(list)
    for notice in notices_of(record_type, slugs):
        notices[notice.slug].append(
            {
                "kind": notice.kind,
                "number": notice.number,
                "recorded_at": notice.recorded_from,
                "reason": notice.reason,
                "url": notice_link(notice.sequence),
            }
        )
    found = versions_of(record_type, slugs)
    joined: dict[tuple[str, datetime], list[str]] = {}
    for some in chunks(version.slug for version in found if version.kind == VersionKind.MERGE):
        joined |= merged_into(record_type, some)
    return {
        version.slug: {
            "number": version.number,
            "kind": version.kind,
            "recorded_from": version.recorded_from,
            "url": version_link(record_type.name, version.slug, version.number),
            "notices": notices[version.slug],
        }
        | ({"merged_from": old} if (old := joined.get((version.slug, version.recorded_from))) else {})
        for version in found
    }


def _complete(model: type[models.Model], keys: Iterable[Key], document: Document) -> Document:
    """Give every key of the record itself a value: readers of a table find the same columns in each row.

    Rows inside the record still leave out what is empty.
    """
    found: Document = {}
    for key in keys:
        empty = plain(default_of(model, key)) if isinstance(key, Value) else None if isinstance(key, Ref) else []
        found[key.name] = document.get(key.name, None if empty == "" else empty)
    return found


def _computed(model: type[models.Model], document: Document, history: list[Document] | None) -> Document:
    """Return what a rendering adds to the document."""
    if model is Event:
        kind = EVENT_CLASS[document["kind"]]
        return {"class": None if kind is None else str(kind), "happened": humanise(document["happened_on"])}
    if history is None:
        return {}
    if model in (Order, Agreement):
        dated = _dated(history)
        return {"dated_on": dated and dated.isoformat(), "history": _shown(history, document["slug"])}
    return {"history": _shown(history, document["slug"])}


def _render_parts(model: type[Rendered], ids: Sequence[int]) -> dict[int, bytes]:
    record_type, key, owner = SERVED_PARTS[model]
    loaded = load(model, _PART_KEYS[model], ids)
    labels = Labels()
    labels.learn(wanted(loaded))
    histories = _histories(model, ids)
    owners = {labels.of(record_type.model, row[f"{owner}_id"]).slug for row in loaded.rows.values()}
    versions = _versions(record_type, owners)
    found: dict[int, bytes] = {}
    for pk in loaded.rows:
        document = assemble(loaded, pk, labels, reference)
        parent = document.pop(owner)
        name = str(model._meta.model_name)
        found[pk] = _bytes(
            {
                "type": name,
                "url": link(name, document["slug"]),
                "version": versions.get(parent["slug"]),
                "slug": document["slug"],
                owner: parent,
                **_complete(model, key.keys, document),
                "history": _shown(histories.get(pk, []), document["slug"]),
            }
        )
    return found


def _shown(history: list[Document], slug: str) -> list[Document]:
    """Return effects as the page of their subject shows them: without naming that subject each time."""
    return [
        {
            key: value
            for key, value in effect.items()
            if not key.startswith("_") and not (key in _SUBJECTS and value["slug"] == slug)
        }
        for effect in history
    ]


def _dated(history: list[Document]) -> date | None:
    """Return the day that dates an instrument: that of the first effect by which it came about."""
    days = [effect["_latest"] for effect in history if effect["verb"] in _ORIGINS and effect["_latest"] < date.max]
    return min(days, default=None)


def _histories(model: type[models.Model], ids: Sequence[int]) -> dict[int, list[Document]]:
    """Return the effects that count on each row, oldest first: primary key → rendered effects.

    An order's history has the effects on its measures, an agreement's those on its parties and commitments.
    """
    name = str(model._meta.model_name)
    if name not in _SUBJECTS:
        return {}
    within = {"order": "measure__order", "agreement": "commitment__agreement"}.get(name)
    effects: dict[int, set[int]] = defaultdict(set)
    for column in filter(None, (name, within)):
        for some in chunks(ids):
            rows = Effect.objects.counted().filter(**{f"{column}__keyed": some})
            for owner, pk in rows.values_list(column, "pk"):
                effects[owner].add(pk)
    found = _effects(sorted(set().union(*effects.values())))
    return {
        pk: sorted((found[effect] for effect in effects.get(pk, ())), key=lambda effect: effect["_order"]) for pk in ids
    }


def _effects(ids: Sequence[int]) -> dict[int, Document]:
    loaded: Loaded = load(Effect, _EFFECT_KEYS, ids, extra=["effective_latest", "ordinal"])
    labels = Labels()
    labels.learn(wanted(loaded))
    found = {}
    for pk, row in loaded.rows.items():
        document = assemble(loaded, pk, labels, reference)
        document["_latest"] = row["effective_latest"]
        document["_order"] = (row["effective_latest"], row["sequence"], document["event"]["slug"], row["ordinal"])
        found[pk] = document
    return found


def path_to_state(model: type[Rendered]) -> str:
    """Return the path from a row to the state that makes it public."""
    return f"{SERVED_PARTS[model][2]}__state" if model in SERVED_PARTS else "state"


def store(
    model: type[Rendered], ids: Iterable[int], *, first: bool = False, progress: Progress = lambda _: None
) -> int:
    """Render rows and store the renderings and derived dates, and let them be found by these; return how many.

    What is not public has an empty rendering, and is not found. ``first`` says that none was there before, so that
    nothing of them has to be looked for or taken away.
    """
    count = 0
    state = path_to_state(model)
    dated = model in (Order, Agreement)
    for some in chunks(ids):
        public = set(
            model._default_manager.filter(pk__keyed=some, **{state: State.PUBLISHED}).values_list("pk", flat=True)
        )
        # What is not public needs no rendering, but for the day that dates an instrument, which the desk sees too.
        hidden = [] if dated else [pk for pk in some if pk not in public]
        rendered = render(model, some if dated else [pk for pk in some if pk in public])
        texts = {pk: text.decode() if pk in public else "" for pk, text in rendered.items()}
        told = {pk: orjson.loads(text) for pk, text in rendered.items()}
        columns = ("rendering", "dated_on") if dated else ("rendering",)
        rows: list[tuple[Any, ...]] = [(texts[pk], *([told[pk]["dated_on"]] if dated else []), pk) for pk in rendered]
        update(model, columns, rows + [("", pk) for pk in hidden])
        if model is Event:
            appear(some, first=first)
        found = {one["slug"]: one if pk in public else None for pk, one in told.items()}
        if hidden:
            slugs = model._default_manager.filter(pk__keyed=hidden).values_list("slug", flat=True)
            found.update((slug, None) for slug in slugs)
        index(str(model._meta.model_name), found, first=first)
        count += len(rendered) + len(hidden)
        progress(len(rendered) + len(hidden))
    return count


def served() -> list[type[Rendered]]:
    """Return the models whose rows the API serves by slug."""
    return [*(record_type.model for record_type in RECORD_TYPES), *SERVED_PARTS]


def render_everything() -> int:
    """Render every row that the API serves, as it is now, and let it be found by that; return how many."""
    count = sum(store(model, list(model._default_manager.values_list("pk", flat=True))) for model in served())
    forget_all_but(
        {str(model._meta.model_name): model._default_manager.values_list("slug", flat=True) for model in served()}
    )
    return count


def render_past() -> int:
    """Render every row of history that the API serves, each as of the instant from which it stood; return how many.

    No span begins or ends by it: a rendering is derived, and its form is not what was known.
    """
    todo: dict[datetime, dict[type[Rendered], dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    for model in served():
        past = past_of(model).values_list("recorded_from", "id", "history_id")
        for instant, pk, row in past.iterator():
            todo[instant][model][pk] = row
    count = 0
    for instant, models_ in sorted(todo.items()):
        for model, rows in models_.items():
            with known_at(instant):
                texts = {pk: text.decode() for pk, text in public_renderings(model, list(rows)).items()}
            for pk, row in rows.items():
                past_of(model).filter(history_id=row).update(rendering=texts.get(pk, ""))
            count += len(rows)
    return count


def public_renderings(model: type[Rendered], ids: Sequence[int]) -> dict[int, bytes]:
    """Return the renderings of those rows that are public."""
    state = path_to_state(model)
    public = [
        pk
        for some in chunks(ids)
        for pk in model._default_manager.filter(pk__keyed=some, **{state: State.PUBLISHED}).values_list("pk", flat=True)
    ]
    return render(model, public)


def render_with_dependents(rows: Iterable[Record], at: datetime) -> int:
    """Render records that have changed and everything that shows them; see :func:`render_written`."""
    changed: _Rows = defaultdict(set)
    for row in rows:
        changed[type(row)].add(row.pk)
    return render_written(changed, at)


def render_written(
    written: Keys, at: datetime, *, new: Keys = MappingProxyType({}), progress: Progress = lambda _: None
) -> int:
    """Render records and everything that shows them, and keep both as of the instant; return how many were rendered.

    Others show a record by its name and link, where these changed; and the subjects of an event's effects
    show these effects, before and after. ``new`` are those that were not there before: nothing else can show them yet.
    ``progress`` is told how many more of the written records are rendered.
    """
    changed: _Rows = defaultdict(set, {model: set(ids) for model, ids in written.items()})
    for model, ids in written.items():
        for part, (record_type, _, owner) in SERVED_PARTS.items():
            if record_type.model is model:
                changed[part] |= _ids(part, owner, ids)
    known = {model: ids - set(new.get(model, ())) for model, ids in changed.items()}
    todo = _union(changed, _showing(_renamed(known)), _subjects("event", changed[Event]), _former(known.get(Event, ())))
    count = 0
    for model, ids in todo.items():
        if issubclass(model, Rendered):
            first, own = ids & set(new.get(model, ())), ids & set(written.get(model, ()))
            count += store(model, sorted(first), first=True, progress=progress)
            count += store(model, sorted(own - first), progress=progress) + store(model, sorted(ids - own - first))
    beside = {model: ids.difference(written.get(model, ())) for model, ids in todo.items()}
    keep_history(at, records=written, rows=beside, new=new)
    return count


_Rows = dict[type[models.Model], set[int]]


def _union(*many: _Rows) -> _Rows:
    found: _Rows = defaultdict(set)
    for rows in many:
        for model, ids in rows.items():
            found[model] |= ids
    return found


def _ids(model: type[models.Model], column: str, values: Iterable[int], wanted: str = "pk") -> set[int]:
    """Return a column of the rows whose other column is among the values; nulls left out."""
    found: set[int] = set()
    for some in chunks(values):
        found.update(model._default_manager.filter(**{f"{column}__in": some}).values_list(wanted, flat=True))
    return found - {None}


def _renamed(changed: _Rows) -> _Rows:
    """Return the rows whose name or link differs from the one in their stored rendering.

    A tenure is named in its actor's rendering only: those of a changed actor count as renamed.
    """
    found: _Rows = defaultdict(set)
    for model, ids in changed.items():
        labels = Labels()
        labels.learn({model: ids})
        for some in chunks(ids):
            for pk, text in model._default_manager.filter(pk__keyed=some).values_list("pk", "rendering"):
                label = labels.of(model, pk)
                if not text or not label.published or reference(label) != _named(label.model, orjson.loads(text)):
                    found[model].add(pk)
        if model is Actor:
            found[Tenure] = _ids(Tenure, "actor", ids)
    return found


def _named(model: str, rendering: Document) -> Document:
    name = Label(model, rendering["slug"], label_text(model, rendering), State.PUBLISHED)
    return reference(name)


def _showing(renamed: _Rows) -> _Rows:
    """Return the rows whose renderings name one of the renamed rows."""
    found: _Rows = defaultdict(set)
    for record_type in RECORD_TYPES:
        for owner, key in references(record_type.keys, record_type.model):
            ids = renamed.get(target(owner, key), set())
            if owner is record_type.model:
                found[owner] |= _ids(owner, key.field, ids)
                continue
            parent = next(
                name
                for name in owner.parents  # type: ignore[attr-defined]
                if owner._meta.get_field(name).related_model is record_type.model
            )
            found[record_type.model] |= _ids(owner, key.field, ids, parent)
            if owner in SERVED_PARTS:
                found[owner] |= _ids(owner, key.field, ids)
            if owner is Effect:
                found = _union(found, _subjects(key.field, ids))
    for part, (record_type, _, owner_name) in SERVED_PARTS.items():
        found[part] |= _ids(part, owner_name, renamed.get(record_type.model, set()))
    return _union(found, _subjects("event", renamed.get(Event, set())))


def _subjects(column: str, ids: Iterable[int]) -> _Rows:
    """Return what the effects, whose column is among the ids, change: their subjects and what contains these."""
    found: _Rows = defaultdict(set)
    for some in chunks(ids):
        effects = Effect._default_manager.filter(**{f"{column}__keyed": some})
        for shown in effects.values_list(*(path for _, path in _SHOWS_EFFECTS)):
            for (model, _), pk in zip(_SHOWS_EFFECTS, shown, strict=True):
                if pk is not None:
                    found[model].add(pk)
    return found


def _former(events: Iterable[int]) -> _Rows:
    """Return the subjects of the effects in the stored renderings of events: they may show effects that are gone."""
    slugs: dict[str, set[str]] = defaultdict(set)
    for some in chunks(events):
        for text in Event.objects.filter(pk__keyed=some).exclude(rendering="").values_list("rendering", flat=True):
            for effect in orjson.loads(text).get("effects", ()):
                for name in _SUBJECTS:
                    if name in effect:
                        slugs[name].add(effect[name]["slug"])
    found: _Rows = defaultdict(set)
    for model, path in _SHOWS_EFFECTS:
        name, _, owner = path.partition("__")
        part = next(shown for shown, other in _SHOWS_EFFECTS if other == name)
        for some in chunks(slugs[name]):
            found[model].update(
                part._default_manager.filter(slug__in=some).values_list(f"{owner}_id" if owner else "pk", flat=True)
            )
    return found
