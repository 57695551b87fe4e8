"""The JSON of each record as the API answers it, without what depends on the request.

A rendering is the document of a record, with its references resolved to slug, name and URL, and with what other records
state about it: the effects on it. This is the only place where documents become bytes; nothing is stored here
(:mod:`sanctions.projections.renderings`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final

import orjson
from django.db import models

from sanctions.edtf import humanise
from sanctions.ledger.versions import notices_of, versions_of
from sanctions.models import Agreement, Effect, Event, Order, Rendered
from sanctions.projections.urls import COLLECTIONS, notice_url, record_url, version_url
from sanctions.records.base import Document, Key, RecordType, Ref, Value, default_of, plain
from sanctions.records.encode import Label, Labels, assemble, chunks, load, referenced_keys
from sanctions.records.events import EVENT
from sanctions.records.redirects import merged_into
from sanctions.records.registry import SERVED_PARTS, type_of
from sanctions.vocabulary import EVENT_CLASS, SUBJECT_FIELDS, WHOLE_OF, State, Verb, VersionKind

_EFFECTS: Final = EVENT.part("effects")
# Constants, because what is computed for a key is cached by the identity of the key.
_EFFECT_KEYS: Final = (*_EFFECTS.keys, Ref("event"))
_PART_KEYS: Final = {part: (*key.keys, Ref(owner)) for part, (_, key, owner) in SERVED_PARTS.items()}
#: Verbs by which an instrument comes into being.
_ORIGINS: Final = (Verb.ISSUED, Verb.PUBLISHED, Verb.ADOPTED, Verb.SIGNED, Verb.TOOK_EFFECT)


def reference(label: Label) -> dict[str, Any]:
    """Return how public answers refer to another record: slug, name and URL.

    Of a record that is not public only the slug is shown, in place of the name too, and whether it is retracted: what
    was retracted must not stay public in the records that refer to it.
    """
    if not label.published:
        hidden: dict[str, Any] = {"slug": label.slug, "name": label.slug}
        return hidden | ({"retracted": True} if label.state == State.RETRACTED else {})
    shown = {"slug": label.slug, "name": label.text}
    if label.model in COLLECTIONS:
        shown["url"] = record_url(label.model, label.slug)
    return shown


def render(model: type[Rendered], ids: Sequence[int]) -> dict[int, bytes]:
    """Return the renderings of rows, public or not: primary key → JSON."""
    if model in SERVED_PARTS:
        return _render_parts(model, ids)
    record_type = type_of(model)
    loaded = load(model, record_type.keys, ids)
    labels = Labels()
    labels.learn(referenced_keys(loaded))
    histories = _histories(model, ids)
    versions = _versions(record_type, [row["slug"] for row in loaded.rows.values()])
    renderings: dict[int, bytes] = {}
    for pk in loaded.rows:
        document = assemble(loaded, pk, labels, reference)
        renderings[pk] = _to_bytes(
            {
                "type": record_type.name,
                "url": record_url(record_type.name, document["slug"]),
                "version": versions.get(document["slug"]),
                **_with_all_keys(model, record_type.keys, document),
                **_computed_members(model, document, histories.get(pk)),
            }
        )
    return renderings


def _to_bytes(rendering: Document) -> bytes:
    return orjson.dumps(rendering, option=orjson.OPT_UTC_Z)


def _versions(record_type: RecordType, slugs: Collection[str]) -> dict[str, Document]:
    """Return the member ``version`` of public records, with the notices of each: slug → version.

    The version of a merge lists the slugs that were merged into the record.
    """
    notices: dict[str, list[Document]] = defaultdict(list)
    for notice in notices_of(record_type, slugs):
        notices[notice.slug].append(
            {
                "kind": notice.kind,
                "number": notice.number,
                "recorded_at": notice.recorded_from,
                "reason": notice.reason,
                "url": notice_url(notice.sequence),
            }
        )
    versions = versions_of(record_type, slugs)
    merged: dict[tuple[str, datetime], list[str]] = {}
    for some in chunks(version.slug for version in versions if version.kind == VersionKind.MERGE):
        merged |= merged_into(record_type, some)
    return {
        version.slug: {
            "number": version.number,
            "kind": version.kind,
            "recorded_from": version.recorded_from,
            "url": version_url(record_type.name, version.slug, version.number),
            "notices": notices[version.slug],
        }
        | ({"merged_from": old} if (old := merged.get((version.slug, version.recorded_from))) else {})
        for version in versions
    }


def _with_all_keys(model: type[models.Model], keys: Iterable[Key], document: Document) -> Document:
    """Add the keys that the document leaves out, so that every record of a collection has the same columns.

    Rows within the record still leave out what is empty.
    """
    complete: Document = {}
    for key in keys:
        empty = plain(default_of(model, key)) if isinstance(key, Value) else None if isinstance(key, Ref) else []
        complete[key.name] = document.get(key.name, None if empty == "" else empty)
    return complete


def _computed_members(model: type[models.Model], document: Document, history: list[Document] | None) -> Document:
    """Return the members that are computed and not in the document."""
    if model is Event:
        kind = EVENT_CLASS[document["kind"]]
        return {"class": None if kind is None else str(kind), "happened": humanise(document["happened_on"])}
    if history is None:
        return {}
    if model in (Order, Agreement):
        dated = _day_of_origin(history)
        return {"dated_on": dated and dated.isoformat(), "history": _without_subject(history, document["slug"])}
    return {"history": _without_subject(history, document["slug"])}


def _render_parts(model: type[Rendered], ids: Sequence[int]) -> dict[int, bytes]:
    record_type, key, owner = SERVED_PARTS[model]
    loaded = load(model, _PART_KEYS[model], ids)
    labels = Labels()
    labels.learn(referenced_keys(loaded))
    histories = _histories(model, ids)
    owners = {labels.of(record_type.model, row[f"{owner}_id"]).slug for row in loaded.rows.values()}
    versions = _versions(record_type, owners)
    renderings: dict[int, bytes] = {}
    for pk in loaded.rows:
        document = assemble(loaded, pk, labels, reference)
        parent = document.pop(owner)
        name = str(model._meta.model_name)
        renderings[pk] = _to_bytes(
            {
                "type": name,
                "url": record_url(name, document["slug"]),
                "version": versions.get(parent["slug"]),
                "slug": document["slug"],
                owner: parent,
                **_with_all_keys(model, key.keys, document),
                "history": _without_subject(histories.get(pk, []), document["slug"]),
            }
        )
    return renderings


def _without_subject(history: list[Document], slug: str) -> list[Document]:
    """Return effects as their subject shows them: without the reference to the subject, and without sort keys."""
    return [
        {
            key: value
            for key, value in effect.items()
            if not key.startswith("_") and not (key in SUBJECT_FIELDS and value["slug"] == slug)
        }
        for effect in history
    ]


def _day_of_origin(history: list[Document]) -> date | None:
    """Return the day that dates an instrument: that of its first effect with a verb of origin."""
    days = [effect["_latest"] for effect in history if effect["verb"] in _ORIGINS and effect["_latest"] < date.max]
    return min(days, default=None)


def _histories(model: type[models.Model], ids: Sequence[int]) -> dict[int, list[Document]]:
    """Return the counted effects on each row, oldest first: primary key → rendered effects.

    The history of an order includes the effects on its measures, that of an agreement those on its commitments.
    """
    name = str(model._meta.model_name)
    if name not in SUBJECT_FIELDS:
        return {}
    within = next((f"{part}__{whole}" for part, whole in WHOLE_OF.items() if whole == name), None)
    effects: dict[int, set[int]] = defaultdict(set)
    for column in filter(None, (name, within)):
        for some in chunks(ids):
            rows = Effect.objects.counted().filter(**{f"{column}__keyed": some})
            for owner, pk in rows.values_list(column, "pk"):
                effects[owner].add(pk)
    rendered = _render_effects(sorted(set().union(*effects.values())))
    return {
        pk: sorted((rendered[effect] for effect in effects.get(pk, ())), key=lambda effect: effect["_order"])
        for pk in ids
    }


def _render_effects(ids: Sequence[int]) -> dict[int, Document]:
    """Return effects by primary key, with two keys for sorting that begin with an underscore."""
    loaded = load(Effect, _EFFECT_KEYS, ids, extra=["effective_latest", "ordinal"])
    labels = Labels()
    labels.learn(referenced_keys(loaded))
    effects = {}
    for pk, row in loaded.rows.items():
        document = assemble(loaded, pk, labels, reference)
        document["_latest"] = row["effective_latest"]
        document["_order"] = (row["effective_latest"], row["sequence"], document["event"]["slug"], row["ordinal"])
        effects[pk] = document
    return effects
