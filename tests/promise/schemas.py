"""Compare two JSON Schemas: can the new one replace the old for clients that send such values, or read them?

The schema of a request may become wider, never narrower: the server still accepts all that it accepted. The schema of
an answer may become narrower, never wider: what clients know of a value still holds. Two things may always be added to
answers, and docs/api.md asks clients to expect them: keys and codes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any, Final

Schema = Mapping[str, Any]

#: The prefix of references to components.
COMPONENTS: Final = "#/components/schemas/"
#: The key next to `deprecated`: the day from which the deprecated item may be removed.
SUNSET: Final = "x-sunset"
#: The bounds of a value: greater lower bounds and smaller upper bounds allow less.
_LOWER: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems")
_UPPER: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")
_ANY: Final = frozenset({"null", "boolean", "object", "array", "number", "integer", "string"})
#: A pattern whose values begin with one of several words.
_BEGINNINGS: Final = re.compile(r"\^\((?P<words>[\w|-]+)\)(?P<rest>[^|()]*)")


class Side(Enum):
    """Who writes the value: the client in a request, or the server in an answer."""

    REQUEST = "request"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True, order=True)
class Break:
    """A broken promise: where, and what."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def is_over(node: Schema, day: date) -> bool:
    """Return whether a node is deprecated, and its sunset has come by the day."""
    return bool(node.get("deprecated")) and SUNSET in node and date.fromisoformat(str(node[SUNSET])) <= day


def hastened(where: str, old: Schema, new: Schema) -> Iterator[Break]:
    """Yield a break if the sunset of a node has become earlier."""
    if SUNSET in old and str(new.get(SUNSET, old[SUNSET])) < str(old[SUNSET]):
        yield Break(where, f"its sunset is {new[SUNSET]} now, was {old[SUNSET]}")


@dataclass(slots=True)
class Comparison:
    """The comparison of two documents: their components, the day, and the pairs of components compared so far."""

    old: Mapping[str, Schema]
    new: Mapping[str, Schema]
    day: date
    seen: set[tuple[str, str, Side]] = field(default_factory=set)

    def breaks(self, where: str, old: Schema, new: Schema, side: Side) -> Iterator[Break]:
        """Yield what the new schema breaks. A pair of components is compared once, and reported under its name."""
        was, now = old.get("$ref", ""), new.get("$ref", "")
        if was or now:
            if (was, now, side) in self.seen:
                return
            self.seen.add((was, now, side))
        if was == now:
            where = was.removeprefix(COMPONENTS) or where
        before, after = _resolved(old, self.old), _resolved(new, self.new)
        if "oneOf" in before or "oneOf" in after:
            yield from self._alternatives(where, before.get("oneOf", [old]), after.get("oneOf", [new]), side)
            return
        yield from (_narrowed if side is Side.REQUEST else _loosened)(where, before, after)
        yield from self._within(where, before, after, side)

    def _alternatives(self, where: str, old: list[Schema], new: list[Schema], side: Side) -> Iterator[Break]:
        """Yield alternatives that a request may no longer have, or that an answer did not have before."""
        lasting, choice = (old, new) if side is Side.REQUEST else (new, old)
        complaint = "is no longer accepted" if side is Side.REQUEST else "was not answered before"
        for alternative in lasting:
            name = alternative.get("$ref")
            twin = next((other for other in choice if name and other.get("$ref") == name), None)
            if twin is not None:
                yield from self.breaks(
                    where, *((alternative, twin) if side is Side.REQUEST else (twin, alternative)), side
                )
            elif not any(self._fits(alternative, other, side) for other in choice):
                yield Break(where, f"{_named(alternative)} {complaint}")

    def _fits(self, alternative: Schema, other: Schema, side: Side) -> bool:
        alone = Comparison(self.old, self.new, self.day)
        return not [*alone.breaks("", *((alternative, other) if side is Side.REQUEST else (other, alternative)), side)]

    def _within(self, where: str, old: Schema, new: Schema, side: Side) -> Iterator[Break]:
        """Compare the keys of objects, and the items of lists."""
        properties = new.get("properties", {})
        for name, held in old.get("properties", {}).items():
            if name in properties:
                yield from hastened(_dotted(where, name), held, properties[name])
                yield from self.breaks(_dotted(where, name), held, properties[name], side)
            elif not is_over(held, self.day):
                yield Break(_dotted(where, name), "the field was removed")
        for part in ("items", "additionalProperties"):
            if isinstance(old.get(part), Mapping) and isinstance(new.get(part), Mapping):
                yield from self.breaks(f"{where}[]", old[part], new[part], side)
            elif isinstance(old.get(part), Mapping) and side is Side.ANSWER:
                yield Break(f"{where}[]", "its items are no longer described")
        before, after = set(old.get("required", ())), set(new.get("required", ()))
        if side is Side.REQUEST:
            yield from (Break(_dotted(where, name), "the field has become required") for name in after - before)
        else:
            optional = (before - after) & set(properties)
            yield from (Break(_dotted(where, name), "the field may be missing now") for name in optional)


