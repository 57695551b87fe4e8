"""The components of records, as JSON Schema for OpenAPI 3.1.

They are made from the same declarations as the documents (:mod:`sanctions.records`), so that no key can be
forgotten. An answer differs from its document: references have a name and a link, the record has every key, and it has
further fields from other records and for the day of the question.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.db import models

from api.http.problem_types import PROBLEM_TYPES
from sanctions.models import SUBJECT_OF, Actor, Agreement, Commitment, Designation, Event, Order, Tenure
from sanctions.records.actors import ACTOR
from sanctions.records.base import Codes, Key, Ref, Refs, Rows, Value, default_of, part_model, plain
from sanctions.records.events import EVENT
from sanctions.records.registry import RECORD_TYPES, SERVED_PARTS
from sanctions.records.schema import SLUG_PATTERN, value_schema
from sanctions.records.validate import required
from sanctions.standing import standings_of
from sanctions.vocabulary import NOTICES, SUBJECT_FIELDS, EventClass, Subject, VersionKind

Schema = dict[str, Any]

_EFFECTS: Final = EVENT.part("effects")
_TENURES: Final = ACTOR.part("tenures")
#: The extension of a reference for the component of the record that it refers to.
NAMES: Final = "x-refers-to"
#: Component → what it is of.
NAMED_MODELS: Final[dict[str, type[Any]]] = {
    model.__name__: model for model in (*(record_type.model for record_type in RECORD_TYPES), *SERVED_PARTS)
}
DAY: Final[Schema] = {"type": "string", "format": "date"}
_OF_THE_DAY: Final = "The day of the question."


def ref(name: str) -> Schema:
    """Return the reference to a component."""
    return {"$ref": f"#/components/schemas/{name}"}


def naming(model: type[models.Model]) -> Schema:
    """Return the reference to a record of such a kind, whose document may stand in its place."""
    return ref("RecordReference") | ({NAMES: model.__name__} if model.__name__ in NAMED_MODELS else {})


def nullable(schema: Schema) -> Schema:
    """Return a schema that also allows null."""
    if "$ref" in schema:
        return {"oneOf": [schema, {"type": "null"}]}
    more = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
    return {**schema, "type": [schema["type"], "null"], **more}


def array(items: Schema, description: str = "") -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": items} | ({"description": description} if description else {})


def sentence_of(model: type[models.Model]) -> str:
    """Return the first sentence that a model says of itself."""
    return " ".join((model.__doc__ or "").strip().split("\n\n")[0].split())


# --- Keys of records and of rows within them ----------------------------------------------------


def _value(model: type[models.Model], key: Key) -> Schema:
    """Return the schema of what a key holds, where it holds something."""
    match key:
        case Value():
            return value_schema(_column(model, key.field))
        case Ref():
            return naming(_related(model, key.field)) | _described(model, key.field)
        case Refs():
            return array(naming(_related(model, key.field)), str(_column(model, key.field).help_text))
        case Codes():
            part = part_model(model, key)
            return array(value_schema(_column(part, key.column)), sentence_of(part))
        case Rows():
            part = part_model(model, key)
            served = {NAMES: part.__name__} if part in SERVED_PARTS else {}
            return array(ref(_row_name(model, key)) | served, sentence_of(part))
    raise TypeError(f"unknown kind of key: {key!r}")


def _column(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    column: models.Field[Any, Any] = model._meta.get_field(name)  # type: ignore[assignment]
    return column


def _described(model: type[models.Model], name: str) -> Schema:
    text = str(_column(model, name).help_text)
    return {"description": text} if text else {}


def _related(model: type[models.Model], name: str) -> type[models.Model]:
    related: type[models.Model] = model._meta.get_field(name).related_model  # type: ignore[assignment]
    return related


def _row_name(model: type[models.Model], key: Rows) -> str:
    """Return the component of a record's rows; a part served on its own has another one there."""
    name = part_model(model, key).__name__
    return f"{model.__name__}{name}" if part_model(model, key) in SERVED_PARTS else name


def _complete(model: type[models.Model], keys: Iterable[Key]) -> dict[str, Schema]:
    """Return the properties of a record itself: every key is there, null where it has no value."""
    found = {}
    for key in keys:
        schema = _value(model, key)
        empties = isinstance(key, Value) and plain(default_of(model, key)) in ("", None)
        if (isinstance(key, Ref) or empties) and not required(model, key):
            schema = nullable(schema)
        found[key.name] = schema
    return found


def row_of(model: type[models.Model], keys: Iterable[Key]) -> Schema:
    """Return the schema of a row within a record: what is empty is left out.

    In the place of a part that is served on its own its whole document may stand, where what is empty is null.
    """
    keys = list(keys)
    properties = _complete(model, keys) if model in SERVED_PARTS else {key.name: _value(model, key) for key in keys}
    return object_of(properties, [key.name for key in keys if required(model, key)])


