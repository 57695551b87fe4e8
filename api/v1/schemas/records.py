"""The components of records, as JSON Schema for OpenAPI 3.1.

They are built from the declarations of the documents (:mod:`sanctions.records`), so that no key can be forgotten. An
answer differs from the document: references have a name and an address, a record has every key, and further fields come
from other records or depend on the day of the question.
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
#: Component → model.
NAMED_MODELS: Final[dict[str, type[Any]]] = {
    model.__name__: model for model in (*(record_type.model for record_type in RECORD_TYPES), *SERVED_PARTS)
}
DAY: Final[Schema] = {"type": "string", "format": "date"}
_OF_THE_DAY: Final = "The day of the question."


def ref(name: str) -> Schema:
    """Return the reference to a component."""
    return {"$ref": f"#/components/schemas/{name}"}


def naming(model: type[models.Model]) -> Schema:
    """Return the reference to a record of a model; ``expand`` can replace it by the record."""
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
    """Return the first paragraph of the docstring of a model."""
    return " ".join((model.__doc__ or "").strip().split("\n\n")[0].split())


# --- Keys of records and of rows within them ----------------------------------------------------


def _value(model: type[models.Model], key: Key) -> Schema:
    """Return the schema of the value of a key, if it has one."""
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
    """Return the component of the rows of a record. Parts with addresses of their own have another one there."""
    name = part_model(model, key).__name__
    return f"{model.__name__}{name}" if part_model(model, key) in SERVED_PARTS else name


def _complete(model: type[models.Model], keys: Iterable[Key]) -> dict[str, Schema]:
    """Return the properties of a record: it has every key, null without a value."""
    properties = {}
    for key in keys:
        schema = _value(model, key)
        may_be_empty = isinstance(key, Value) and plain(default_of(model, key)) in ("", None)
        if (isinstance(key, Ref) or may_be_empty) and not required(model, key):
            schema = nullable(schema)
        properties[key.name] = schema
    return properties


def row_of(model: type[models.Model], keys: Iterable[Key]) -> Schema:
    """Return the schema of a row within a record, which leaves out empty keys.

    A part with an address of its own can be expanded, and then has null for empty keys.
    """
    keys = list(keys)
    properties = _complete(model, keys) if model in SERVED_PARTS else {key.name: _value(model, key) for key in keys}
    return object_of(properties, [key.name for key in keys if required(model, key)])


def object_of(properties: dict[str, Schema], required_names: Iterable[str] | None = None) -> Schema:
    """Return the schema of an object; all properties are required by default."""
    names = list(properties if required_names is None else required_names)
    return {"type": "object", "properties": properties} | ({"required": names} if names else {})


def _rows(model: type[models.Model], keys: Iterable[Key]) -> dict[str, Schema]:
    components = {}
    for key in keys:
        if isinstance(key, Rows):
            part = part_model(model, key)
            components[_row_name(model, key)] = row_of(part, key.keys) | {"description": sentence_of(part)}
    return components


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
    """Return the component of the standing of a kind of subject."""
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
    properties = {"standing": ref(standing_name(SUBJECT_OF[model]))}
    if model is Agreement:
        properties["parties"] = array(_of_actor(Subject.PARTY), "Each party that ever acted under it.")
    if model is Commitment:
        properties["by_obligor"] = array(_of_actor(Subject.COMMITMENT), "The standing for each obligor.")
    return properties


def of_the_day(component: str) -> frozenset[str]:
    """Return the fields of a component that depend on the day of the question, and so are not stored."""
    return frozenset(_of_question(NAMED_MODELS[component]))


def _computed(model: type[models.Model]) -> dict[str, Schema]:
    """Return the properties that are computed from other records."""
    if model is Event:
        coarse = {"type": "string", "enum": [str(code) for code in EventClass], "description": "Coarse class (PLOVER)."}
        return {"class": nullable(coarse), "happened": {"type": "string", "description": "The date in English."}}
    properties: dict[str, Schema] = {}
    if model in (Order, Agreement):
        properties["dated_on"] = nullable({**DAY, "description": "The day of its first effect."})
    if model in SUBJECT_OF:
        properties["history"] = array(ref("HistoryEffect"), "The effects on it and on its parts, oldest first.")
    return properties


# --- Components ---------------------------------------------------------------------------------


def page_of(component: str) -> Schema:
    """Return the schema of a page of rows with a component."""
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
        required_names=("next", "previous", "results"),
    )


def _noun(model: type[models.Model], name: str, properties: dict[str, Schema]) -> dict[str, Schema]:
    complete = {
        "type": {"type": "string", "const": name, "description": "The type of the record."},
        "url": {"type": "string", "format": "uri-reference", "description": "Its address."},
        "version": nullable(ref("VersionReference")),
        **properties,
        **_computed(model),
        **_of_question(model),
    }
    described = {"description": sentence_of(model)}
    return {model.__name__: object_of(complete) | described, f"{model.__name__}Page": page_of(model.__name__)}


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
        "number": {"type": "integer", "minimum": 1, "description": "Its number among the versions of the record."},
        "kind": {
            "type": "string",
            "enum": [str(kind) for kind in VersionKind],
            "description": "Why it was published. Correction: the record was wrong. Update: the world has changed.",
        },
        "recorded_from": {"type": "string", "format": "date-time", "description": "When it became public."},
        "url": {"type": "string", "format": "uri-reference", "description": "Its permanent address."},
        "notices": array(ref("NoticeReference"), "Corrections, retractions, restorations and merges; newest first."),
        "merged_from": array(
            {"type": "string", "pattern": SLUG_PATTERN},
            "The slugs of the records that were merged into this one; only if its kind is merge.",
        ),
    }
    notice: dict[str, Schema] = {
        "kind": {"type": "string", "enum": [str(kind) for kind in NOTICES], "description": "The kind of the notice."},
        "number": {"type": "integer", "minimum": 1, "description": "The number of the version that it announces."},
        "recorded_at": {"type": "string", "format": "date-time", "description": "When it was published."},
        "reason": {"type": "string", "description": "The reason, for people."},
        "url": {"type": "string", "format": "uri-reference", "description": "The address of the notice."},
    }
    return {
        "RecordReference": object_of(reference, ["slug", "name"]) | {"description": "Another record."},
        "VersionReference": object_of(version, [name for name in version if name != "merged_from"])
        | {"description": "The version that this answer shows; for a part of a record, that of the record."},
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
            "label": {"type": ["string", "null"], "description": "The label of the value, if it has one."},
            "count": {**count, "description": "The number of rows with it."},
        }
    )
    others = object_of(
        {
            "values": {**count, "description": "The number of other values."},
            "count": {**count, "description": "The sum of their counts."},
        }
    )
    return object_of({"values": array(value, "The most frequent values."), "others": others}) | {
        "description": "The numbers of matching rows by value. The filters of the facet itself are left out."
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
        "detail": {"type": "string", "description": "What is wrong with this request, for people."},
        "instance": {"type": "string", "description": "The path of the request."},
        "notice": {
            "type": "string",
            "format": "uri-reference",
            "description": "The address of the notice of the retraction.",
        },
        "etag": {"type": "string", "description": "The ETag of the state now."},
        "changes": array(ref("Change"), "What others have changed since it was read."),
        "paths": array({"type": "string"}, "The fields that both have changed."),
        "problems": array(
            object_of({"path": {"type": "string"}, "detail": {"type": "string"}}), "The faults of the body."
        ),
        "errors": array(object_of(fault, ["parameter", "value", "code", "detail"])),
    }
    return object_of(members, ["type", "title", "status", "detail", "instance"]) | {"description": "RFC 9457."}


def components() -> dict[str, Schema]:
    """Return every component by name."""
    schemas = _shared()
    for record_type in RECORD_TYPES:
        model = record_type.model
        schemas |= _rows(model, record_type.keys) | _noun(model, record_type.name, _complete(model, record_type.keys))
    for part, (record_type, key, owner) in SERVED_PARTS.items():
        properties = _complete(part, key.keys)
        schemas |= _noun(
            part,
            str(part._meta.model_name),
            {
                "slug": properties.pop("slug"),
                owner: naming(record_type.model) | _described(part, owner),
                **properties,
            },
        )
    return schemas


COMPONENTS: Final = components()
