"""The flat columns in which CSV and Parquet tell a record, derived from the schema of its answer.

What a record says is a tree, and a table has cells: a reference is its slug and its name, a list of references or
codes is one text, and rows within a record are told by their slugs where they have some, else by their number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, Final

from api.v1.schemas import COMPONENTS
from api.v1.schemas.records import Schema
from api.v1.shape import fields_of, inside

#: Stands between the texts of a list in one cell.
SEPARATOR: Final = "|"
#: Type in JSON Schema → type of the column.
_TYPES: Final = {"string": "text", "integer": "integer", "number": "number", "boolean": "boolean"}

Read = Callable[[Mapping[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, its type, what it holds; ``read`` takes its value from a record."""

    name: str
    type: str
    description: str
    read: Read

    def shown(self) -> dict[str, Any]:
        """Return the column as an answer shows it."""
        return {name: held for name, held in asdict(self).items() if name != "read"}


@cache
def columns(component: str) -> tuple[Column, ...]:
    """Return the columns of the records that a component describes, in the order of its fields."""
    return tuple(
        column for name, schema in fields_of(COMPONENTS[component]).items() for column in _columns(name, schema)
    )


def table(component: str) -> dict[str, str]:
    """Return the columns as the writers of tables take them: name → type."""
    return {column.name: column.type for column in columns(component)}


def row(component: str, record: Mapping[str, Any]) -> list[Any]:
    """Return the cells of a record, in the order of the columns."""
    return [read(record) for read in _reads(component)]


@cache
def _reads(component: str) -> tuple[Read, ...]:
    return tuple(column.read for column in columns(component))


def _columns(name: str, schema: Schema) -> Iterator[Column]:
    held, described = inside(schema), _described(schema)
    if schema.get("type") == "array":
        yield _list(name, held, described)
        return
    fields = held.get("properties", {})
    if not fields:
        yield from _plain(name, held, described)
    elif {"slug", "name"} <= fields.keys():
        yield Column(name, "text", f"{described} Its slug.".strip(), lambda record: _at(record, name, "slug"))
        yield Column(f"{name}_name", "text", f"{described} Its name.".strip(), lambda record: _at(record, name, "name"))
    elif "number" in fields:
        yield Column(f"{name}_number", "integer", fields["number"]["description"], _path(name, "number"))
        yield Column(
            f"{name}_recorded_from", "text", fields["recorded_from"]["description"], _path(name, "recorded_from")
        )
    elif "code" in fields:
        yield Column(name, "text", fields["code"]["description"], _path(name, "code"))
        for part in ("since", "until"):
            yield Column(f"{name}_{part}", "date", _described(fields[part]), _path(name, part))
        yield Column(f"{name}_certain", "boolean", fields["certain"]["description"], _path(name, "certain"))


def _plain(name: str, schema: Schema, described: str) -> Iterator[Column]:
    kinds = schema.get("type")
    kind = next((one for one in ([kinds] if isinstance(kinds, str) else kinds or ()) if one in _TYPES), None)
    if kind is None:
        # An object with keys of its own choosing has no columns.
        return
    if schema.get("format") == "date":
        yield Column(name, "date", described, _path(name))
    else:
        yield Column(name, _TYPES[kind], described, _path(name))


def _list(name: str, held: Schema, described: str) -> Column:
    fields = held.get("properties", {})
    joined = f"Separated by {SEPARATOR}."

    def of(text: Callable[[Any], str]) -> Read:
        return lambda record: SEPARATOR.join(dict.fromkeys(text(one) for one in record.get(name) or ())) or None

    if not fields:
        return Column(name, "text", f"{described} {joined}".strip(), of(str))
    if "slug" in fields:
        return Column(name, "text", f"{described} Their slugs. {joined}".strip(), of(lambda one: one["slug"]))
    if "source" in fields:
        return Column(
            "sources", "text", f"The sources cited: their slugs. {joined}", of(lambda one: one["source"]["slug"])
        )
    if {"scheme", "value"} <= fields.keys():
        text = f"{described} Each as scheme:value. {joined}".strip()
        return Column(name, "text", text, of(lambda one: f"{one['scheme']}:{one['value']}"))
    if "text" in fields:
        return Column(name, "text", f"{described} {joined}".strip(), of(lambda one: one["text"]))
    if {"actor", "standing"} <= fields.keys():
        text = f"{described} Each as slug=standing. {joined}".strip()
        return Column(name, "text", text, of(lambda one: f"{one['actor']['slug']}={one['standing']['code']}"))
    return Column(
        f"{name}_count",
        "integer",
        f"{described} How many there are.".strip(),
        lambda record: len(record.get(name) or ()),
    )


def _described(schema: Schema) -> str:
    found = schema if "description" in schema else schema.get("oneOf", [{}])[0]
    return str(found.get("description", ""))


def _at(record: Mapping[str, Any], *path: str) -> Any:
    found: Any = record
    for name in path:
        found = (found or {}).get(name)
    return found


def _path(*path: str) -> Read:
    if len(path) == 1:
        return lambda record: record.get(path[0])
    return lambda record: _at(record, *path)