def object_of(properties: dict[str, Schema], needed: Iterable[str] | None = None) -> Schema:
    """Return the schema of an object; unless said otherwise every property is there."""
    needed = list(properties if needed is None else needed)
    return {"type": "object", "properties": properties} | ({"required": needed} if needed else {})


def _rows(model: type[models.Model], keys: Iterable[Key]) -> dict[str, Schema]:
    found = {}
    for key in keys:
        if isinstance(key, Rows):
            part = part_model(model, key)
            found[_row_name(model, key)] = row_of(part, key.keys) | {"description": sentence_of(part)}
    return found


# --- Fields that depend on the question ----------------------------------------------------------


def _standing(subject: Subject) -> Schema:
    code = {"type": "string", "enum": sorted(standings_of(subject))}
    return object_of(
        {
            "code": {**code, "description": "The standing on the day."},
            "as_of": {**DAY, "description": "The day."},
            "since": nullable({**DAY, "description": "The day since which it certainly holds; null if undecided."}),
            "until": nullable({**DAY, "description": "The first day on which it no longer holds, if that is set."}),
            "certain": {"type": "boolean", "description": "Whether imprecise dates leave no other standing open."},
            "possible": array(code, "Every standing that the precision of the dates leaves open."),
            "decided_by": nullable(ref("DecidingEffect")),
            "contested_by": array(ref("DecidingEffect"), "The denials that make a claim disputed."),
        }
    )


def _of_actor(subject: Subject) -> Schema:
    return object_of({"actor": ref("RecordReference"), "standing": ref(standing_name(subject))})


def standing_name(subject: Subject) -> str:
    """Return the component of the standing of such a subject."""
    return f"{str(subject).capitalize()}Standing"


def _of_question(model: type[models.Model]) -> dict[str, Schema]:
    """Return the properties that depend on the question."""
    if model is Designation:
        listed = "Whether it was on the list on that day; null if its dates leave that open."
        return {
            "as_of": {**DAY, "description": _OF_THE_DAY},
            "listed": {"type": ["boolean", "null"], "description": listed},
        }
    if model is Actor:
        return {
            "as_of": {**DAY, "description": _OF_THE_DAY},
            "offices": array(ref("Office"), "The offices certainly held on that day."),
        }
    if model not in SUBJECT_OF:
        return {}
    found = {"standing": ref(standing_name(SUBJECT_OF[model]))}
    if model is Agreement:
        found["parties"] = array(_of_actor(Subject.PARTY), "Each party that ever acted under it.")
    if model is Commitment:
        found["by_obligor"] = array(_of_actor(Subject.COMMITMENT), "The standing for each who promised it.")
    return found


def of_the_day(component: str) -> frozenset[str]:
    """Return which fields of a component depend on the day of the question, and stand in no stored document."""
    return frozenset(_of_question(NAMED_MODELS[component]))


def _computed(model: type[models.Model]) -> dict[str, Schema]:
    """Return the properties that other records give."""
    if model is Event:
        coarse = {"type": "string", "enum": [str(code) for code in EventClass], "description": "Coarse class (PLOVER)."}
        return {"class": nullable(coarse), "happened": {"type": "string", "description": "The date in English."}}
    found: dict[str, Schema] = {}
    if model in (Order, Agreement):
        found["dated_on"] = nullable({**DAY, "description": "The day of its first effect."})
    if model in SUBJECT_OF:
        found["history"] = array(ref("HistoryEffect"), "The effects on it and on what it contains, oldest first.")
    return found


# --- Components ---------------------------------------------------------------------------------


def page_of(component: str) -> Schema:
    """Return the schema of a page of such rows."""
    address: Schema = {"type": "string", "format": "uri"}
    return object_of(
        {
            "count": {"type": "integer", "minimum": 0, "description": "The number of rows, with `count=true`."},
            "next": nullable({**address, "description": "The page after this one."}),
            "previous": nullable({**address, "description": "The page before this one."}),
            "facets": {
                "type": "object",
                "additionalProperties": ref("Facet"),
                "description": "The numbers of rows by value, for each facet in `facets`.",
            },
            "results": array(ref(component)),
        },
        needed=("next", "previous", "results"),
    )


def _noun(model: type[models.Model], name: str, properties: dict[str, Schema]) -> dict[str, Schema]:
    whole = {
        "type": {"type": "string", "const": name, "description": "The type of the record."},
        "url": {"type": "string", "format": "uri-reference", "description": "Its address."},
        "version": nullable(ref("VersionReference")),
        **properties,
        **_computed(model),
        **_of_question(model),
    }
    described = {"description": sentence_of(model)}
    return {model.__name__: object_of(whole) | described, f"{model.__name__}Page": page_of(model.__name__)}


