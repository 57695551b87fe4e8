"""The shape of an answer: which of its fields are told (``fields``, ``omit``), and what is told in full (``expand``).

What there is to choose from is read from the schema of the answer, so that both always agree. Where the schema says
that a reference names a record of such a kind (``x-refers-to``), its document can be put in its place.
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

#: Paths that one parameter may have.
MOST_PATHS: Final = 50
#: References that one request may expand; each takes a query.
MOST_EXPANDED: Final = 5
#: The parameters, in the order in which they are described.
PARAMETERS: Final = ("fields", "omit", "expand")
#: The formats that have a shape to choose; the others say what they have in a form of their own.
_SHAPED: Final = frozenset({JSONRenderer.format, PageRenderer.format, JSONLinesRenderer.format})

Path = tuple[str, ...]
#: Field → what of it; nothing stands for all of it.
Tree = dict[str, "Tree"]


class Paths(Parameter):
    """Names of fields separated by commas; a dot leads into a field."""

    longest = 4000
    most: ClassVar[int] = MOST_PATHS

    def read(self, value: str) -> list[Path]:
        """Return the paths."""
        parts = value.split(",")
        if len(parts) > self.most:
            raise InvalidValue(f"At most {self.most} paths are allowed, these are {len(parts)}.", "too_many")
        return [tuple(part.split(".")) for part in dict.fromkeys(parts)]

    def schema(self) -> dict[str, Any]:
        """Return that it is a list of paths."""
        path = {"type": "string", "pattern": r"^[a-z_]+(\.[a-z_]+)*$"}
        return {"type": "array", "items": path, "minItems": 1, "maxItems": self.most}


class References(Paths):
    """Names of references separated by commas, likewise; those that the schema knows."""

    most = MOST_EXPANDED

    def __init__(self, help_text: str, known: Iterable[Path] = ()) -> None:
        super().__init__(help_text)
        self.known = sorted(".".join(path) for path in known)

    def schema(self) -> dict[str, Any]:
        """Return which references there are; where there is none the list can have nothing in it."""
        if not self.known:
            return {"type": "array", "items": {"type": "string"}, "maxItems": 0}
        items = {"type": "string", "enum": self.known}
        return {"type": "array", "items": items, "minItems": 1, "maxItems": self.most}


def parameters(component: str) -> dict[str, Parameter]:
    """Return the parameters of an answer that is such a component."""
    made = (
        Paths("The fields that are told, and no others: names separated by commas; a dot leads into a field."),
        Paths("Fields that are not told, likewise."),
        References(
            "References in whose place the published records stand that they name: paths separated by commas.",
            references(component),
        ),
    )
    return dict(zip(PARAMETERS, made, strict=True))


# --- What the schema has ------------------------------------------------------------------------


def inside(schema: Schema) -> Schema:
    """Return the schema of what a field holds, also where it may be null, is a list, or has a component of its own."""
    if "items" in schema:
        return inside(schema["items"])
    if "oneOf" in schema:
        return inside(schema["oneOf"][0])
    if "$ref" in schema:
        component = COMPONENTS[schema["$ref"].rpartition("/")[2]]
        return inside(component) | {key: schema[key] for key in (NAMES,) if key in schema}
    return schema


def fields_of(schema: Schema) -> Mapping[str, Schema]:
    """Return the fields of what a schema describes: name → schema."""
    return cast("Mapping[str, Schema]", inside(schema).get("properties", {}))


def _stored(component: str) -> Mapping[str, Schema]:
    """Return the fields that stand in the place of a reference: what depends on the day is not among them."""
    fields = fields_of(COMPONENTS[component])
    return {name: held for name, held in fields.items() if name not in of_the_day(component)}


@cache
def references(component: str) -> Mapping[Path, str]:
    """Return the references of a component that name records: path → the component of what is named."""
    return dict(_references(COMPONENTS[component]))


def _references(schema: Schema, before: Path = ()) -> Iterator[tuple[Path, str]]:
    for name, held in fields_of(schema).items():
        path = (*before, name)
        found = inside(held)
        if NAMES in found:
            yield path, found[NAMES]
        yield from _references(held, path)


# --- What is asked for --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape: the fields that are told (``None`` is all), those that are not, and what is expanded."""

    fields: Tree | None
    omit: Tree
    expand: Mapping[Path, str]

    def applied(self, rows: Sequence[bytes]) -> Sequence[bytes]:
        """Return JSON objects in this shape; untouched where nothing was asked for."""
        if self.fields is None and not self.omit and not self.expand:
            return rows
        found = [orjson.loads(row) for row in rows]
        for path, component in self.expand.items():
            _expand([reference for row in found for reference in _at(row, path)], component)
        if self.fields is not None:
            found = [_only(row, self.fields) for row in found]
        return [orjson.dumps(_without(row, self.omit)) for row in found]


