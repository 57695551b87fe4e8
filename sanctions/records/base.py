"""The keys of documents, and the model field behind each.

A record type declares its document once, as a sequence of keys. Encoding, validation, writing, the JSON Schema and
rendering are all derived from that declaration.

A document contains no computed and no empty values: a key with the default value (an empty text or list, false, null)
is left out, so that equal records have equal documents.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any, Final

from django.db import models

from sanctions.models import Record

Document = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Key:
    """One key of a document, for the model field (or reverse relation) ``field``.

    ``name`` is the key in the document. Keys are compared by identity: each is declared once.
    """

    field: str
    key: str = ""
    name: str = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", self.key or self.field)


@dataclass(frozen=True, eq=False)
class Value(Key):
    """A text, number, boolean, date or mapping in the row itself."""


@dataclass(frozen=True, eq=False)
class Ref(Key):
    """A reference to another record or slugged part: its slug."""


@dataclass(frozen=True, eq=False)
class Refs(Key):
    """References to several records or slugged parts: their slugs, sorted."""


@dataclass(frozen=True, eq=False)
class Codes(Key):
    """Codes stored as rows of a child table (``field`` is the reverse relation, ``column`` the code): sorted."""

    column: str = ""


@dataclass(frozen=True, eq=False)
class Rows(Key):
    """Parts of the record, each an object with ``keys``.

    Exactly one of the reference keys in ``one_of`` must be given. ``is_ordered`` is set if the order of the rows has a
    meaning, such as that of the sections of an order; otherwise the same rows in another order are the same record.
    ``label`` is the key with the name of a part for people, if parts have slugs.
    """

    keys: tuple[Key, ...] = ()
    one_of: tuple[str, ...] = ()
    is_ordered: bool = False
    label: str = ""


@dataclass(frozen=True)
class RecordType:
    """The document of one noun: its keys in order.

    ``name`` is the noun (``order``), ``plural`` the collection (``orders``), ``label`` the key with the name of the
    record for people.
    """

    name: str
    plural: str
    model: type[Record]
    label: str
    keys: tuple[Key, ...]
    rows: tuple[Rows, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", tuple(key for key in self.keys if isinstance(key, Rows)))

    def part(self, name: str) -> Rows:
        """Return the key of parts by name (``measures``); ``KeyError`` if the record has no such parts."""
        for key in self.rows:
            if key.name == name:
                return key
        raise KeyError(f"{self.name} has no parts {name!r}")


@cache
def part_model(model: type[models.Model], key: Codes | Rows) -> type[models.Model]:
    """Return the model of the child rows behind a key."""
    return _related(model, key.field)


@cache
def parent_field(model: type[models.Model], key: Codes | Rows) -> str:
    """Return the name of the child's foreign key to its record."""
    return str(model._meta.get_field(key.field).remote_field.name)  # type: ignore[union-attr]


@cache
def target(model: type[models.Model], key: Ref | Refs) -> type[models.Model]:
    """Return the model that a reference points to."""
    return _related(model, key.field)


def _related(model: type[models.Model], name: str) -> type[models.Model]:
    related = model._meta.get_field(name).related_model
    if not isinstance(related, type):
        raise TypeError(f"{name} of {model._meta.label} is not a relation to a model")
    return related


@cache
def column_of(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    """Return a column of the model's table."""
    column = model._meta.get_field(name)
    if not isinstance(column, models.Field):
        raise TypeError(f"{name} of {model._meta.label} is not a column")
    return column


@cache
def links_of(model: type[models.Model], key: Refs) -> tuple[type[models.Model], str, str]:
    """Return the table of a many-to-many reference, and its columns for the referring and the referred row."""
    relation = model._meta.get_field(key.field)
    if not isinstance(relation, models.ManyToManyField) or relation.remote_field.through is None:
        raise TypeError(f"{key.field} of {model._meta.label} is not a many-to-many relation")
    return relation.remote_field.through, relation.m2m_column_name(), relation.m2m_reverse_name()


@cache
def default_of(model: type[models.Model], key: Value) -> Any:
    """Return the value that a document leaves out. It is shared between calls: do not change it."""
    return column_of(model, key.field).get_default()


def plain(value: Any) -> Any:
    """Return a row's value as JSON: decimals as numbers, whole ones as integers, mappings sorted by key.

    PostgreSQL does not keep the order of the keys of a mapping.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return dict(sorted(value.items()))
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


@cache
def reference_keys(keys: tuple[Key, ...]) -> tuple[Ref | Refs | Rows, ...]:
    """Return the keys that are references, or whose rows may contain some."""
    return tuple(key for key in keys if isinstance(key, Ref | Refs | Rows))


def references(keys: tuple[Key, ...], model: type[models.Model]) -> Iterator[tuple[type[models.Model], Ref | Refs]]:
    """Yield every reference key of a document and its parts, with the model that has it."""
    for key in keys:
        if isinstance(key, Ref | Refs):
            yield model, key
        elif isinstance(key, Rows):
            yield from references(key.keys, part_model(model, key))


def record_field(record_type: RecordType, model: type[models.Model]) -> str:
    """Return the name of the foreign key from a part of the type's records to its record."""
    return next(
        parent_field(record_type.model, key)
        for key in record_type.keys
        if isinstance(key, Codes | Rows) and part_model(record_type.model, key) is model
    )


SLUG: Final = Value("slug")
NOTES: Final = (Value("note"), Value("absences"))
CITATIONS: Final = Rows(
    "citations",
    keys=(
        Ref("source"),
        Value("field"),
        Value("pinpoint"),
        Ref("asserted_by"),
        Value("credibility"),
        Value("quote"),
        Value("note"),
    ),
)
IDENTIFIERS: Final = Rows("identifiers", keys=(Value("scheme"), Value("value"), Value("note")))
NAMES: Final = Rows("names", keys=(Value("kind"), Value("text"), Value("language"), Value("script")))