def _shared() -> dict[str, Schema]:
    effects = list(_EFFECTS.keys)
    reasons = [key for key in effects if key.name not in SUBJECT_FIELDS]
    model = part_model(Event, _EFFECTS)
    event = {"event": naming(Event)}
    historic, reason = row_of(model, effects), row_of(model, reasons)
    for schema in (historic, reason):
        schema["properties"] |= event
        schema["required"] = [*schema["required"], "event"]
    office = [key for key in _TENURES.keys if key.name != "note"]
    reference: dict[str, Schema] = {
        "slug": {"type": "string", "pattern": SLUG_PATTERN, "description": "Its stable name."},
        "name": {"type": "string", "description": "Its name for people; its slug if it is not public."},
        "url": {"type": "string", "format": "uri-reference", "description": "Its address, if it is public."},
        "retracted": {"type": "boolean", "description": "True if it is retracted; else left out."},
    }
    version: dict[str, Schema] = {
        "number": {"type": "integer", "minimum": 1, "description": "Number among the versions of the record."},
        "kind": {
            "type": "string",
            "enum": [str(kind) for kind in VersionKind],
            "description": "Why it was published. A correction: we were wrong. An update: the world changed.",
        },
        "recorded_from": {"type": "string", "format": "date-time", "description": "When it became public."},
        "url": {"type": "string", "format": "uri-reference", "description": "Its permanent address."},
        "notices": array(ref("NoticeReference"), "Corrections, retractions, restorations and merges; newest first."),
        "merged_from": array(
            {"type": "string", "pattern": SLUG_PATTERN},
            "Slugs of the records that were merged into this one; there only if its kind is merge.",
        ),
    }
    notice: dict[str, Schema] = {
        "kind": {"type": "string", "enum": [str(kind) for kind in NOTICES], "description": "The kind of the notice."},
        "number": {"type": "integer", "minimum": 1, "description": "Number of the version that it announces."},
        "recorded_at": {"type": "string", "format": "date-time", "description": "When it was published."},
        "reason": {"type": "string", "description": "Why, in words."},
        "url": {"type": "string", "format": "uri-reference", "description": "The address of the notice."},
    }
    return {
        "RecordReference": object_of(reference, ["slug", "name"]) | {"description": "Another record."},
        "VersionReference": object_of(version, [name for name in version if name != "merged_from"])
        | {"description": "The version that this answer shows; that of the record, for what is a part of one."},
        "NoticeReference": object_of(notice) | {"description": "A notice of the record."},
        "HistoryEffect": historic | {"description": "What an event did to the record, or to a part of it."},
        "DecidingEffect": reason | {"description": "The effect that decided a standing, or that contests it."},
        "Office": row_of(Tenure, office) | {"description": "An office held on the day."},
        "Facet": _facet(),
        "Problem": _problem(),
        **{standing_name(subject): _standing(subject) for subject in Subject},
    }


def _facet() -> Schema:
    count: Schema = {"type": "integer", "minimum": 0}
    value = object_of(
        {
            "value": {"type": ["string", "integer", "null"], "description": "The value; null for rows without one."},
            "label": {"type": ["string", "null"], "description": "The same in words, where there are any."},
            "count": {**count, "description": "How many of the rows have it."},
        }
    )
    others = object_of(
        {
            "values": {**count, "description": "How many more values there are."},
            "count": {**count, "description": "What their counts add up to."},
        }
    )
    return object_of({"values": array(value, "The most frequent values."), "others": others}) | {
        "description": "How many of the rows found have which value. The facet's own filters are left out."
    }


def _problem() -> Schema:
    fault: dict[str, Schema] = {
        "parameter": {"type": "string"},
        "value": {"type": "string"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "did_you_mean": {"type": "string"},
        "allowed": array({"type": "string"}),
    }
    members: dict[str, Schema] = {
        "type": {"type": "string", "format": "uri-reference", "enum": [kind.uri for kind in PROBLEM_TYPES]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong this time, for people."},
        "instance": {"type": "string", "description": "The path that was asked for."},
        "notice": {"type": "string", "format": "uri-reference", "description": "The notice of a retraction."},
        "etag": {"type": "string", "description": "The ETag of what is there now."},
        "changes": array(ref("Change"), "What others have changed since it was read."),
        "paths": array({"type": "string"}, "What both have changed."),
        "problems": array(object_of({"path": {"type": "string"}, "detail": {"type": "string"}}), "Faults of a body."),
        "errors": array(object_of(fault, ["parameter", "value", "code", "detail"])),
    }
    return object_of(members, ["type", "title", "status", "detail", "instance"]) | {"description": "RFC 9457."}


def components() -> dict[str, Schema]:
    """Return every component by name."""
    found = _shared()
    for record_type in RECORD_TYPES:
        model = record_type.model
        found |= _rows(model, record_type.keys) | _noun(model, record_type.name, _complete(model, record_type.keys))
    for part, (record_type, key, owner) in SERVED_PARTS.items():
        own = _complete(part, key.keys)
        found |= _noun(
            part,
            str(part._meta.model_name),
            {"slug": own.pop("slug"), owner: naming(record_type.model) | _described(part, owner), **own},
        )
    return found


COMPONENTS: Final = components()
