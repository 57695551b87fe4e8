"""Whether one JSON Schema can take the place of another, for those who send such values and those who read them.

What could be sent must still be taken: a schema of requests may become wider and never narrower. What was known of an
answer must still hold: a schema of answers may say more of a value and never less, but for two things for which every
reader is told to be ready, keys and codes that are new.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any, Final

Schema = Mapping[str, Any]

#: How a reference to a component begins.
COMPONENTS: Final = "#/components/schemas/"
#: Beside `deprecated`: the day from which what is deprecated may be gone.
SUNSET: Final = "x-sunset"
#: The bounds that a value has to respect: those that allow less the greater they are, and the others.
_LOWER: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems")
_UPPER: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")
_ANY: Final = frozenset({"null", "boolean", "object", "array", "number", "integer", "string"})
#: A pattern of which a value begins with one of some words.
_BEGINNINGS: Final = re.compile(r"\^\((?P<words>[\w|-]+)\)(?P<rest>[^|()]*)")


class Side(Enum):
    """Who writes the value: whoever asks, or we."""

    REQUEST = "request"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True, order=True)
class Break:
    """A promise that is not kept: where, and in what way."""

    where: str
    what: str

    def __str__(self) -> str:
        """Return it as a line."""
        return f"{self.where}: {self.what}"


def is_over(node: Schema, day: date) -> bool:
    """Return whether what a node describes was promised until a sunset that has come by the day."""
    return bool(node.get("deprecated")) and SUNSET in node and date.fromisoformat(str(node[SUNSET])) <= day


def hastened(where: str, old: Schema, new: Schema) -> Iterator[Break]:
    """Yield that what is deprecated would go earlier than was promised."""
    if SUNSET in old and str(new.get(SUNSET, old[SUNSET])) < str(old[SUNSET]):
        yield Break(where, f"its sunset is {new[SUNSET]} now, and was {old[SUNSET]}")


@dataclass(slots=True)
class Comparison:
    """What two documents have in common: their components, the day, and the components compared so far."""

    old: Mapping[str, Schema]
    new: Mapping[str, Schema]
    day: date
    seen: set[tuple[str, str, Side]] = field(default_factory=set)

    def breaks(self, where: str, old: Schema, new: Schema, side: Side) -> Iterator[Break]:
        """Yield what the new schema breaks; a pair of components is compared once, under its name."""
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
        """Every alternative that was taken still is; every one that is answered was known."""
        lasting, choice = (old, new) if side is Side.REQUEST else (new, old)
        complaint = "is not taken any more" if side is Side.REQUEST else "was not answered before"
        for one in lasting:
            name = one.get("$ref")
            same = next((other for other in choice if name and other.get("$ref") == name), None)
            if same is not None:
                yield from self.breaks(where, *((one, same) if side is Side.REQUEST else (same, one)), side)
            elif not any(self._fits(one, other, side) for other in choice):
                yield Break(where, f"{_named(one)} {complaint}")

    def _fits(self, one: Schema, other: Schema, side: Side) -> bool:
        alone = Comparison(self.old, self.new, self.day)
        return not [*alone.breaks("", *((one, other) if side is Side.REQUEST else (other, one)), side)]

    def _within(self, where: str, old: Schema, new: Schema, side: Side) -> Iterator[Break]:
        """Compare what the values hold: the keys of objects, the items of lists."""
        properties = new.get("properties", {})
        for name, held in old.get("properties", {}).items():
            if name in properties:
                yield from hastened(_dotted(where, name), held, properties[name])
                yield from self.breaks(_dotted(where, name), held, properties[name], side)
            elif not is_over(held, self.day):
                yield Break(_dotted(where, name), "the field is gone")
        for part in ("items", "additionalProperties"):
            if isinstance(old.get(part), Mapping) and isinstance(new.get(part), Mapping):
                yield from self.breaks(f"{where}[]", old[part], new[part], side)
            elif isinstance(old.get(part), Mapping) and side is Side.ANSWER:
                yield Break(f"{where}[]", "what is in it is not told any more")
        before, after = set(old.get("required", ())), set(new.get("required", ()))
        if side is Side.REQUEST:
            yield from (Break(_dotted(where, name), "the field has become required") for name in after - before)
        else:
            gone = (before - after) & set(properties)
            yield from (Break(_dotted(where, name), "the field may be missing now") for name in gone)


def _resolved(schema: Schema, components: Mapping[str, Schema]) -> Schema:
    while "$ref" in schema:
        schema = components[schema["$ref"].removeprefix(COMPONENTS)]
    return schema


def _named(schema: Schema) -> str:
    return str(schema.get("$ref", "")).removeprefix(COMPONENTS) or f"the alternative of type {schema.get('type')}"


def _dotted(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _types(schema: Schema) -> frozenset[str]:
    """Return the types of a value; whole numbers are numbers too."""
    named = schema.get("type", _ANY)
    found = {named} if isinstance(named, str) else set(named)
    return frozenset(found | {"integer"} if "number" in found else found)


def _codes(schema: Schema) -> set[Any] | None:
    """Return the values that are allowed one by one, ``None`` where they are not listed."""
    if "const" in schema:
        return {schema["const"]}
    return set(schema["enum"]) if "enum" in schema else None


def _listed(names: set[Any] | frozenset[Any]) -> str:
    return ", ".join(sorted(str(name) for name in names))


def _narrowed(where: str, old: Schema, new: Schema) -> Iterator[Break]:
    """Yield what was taken and is refused now."""
    if gone := _types(old) - _types(new):
        yield Break(where, f"no longer takes a value of type {_listed(gone)}")
    before, after = _codes(old), _codes(new)
    if after is not None and before is None:
        yield Break(where, f"takes no other values than {_listed(after)} now")
    elif after is not None and before is not None and (lost := before - after):
        yield Break(where, f"no longer takes {_listed(lost)}")
    yield from _bounded(where, old, new)
    for name in ("pattern", "format"):
        if name in new and new[name] != old.get(name) and not _offers_more(old.get(name, ""), new[name]):
            yield Break(where, f"{name} is {new[name]} now, and was {old.get(name, 'not set')}")
    if new.get("additionalProperties") is False and old.get("additionalProperties") is not False:
        yield Break(where, "takes no other fields any more")
    if old.get("default") != new.get("default"):
        yield Break(where, f"what is taken unless given is {new.get('default')} now, and was {old.get('default')}")


def _offers_more(old: str, new: str) -> bool:
    """Whether a pattern takes all that another takes because it names more words of which a value begins with one."""
    before, after = (_BEGINNINGS.fullmatch(pattern) for pattern in (old, new))
    if before is None or after is None or before["rest"] != after["rest"]:
        return False
    return set(before["words"].split("|")) <= set(after["words"].split("|"))


def _bounded(where: str, old: Schema, new: Schema) -> Iterator[Break]:
    for name in (*_LOWER, *_UPPER):
        bound, known = new.get(name), old.get(name)
        if bound is not None and (known is None or (bound > known if name in _LOWER else bound < known)):
            yield Break(where, f"{name} is {bound} now, and was {'not set' if known is None else known}")


def _loosened(where: str, old: Schema, new: Schema) -> Iterator[Break]:
    """Yield what was known of the value and does not hold any more."""
    if more := _types(new) - _types(old):
        yield Break(where, f"may be of type {_listed(more)} now")
    if "const" in old and _codes(new) != _codes(old):
        yield Break(where, f"was always {old['const']}")
    elif _codes(old) is not None and _codes(new) is None:
        yield Break(where, "was one of so many codes, and may be anything now")
    for name in ("format", "contentMediaType"):
        if name in old and new.get(name) != old[name]:
            yield Break(where, f"{name} was {old[name]}, and is {new.get(name, 'not set')} now")
