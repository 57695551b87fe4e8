"""Choose the fields of an answer (``fields``, ``omit``), and replace references by whole records (``expand``).

The fields and references are read from the schema of the answer, so that parameters and schema always agree. A
reference can be expanded if its schema has ``x-refers-to``, the component of the record that it refers to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, Final, cast

import orjson
from django.db.models import QuerySet
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request

from api.http.parameters.base import InvalidValue, Parameter, closest, rejection
from api.http.parameters.query import openapi_parameter, value_faults
from api.http.problems import InvalidParameters, ParameterFault
from api.http.renderers import JSONLinesRenderer, JSONRenderer, PageRenderer
from api.v1.schemas import COMPONENTS
from api.v1.schemas.records import NAMED_MODELS, NAMES, Schema, of_the_day
from sanctions.questions.streaming import documents

#: The largest number of paths in one parameter.
MOST_PATHS: Final = 50
#: The largest number of references that one request may expand; each takes a query.
MOST_EXPANDED: Final = 5
#: The parameters, in the order in which they are described.
PARAMETERS: Final = ("fields", "omit", "expand")
#: The formats that have fields; the others map records to structures of their own.
_SHAPED: Final = frozenset({JSONRenderer.format, PageRenderer.format, JSONLinesRenderer.format})

Path = tuple[str, ...]
#: Field → its chosen fields; empty for the whole field.
Tree = dict[str, "Tree"]


class Paths(Parameter):
    """Names of fields separated by commas; a dot leads into a field."""

    longest = 4000
    most: ClassVar[int] = MOST_PATHS

    def read(self, value: str) -> list[Path]:
        parts = value.split(",")
        if len(parts) > self.most:
            raise InvalidValue(f"At most {self.most} paths are allowed, these are {len(parts)}.", "too_many")
        return [tuple(part.split(".")) for part in dict.fromkeys(parts)]

    def schema(self) -> dict[str, Any]:
        path = {"type": "string", "pattern": r"^[a-z_]+(\.[a-z_]+)*$"}
        return {"type": "array", "items": path, "minItems": 1, "maxItems": self.most}


class References(Paths):
    """Paths of references that can be expanded, separated by commas."""

    most = MOST_EXPANDED

    def __init__(self, help_text: str, known: Iterable[Path] = ()) -> None:
        super().__init__(help_text)
        self.known = sorted(".".join(path) for path in known)

    def schema(self) -> dict[str, Any]:
        if not self.known:
            # The answer has no references: only an empty list is valid.
            return {"type": "array", "items": {"type": "string"}, "maxItems": 0}
        items = {"type": "string", "enum": self.known}
        return {"type": "array", "items": items, "minItems": 1, "maxItems": self.most}


def parameters(component: str) -> dict[str, Parameter]:
    """Return the parameters of the answers with a component."""
    declared = (
        Paths("Return only these fields: names separated by commas; a dot leads into a field."),
        Paths("Leave out these fields: names separated by commas; a dot leads into a field."),
        References(
            "Replace these references by the published records: paths separated by commas.", references(component)
        ),
    )
    return dict(zip(PARAMETERS, declared, strict=True))


# --- Fields and references of a schema ----------------------------------------------------------


def inside(schema: Schema) -> Schema:
    """Return the schema of the value of a field: without null, of the items of a list, of a referenced component."""
    if "items" in schema:
        return inside(schema["items"])
    if "oneOf" in schema:
        return inside(schema["oneOf"][0])
    if "$ref" in schema:
        component = COMPONENTS[schema["$ref"].rpartition("/")[2]]
        return inside(component) | {key: schema[key] for key in (NAMES,) if key in schema}
    return schema


def fields_of(schema: Schema) -> Mapping[str, Schema]:
    """Return the fields of the objects that a schema describes: name → schema."""
    return cast("Mapping[str, Schema]", inside(schema).get("properties", {}))


def _stored(component: str) -> Mapping[str, Schema]:
    """Return the fields of an expanded record: all but those that depend on the day of the question."""
    fields = fields_of(COMPONENTS[component])
    return {name: schema for name, schema in fields.items() if name not in of_the_day(component)}


@cache
def references(component: str) -> Mapping[Path, str]:
    """Return the references of a component to records: path → component of the record."""
    return dict(_references(COMPONENTS[component]))


def _references(schema: Schema, before: Path = ()) -> Iterator[tuple[Path, str]]:
    for name, field in fields_of(schema).items():
        path = (*before, name)
        value = inside(field)
        if NAMES in value:
            yield path, value[NAMES]
        yield from _references(field, path)


# --- The requested shape ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shape:
    """A requested shape: the fields to return (``None`` for all), those to leave out, the references to expand."""

    fields: Tree | None
    omit: Tree
    expand: Mapping[Path, str]

    def apply(self, rows: Sequence[bytes]) -> Sequence[bytes]:
        """Return JSON objects in this shape; the same bytes if no shape was requested."""
        if self.fields is None and not self.omit and not self.expand:
            return rows
        records = [orjson.loads(row) for row in rows]
        for path, component in self.expand.items():
            _expand([reference for record in records for reference in _objects_at(record, path)], component)
        if self.fields is not None:
            records = [_only(record, self.fields) for record in records]
        return [orjson.dumps(_without(record, self.omit)) for record in records]


#: The shape of an answer without parameters.
_AS_STORED: Final = Shape(None, {}, {})


def shape_of(query: Mapping[str, str], component: str) -> Shape:
    """Return the shape that a query requests. Raises :class:`InvalidParameters` with every unknown path."""
    if not any(name in query for name in PARAMETERS):
        return _AS_STORED
    values: dict[str, list[Path]] = {}
    errors: dict[str, list[InvalidValue]] = {}
    known = references(component)

    def read(name: str, check: Callable[[Path], None]) -> None:
        try:
            values[name] = parameters(component)[name].clean(query.get(name)) or []
            for path in values[name]:
                check(path)
        except InvalidValue as refusal:
            errors[name] = [refusal]

    read("expand", lambda path: _check_reference(path, known))
    # An expanded reference has its own fields and those of the record.
    expand = {path: known[path] for path in sorted(values.get("expand", ()), key=len) if path in known}
    for name in ("fields", "omit"):
        read(name, lambda path: _check(path, COMPONENTS[component], expand))
    if errors:
        raise InvalidParameters(value_faults(query, errors))  # type: ignore[arg-type]
    return Shape(_tree(values["fields"]) if values["fields"] else None, _tree(values["omit"]), expand)


def _check_reference(path: Path, known: Mapping[Path, str]) -> None:
    if path not in known:
        allowed = [".".join(reference) for reference in known]
        guess = closest(".".join(path), allowed)
        message = rejection(
            f"{'.'.join(path)!r} is not a reference that can be expanded.", did_you_mean=guess, allowed=allowed
        )
        raise InvalidValue(message, "unknown_field", allowed=allowed, did_you_mean=guess)


def _check(path: Path, schema: Schema, expand: Mapping[Path, str]) -> None:
    for place, name in enumerate(path):
        before = path[:place]
        fields = {**fields_of(schema), **(_stored(expand[before]) if before in expand else {})}
        if name not in fields:
            guess = closest(name, fields)
            unknown = f"{'.'.join(before)!r} has no field {name!r}." if before else f"The answer has no field {name!r}."
            allowed = sorted(fields)
            message = rejection(unknown, did_you_mean=guess, allowed=allowed)
            raise InvalidValue(message, "unknown_field", allowed=allowed, did_you_mean=guess)
        schema = fields[name]


def _tree(paths: Iterable[Path]) -> Tree:
    """Return paths as a tree; the path to a field includes all paths into it."""
    tree: Tree = {}
    for path in sorted(paths, key=len):
        node = tree
        for place, name in enumerate(path):
            if name in node and not node[name]:
                break
            node = node.setdefault(name, {})
            if place == len(path) - 1:
                node.clear()
    return tree


def _only(value: Any, tree: Tree) -> Any:
    match value:
        case list():
            return [_only(item, tree) for item in value]
        case dict():
            return {
                name: _only(field, tree[name]) if tree[name] else field for name, field in value.items() if name in tree
            }
    return value


def _without(value: Any, tree: Tree) -> Any:
    if not tree:
        return value
    match value:
        case list():
            return [_without(item, tree) for item in value]
        case dict():
            return {
                name: _without(field, tree.get(name, {}))
                for name, field in value.items()
                if tree.get(name) or name not in tree
            }
    return value


# --- Expanding ----------------------------------------------------------------------------------


def _objects_at(value: Any, path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects at a path."""
    match value:
        case list():
            for item in value:
                yield from _objects_at(item, path)
        case dict() if not path:
            yield value
        case dict():
            yield from _objects_at(value.get(path[0]), path[1:])


def _expand(references: Sequence[dict[str, Any]], component: str) -> None:
    """Add the fields of the records to references; those to unpublished records stay as they are."""
    records = documents(NAMED_MODELS[component], {reference["slug"] for reference in references})
    for reference in references:
        if reference["slug"] in records:
            reference.update(orjson.loads(records[reference["slug"]]))


class ShapeBackend(BaseFilterBackend):
    """Set ``view.shape`` to the requested shape; the rows are not filtered."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        """Return the rows. Raises :class:`InvalidParameters` for a format without fields."""
        query = request.query_params
        given = [name for name in PARAMETERS if name in query]
        if given and (format_name := request.accepted_renderer.format) not in _SHAPED:
            message = f"Fields can be chosen in JSON and JSON Lines only; this answer is {format_name}."
            raise InvalidParameters([ParameterFault(name, query[name], "contradiction", message) for name in given])
        view.shape = shape_of(query, view.component)
        return queryset

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [openapi_parameter(name, field) for name, field in parameters(view.component).items()]
