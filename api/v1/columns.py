"""The flat columns of records in CSV and Parquet, derived from the schema of the JSON answer.

A record is a tree, a table has cells. A reference becomes two columns, its slug and its name. A list of references or
codes becomes one text. Rows within a record become a list of their slugs, or their number if they have no slugs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, Final

from api.v1.schemas import COMPONENTS
from api.v1.schemas.records import Schema
from api.v1.shape import fields_of, inside

#: Separates the items of a list in one cell.
SEPARATOR: Final = "|"
#: Type in JSON Schema → type of the column.
_TYPES: Final = {"string": "text", "integer": "integer", "number": "number", "boolean": "boolean"}

Read = Callable[[Mapping[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table; ``read`` returns its value from a record."""

    name: str
    type: str
    description: str
    read: Read

    def as_entry(self) -> dict[str, Any]:
        """Return the column as an entry of the dictionary of columns."""
        return {name: value for name, value in asdict(self).items() if name != "read"}


@cache
def columns(component: str) -> tuple[Column, ...]:
    """Return the columns of the records that a component describes, in the order of its fields."""
    return tuple(
        column for name, schema in fields_of(COMPONENTS[component]).items() for column in _columns(name, schema)
    )


def table(component: str) -> dict[str, str]:
    """Return the columns for the writers of tables: name → type."""
    return {column.name: column.type for column in columns(component)}


def row(component: str, record: Mapping[str, Any]) -> list[Any]:
    """Return the cells of a record, in the order of the columns."""
    return [read(record) for read in _reads(component)]


@cache
def _reads(component: str) -> tuple[Read, ...]:
    return tuple(column.read for column in columns(component))


def _columns(name: str, schema: Schema) -> Iterator[Column]:
    value, description = inside(schema), _description(schema)
    if schema.get("type") == "array":
        yield _list(name, value, description)
        return
    fields = value.get("properties", {})
    if not fields:
        yield from _plain(name, value, description)
    elif {"slug", "name"} <= fields.keys():
        yield Column(name, "text", f"{description} Its slug.".strip(), lambda record: _at(record, name, "slug"))
        yield Column(
            f"{name}_name", "text", f"{description} Its name.".strip(), lambda record: _at(record, name, "name")
        )
    elif "number" in fields:
        yield Column(f"{name}_number", "integer", fields["number"]["description"], _path(name, "number"))
        yield Column(
            f"{name}_recorded_from", "text", fields["recorded_from"]["description"], _path(name, "recorded_from")
        )
    elif "code" in fields:
        yield Column(name, "text", fields["code"]["description"], _path(name, "code"))
        for part in ("since", "until"):
            yield Column(f"{name}_{part}", "date", _description(fields[part]), _path(name, part))
        yield Column(f"{name}_certain", "boolean", fields["certain"]["description"], _path(name, "certain"))


def _plain(name: str, schema: Schema, description: str) -> Iterator[Column]:
    types = schema.get("type")
    json_type = next((item for item in ([types] if isinstance(types, str) else types or ()) if item in _TYPES), None)
    if json_type is None:
        # An object with arbitrary keys has no columns.
        return
    column_type = "date" if schema.get("format") == "date" else _TYPES[json_type]
    yield Column(name, column_type, description, _path(name))


def _list(name: str, item: Schema, description: str) -> Column:
    fields = item.get("properties", {})
    joined = f"Separated by {SEPARATOR}."

    def join(text: Callable[[Any], str]) -> Read:
        return lambda record: SEPARATOR.join(dict.fromkeys(text(row) for row in record.get(name) or ())) or None

    if not fields:
        return Column(name, "text", f"{description} {joined}".strip(), join(str))
    if "slug" in fields:
        return Column(name, "text", f"{description} Their slugs. {joined}".strip(), join(lambda row: row["slug"]))
    if "source" in fields:
        return Column(
            "sources", "text", f"The sources cited: their slugs. {joined}", join(lambda row: row["source"]["slug"])
        )
    if {"scheme", "value"} <= fields.keys():
        text = f"{description} Each as scheme:value. {joined}".strip()
        return Column(name, "text", text, join(lambda row: f"{row['scheme']}:{row['value']}"))
    if "text" in fields:
        return Column(name, "text", f"{description} {joined}".strip(), join(lambda row: row["text"]))
    if {"actor", "standing"} <= fields.keys():
        text = f"{description} Each as slug=standing. {joined}".strip()
        return Column(name, "text", text, join(lambda row: f"{row['actor']['slug']}={row['standing']['code']}"))
    return Column(
        f"{name}_count",
        "integer",
        f"{description} How many there are.".strip(),
        lambda record: len(record.get(name) or ()),
    )


def _description(schema: Schema) -> str:
    described = schema if "description" in schema else schema.get("oneOf", [{}])[0]
    return str(described.get("description", ""))


def _at(record: Mapping[str, Any], *path: str) -> Any:
    value: Any = record
    for name in path:
        value = (value or {}).get(name)
    return value


def _path(*path: str) -> Read:
    if len(path) == 1:
        return lambda record: record.get(path[0])
    return lambda record: _at(record, *path)
