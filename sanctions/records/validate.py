"""Validate a document before it is written: every fault with its path and what is allowed instead."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from math import isfinite
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from sanctions.exceptions import Problem
from sanctions.models.fields import validate_slug
from sanctions.records.base import Codes, Document, Key, RecordType, Ref, Refs, Rows, Value, column_of, part_model
from sanctions.vocabulary import Absence

_TYPE_WORDS = {bool: "true or false", int: "a whole number", str: "a text", dict: "a mapping", list: "a list"}


def validate(record_type: RecordType, document: Any, origin: str = "") -> list[Problem]:
    """Return every fault of a document that can be found without the database."""
    name = record_type.name
    if not isinstance(document, dict):
        return [Problem(name, "", f"A document is a mapping, not {_word(document)}.", origin)]
    if isinstance(document.get("slug"), str):
        name += f" {_printable(document['slug'])}"
    faults = list(_object(record_type.model, record_type.keys, document, ""))
    faults += _absences(record_type, document)
    return [Problem(name, path, message, origin) for path, message in faults]


def _object(
    model: type[models.Model], keys: tuple[Key, ...], document: Document, path: str
) -> Iterator[tuple[str, str]]:
    known = _named(keys)
    for name in document:
        if name not in known:
            yield (
                _join(path, _printable(name)),
                f"This key is not allowed here.{_guess(name, known)} Allowed: {', '.join(known)}.",
            )
    for name, key in known.items():
        if name in document:
            yield from _checked(model, key, document[name], _join(path, name))
        elif required(model, key):
            yield _join(path, name), "This key is required."


@cache
def _named(keys: tuple[Key, ...]) -> Mapping[str, Key]:
    return {key.name: key for key in keys}


def _checked(model: type[models.Model], key: Key, value: Any, path: str) -> Iterator[tuple[str, str]]:
    match key:
        case Value():
            yield from _clean(column_of(model, key.field), value, path)
        case Ref():
            yield from _slug(value, path)
        case Refs() | Codes() | Rows() if not isinstance(value, list):
            yield path, f"This must be a list, not {_word(value)}."
        case Refs():
            for place, item in enumerate(value):
                yield from _slug(item, f"{path}[{place}]")
            yield from _once(value, path)
        case Codes():
            column = column_of(part_model(model, key), key.column)
            for place, item in enumerate(value):
                yield from _clean(column, item, f"{path}[{place}]")
            yield from _once(value, path)
        case Rows():
            for place, item in enumerate(value):
                yield from _row(part_model(model, key), key, item, f"{path}[{place}]")


def _row(model: type[models.Model], key: Rows, row: Any, path: str) -> Iterator[tuple[str, str]]:
    if not isinstance(row, dict):
        yield path, f"This must be a mapping, not {_word(row)}."
        return
    yield from _object(model, key.keys, row, path)
    if key.one_of and sum(name in row for name in key.one_of) != 1:
        yield path, f"Exactly one of {', '.join(key.one_of)} must be given."


@cache
def required(model: type[models.Model], key: Key) -> bool:
    """Whether a document must have the key."""
    if not isinstance(key, Value | Ref):
        return False
    column = column_of(model, key.field)
    return not column.blank and not column.has_default() and not isinstance(column, models.BooleanField)


def _clean(column: models.Field[Any, Any], value: Any, path: str) -> Iterator[tuple[str, str]]:
    wanted, cleaned = _typed(column, value)
    if wanted:
        yield path, f"This must be {wanted}, not {_word(value)}."
        return
    if codes := _codes(column):
        if cleaned not in codes:
            yield (
                path,
                f"{_shown(cleaned)} is not one of the codes.{_guess(cleaned, codes)} Allowed: {', '.join(codes)}.",
            )
        return
    try:
        column.clean(cleaned, None)
    except ValidationError as error:
        for message in error.messages:
            yield path, message


@cache
def _codes(column: models.Field[Any, Any]) -> tuple[str, ...]:
    """Return the codes that a column may have; empty if it is not a column of codes."""
    return tuple(str(code) for code, _ in column.flatchoices if code)


def _typed(column: models.Field[Any, Any], value: Any) -> tuple[str, Any]:
    """Return the expected type, empty if the value has it, and the value prepared for its field."""
    if isinstance(column, models.BooleanField):
        return ("" if isinstance(value, bool) else "true or false"), value
    if isinstance(column, models.IntegerField):
        return ("" if isinstance(value, int) and not isinstance(value, bool) else "a whole number"), value
    if isinstance(column, models.DecimalField):
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            return "a number", value
        try:
            number = Decimal(str(value))
        except (InvalidOperation, ValueError):
            return "a number", value
        return ("" if number.is_finite() else "a finite number"), number
    if isinstance(column, models.JSONField):
        return ("" if isinstance(value, dict) else "a mapping"), value
    return ("" if isinstance(value, str) else "a text (put it in quotes)"), value


def _slug(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if not isinstance(value, str):
        yield path, f"This must be the slug of another record, not {_word(value)}."
        return
    try:
        validate_slug(value)
    except ValidationError as error:
        yield path, f"{_shown(value)} is not a slug. {error.messages[0]}"


def _once(values: list[Any], path: str) -> Iterator[tuple[str, str]]:
    seen: list[Any] = []
    for place, value in enumerate(values):
        if value in seen:
            yield f"{path}[{place}]", f"{_shown(value)} is in the list already."
        seen.append(value)


def _absences(record_type: RecordType, document: Document) -> Iterator[tuple[str, str]]:
    absences = document.get("absences")
    if not isinstance(absences, dict):
        return
    names = [key.name for key in record_type.keys if key.name not in ("slug", "absences")]
    for name, code in absences.items():
        here = f"absences.{name}"
        if name not in names:
            yield here, f"This field does not exist. Allowed: {', '.join(names)}."
        elif name in document:
            yield here, "This field has a value, so it cannot be absent."
        if code not in Absence.values:
            yield here, f"{_shown(code)} is not one of the codes. Allowed: {', '.join(Absence.values)}."


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _guess(given: Any, known: Iterable[str]) -> str:
    """Return a question that suggests the most similar known word; empty if none is similar."""
    guesses = difflib.get_close_matches(str(given)[:60], known, n=1)
    return f" Did you mean {guesses[0]!r}?" if guesses else ""


def _printable(name: Any) -> str:
    text = str(name)[:60]
    return text if text.isprintable() else ascii(text)


def _word(value: Any) -> str:
    if value is None:
        return "empty"
    if isinstance(value, float):
        return "a decimal number" if isfinite(value) else str(value)
    return _TYPE_WORDS.get(type(value), type(value).__name__)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:60] + "…"
