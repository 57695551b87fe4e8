"""JSON Schema (2020-12) of each document, made from the same declaration as the codec."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models

from sanctions.edtf import LONGEST
from sanctions.models.fields import CountField, EDTFField, SlugField
from sanctions.records.base import Codes, Key, RecordType, Ref, Refs, Rows, Value, column_of, part_model, target
from sanctions.records.validate import required
from sanctions.vocabulary import Absence

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SLUG_PATTERN = "^[a-z0-9]+(-[a-z0-9]+)*$"


def json_schema(record_type: RecordType) -> dict[str, Any]:
    """Return the schema of a record type's document."""
    return {
        "$schema": DIALECT,
        "$id": f"{record_type.name}.schema.json",
        "title": record_type.name,
        "description": _first_sentence(record_type.model),
        **object_schema(record_type.model, record_type.keys),
    }


def object_schema(model: type[models.Model], keys: Iterable[Key], one_of: Iterable[str] = ()) -> dict[str, Any]:
    """Return the schema of an object with such keys, standing for rows of the model."""
    keys = list(keys)
    schema: dict[str, Any] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {key.name: key_schema(model, key) for key in keys},
    }
    if needed := [key.name for key in keys if required(model, key)]:
        schema["required"] = needed
    if alternatives := list(one_of):
        schema["oneOf"] = [{"required": [name]} for name in alternatives]
    return schema


def key_schema(model: type[models.Model], key: Key) -> dict[str, Any]:
    """Return the schema of one key's value."""
    match key:
        case Value():
            return value_schema(column_of(model, key.field))
        case Ref():
            described = _described(column_of(model, key.field), _noun(target(model, key)))
            return {**_reference(target(model, key)), "description": described}
        case Refs():
            relation = column_of(model, key.field)
            return {
                "type": "array",
                "uniqueItems": True,
                "items": _reference(target(model, key)),
                "description": _described(relation, f"{_noun(target(model, key))}, any number"),
            }
        case Codes():
            items = value_schema(column_of(part_model(model, key), key.column))
            return {"type": "array", "uniqueItems": True, "items": items}
        case Rows():
            child = part_model(model, key)
            return {
                "type": "array",
                "description": _first_sentence(child),
                "items": object_schema(child, key.keys, key.one_of),
            }
    raise TypeError(f"unknown kind of key: {key!r}")


def value_schema(column: models.Field[Any, Any]) -> dict[str, Any]:
    """Return the schema of a field's own value."""
    schema: dict[str, Any]
    if column.choices:
        schema = {"type": "string", "enum": [str(code) for code, _ in column.flatchoices if code]}
    elif isinstance(column, EDTFField):
        schema = {"type": "string", "format": "edtf", "maxLength": LONGEST}
        if not column.blank:
            schema["minLength"] = 1
    elif isinstance(column, SlugField):
        schema = {"type": "string", "pattern": SLUG_PATTERN, "maxLength": column.max_length}
    elif isinstance(column, models.BooleanField):
        schema = {"type": "boolean"}
    elif isinstance(column, CountField):
        schema = {"type": "integer", "minimum": 0, "maximum": CountField.most}
    elif isinstance(column, models.DecimalField):
        bound = 10 ** ((column.max_digits or 0) - (column.decimal_places or 0))
        schema = {"type": "number", "exclusiveMaximum": bound, "exclusiveMinimum": -bound}
    elif isinstance(column, models.JSONField):
        schema = {"type": "object", "additionalProperties": {"enum": Absence.values}}
    else:
        schema = {"type": "string", "maxLength": column.max_length}
        if isinstance(column, models.URLField):
            schema["format"] = "uri"
    return {**schema, "description": str(column.help_text)}


def _reference(model: type[models.Model]) -> dict[str, Any]:
    return {"type": "string", "pattern": SLUG_PATTERN, "x-references": model._meta.model_name}


def _noun(model: type[models.Model]) -> str:
    return f"slug of {'an' if str(model._meta.verbose_name)[0] in 'aeiou' else 'a'} {model._meta.verbose_name}"


def _described(column: models.Field[Any, Any], noun: str) -> str:
    return f"{column.help_text} ({noun})" if column.help_text else f"The {noun}."


def _first_sentence(model: type[models.Model]) -> str:
    return (model.__doc__ or "").strip().split("\n\n")[0].replace("\n    ", " ")