def _resolved(schema: Schema, components: Mapping[str, Schema]) -> Schema:
    while "$ref" in schema:
        schema = components[schema["$ref"].removeprefix(COMPONENTS)]
    return schema


def _named(schema: Schema) -> str:
    return str(schema.get("$ref", "")).removeprefix(COMPONENTS) or f"the alternative of type {schema.get('type')}"


def _dotted(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _types(schema: Schema) -> frozenset[str]:
    """Return the types of a value; integers are numbers too."""
    declared = schema.get("type", _ANY)
    types = {declared} if isinstance(declared, str) else set(declared)
    return frozenset(types | {"integer"} if "number" in types else types)


def _codes(schema: Schema) -> set[Any] | None:
    """Return the listed values, ``None`` if any value is allowed."""
    if "const" in schema:
        return {schema["const"]}
    return set(schema["enum"]) if "enum" in schema else None


def _listed(names: set[Any] | frozenset[Any]) -> str:
    return ", ".join(sorted(str(name) for name in names))


def _narrowed(where: str, old: Schema, new: Schema) -> Iterator[Break]:
    """Yield what was accepted and is rejected now."""
    if lost_types := _types(old) - _types(new):
        yield Break(where, f"no longer accepts a value of type {_listed(lost_types)}")
    before, after = _codes(old), _codes(new)
    if after is not None and before is None:
        yield Break(where, f"accepts only {_listed(after)} now")
    elif after is not None and before is not None and (lost := before - after):
        yield Break(where, f"no longer accepts {_listed(lost)}")
    yield from _bounded(where, old, new)
    for name in ("pattern", "format"):
        if name in new and new[name] != old.get(name) and not _offers_more(old.get(name, ""), new[name]):
            yield Break(where, f"{name} is {new[name]} now, was {old.get(name, 'not set')}")
    if new.get("additionalProperties") is False and old.get("additionalProperties") is not False:
        yield Break(where, "no longer accepts other fields")
    if old.get("default") != new.get("default"):
        yield Break(where, f"the default is {new.get('default')} now, was {old.get('default')}")


def _offers_more(old: str, new: str) -> bool:
    """Whether a pattern accepts all values of another, because it lists more words to begin with."""
    before, after = (_BEGINNINGS.fullmatch(pattern) for pattern in (old, new))
    if before is None or after is None or before["rest"] != after["rest"]:
        return False
    return set(before["words"].split("|")) <= set(after["words"].split("|"))


def _bounded(where: str, old: Schema, new: Schema) -> Iterator[Break]:
    for name in (*_LOWER, *_UPPER):
        bound, known = new.get(name), old.get(name)
        if bound is not None and (known is None or (bound > known if name in _LOWER else bound < known)):
            yield Break(where, f"{name} is {bound} now, was {'not set' if known is None else known}")


def _loosened(where: str, old: Schema, new: Schema) -> Iterator[Break]:
    """Yield what was known of the value and no longer holds."""
    if more := _types(new) - _types(old):
        yield Break(where, f"may be of type {_listed(more)} now")
    if "const" in old and _codes(new) != _codes(old):
        yield Break(where, f"was always {old['const']}")
    elif _codes(old) is not None and _codes(new) is None:
        yield Break(where, "was one of the listed codes, may be anything now")
    for name in ("format", "contentMediaType"):
        if name in old and new.get(name) != old[name]:
            yield Break(where, f"{name} was {old[name]}, is {new.get(name, 'not set')} now")