#: The shape that nobody has asked to change.
_AS_STORED: Final = Shape(None, {}, {})


def shape_of(query: Mapping[str, str], component: str) -> Shape:
    """Read the shape that a query asks for; :class:`InvalidParameters` with every path that is not there."""
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
    # What is expanded has the fields of both: of the reference, and of what it names.
    expand = {path: known[path] for path in sorted(values.get("expand", ()), key=len) if path in known}
    for name in ("fields", "omit"):
        read(name, lambda path: _check(path, COMPONENTS[component], expand))
    if errors:
        raise InvalidParameters(value_faults(query, errors))  # type: ignore[arg-type]
    return Shape(_tree(values["fields"]) if values["fields"] else None, _tree(values["omit"]), expand)


def _check_reference(path: Path, known: Mapping[Path, str]) -> None:
    if path not in known:
        allowed = [".".join(one) for one in known]
        guess = closest(".".join(path), allowed)
        message = rejection(
            f"{'.'.join(path)!r} is no reference that can be expanded.", did_you_mean=guess, allowed=allowed
        )
        raise InvalidValue(message, "unknown_field", allowed=allowed, did_you_mean=guess)


def _check(path: Path, schema: Schema, expand: Mapping[Path, str]) -> None:
    for place, name in enumerate(path):
        before = path[:place]
        fields = {**fields_of(schema), **(_stored(expand[before]) if before in expand else {})}
        if name not in fields:
            guess = closest(name, fields)
            where = f"There is no field {name!r} in {'.'.join(before)!r}." if before else f"There is no field {name!r}."
            allowed = sorted(fields)
            message = rejection(where, did_you_mean=guess, allowed=allowed)
            raise InvalidValue(message, "unknown_field", allowed=allowed, did_you_mean=guess)
        schema = fields[name]


def _tree(paths: Iterable[Path]) -> Tree:
    """Return paths as a tree; a path to a field outdoes those that lead into it."""
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
            return [_only(one, tree) for one in value]
        case dict():
            return {
                name: _only(held, tree[name]) if tree[name] else held for name, held in value.items() if name in tree
            }
    return value


def _without(value: Any, tree: Tree) -> Any:
    if not tree:
        return value
    match value:
        case list():
            return [_without(one, tree) for one in value]
        case dict():
            return {
                name: _without(held, tree.get(name, {}))
                for name, held in value.items()
                if tree.get(name) or name not in tree
            }
    return value


# --- Expanding ----------------------------------------------------------------------------------


def _at(value: Any, path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects at a path."""
    match value:
        case list():
            for one in value:
                yield from _at(one, path)
        case dict() if not path:
            yield value
        case dict():
            yield from _at(value.get(path[0]), path[1:])


def _expand(named: Sequence[dict[str, Any]], component: str) -> None:
    """Put what is published of each record into the references that name it; what is not public stays a reference."""
    found = documents(NAMED_MODELS[component], {reference["slug"] for reference in named})
    for reference in named:
        if reference["slug"] in found:
            reference.update(orjson.loads(found[reference["slug"]]))


class ShapeBackend(BaseFilterBackend):
    """Lets a view know the shape that is asked for (``shape``); the rows stay as they are."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        """Read the shape; refuse one of an answer that has none to choose."""
        query = request.query_params
        given = [name for name in PARAMETERS if name in query]
        if given and (form := request.accepted_renderer.format) not in _SHAPED:
            message = f"Only JSON and JSON Lines have fields to choose from, and this answer is {form}."
            raise InvalidParameters([ParameterFault(name, query[name], "contradiction", message) for name in given])
        view.shape = shape_of(query, view.component)
        return queryset

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Return the parameters as OpenAPI describes them."""
        return [openapi_parameter(name, field) for name, field in parameters(view.component).items()]
