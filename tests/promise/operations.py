"""Whether one OpenAPI document keeps what another has promised: addresses, parameters, bodies and answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from tests.promise.schemas import Break, Comparison, Schema, Side, hastened, is_over

#: Keys that say something to people, or group what is there, and promise nothing.
_SAID: Final = frozenset({"description", "summary", "tags", "title", "example", "examples", "x-refers-to"})
#: Keys under which names stand that somebody chose, and no keywords.
_NAMES: Final = frozenset({"properties", "schemas", "paths", "responses", "content", "headers", "securitySchemes"})
#: How a parameter is written unless it says so, by where it stands (OpenAPI 3.1, section 4.8.12).
_STYLES: Final = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}


def promised(document: Schema) -> dict[str, Any]:
    """Return what a document promises: all but the words in it."""
    return {key: _without_words(document[key], named=True) for key in ("paths", "components")}


def _without_words(node: Any, *, named: bool = False) -> Any:
    if isinstance(node, list):
        return [_without_words(one) for one in node]
    if not isinstance(node, Mapping):
        return node
    return {
        key: _without_words(value, named=not named and key in _NAMES)
        for key, value in node.items()
        if named or key not in _SAID
    }


def broken(old: Schema, new: Schema, day: date) -> list[Break]:
    """Return the promises of the old document that the new one does not keep on the day, sorted."""
    comparison = Comparison(_components(old), _components(new), day)
    found: set[Break] = set()
    for path, methods in old["paths"].items():
        for method, operation in methods.items():
            where = f"{method.upper()} {path}"
            other = new["paths"].get(path, {}).get(method)
            if other is not None:
                found.update(_operation(comparison, where, operation, other))
            elif not is_over(operation, day):
                found.add(Break(where, "is gone"))
    return sorted(found)


def _components(document: Schema) -> Mapping[str, Schema]:
    found: Mapping[str, Schema] = document.get("components", {}).get("schemas", {})
    return found


def _operation(comparison: Comparison, where: str, old: Schema, new: Schema) -> Iterator[Break]:
    if old["operationId"] != new["operationId"]:
        yield Break(where, f"is named {new['operationId']} now, and was {old['operationId']}")
    if {} in old.get("security", [{}]) and {} not in new.get("security", [{}]):
        yield Break(where, "needs credentials now")
    yield from hastened(where, old, new)
    yield from _parameters(comparison, where, old, new)
    yield from _body(comparison, where, old.get("requestBody", {}), new.get("requestBody", {}))
    for status, answer in old["responses"].items():
        if status in new["responses"]:
            yield from _answer(comparison, f"{where} {status}", answer, new["responses"][status])
        elif status.startswith("2"):
            yield Break(f"{where} {status}", "is not answered any more")


def _by_name(operation: Schema) -> dict[tuple[str, str], Schema]:
    return {(one["in"], one["name"]): one for one in operation.get("parameters", ())}


def _parameters(comparison: Comparison, where: str, old: Schema, new: Schema) -> Iterator[Break]:
    before, after = _by_name(old), _by_name(new)
    for key, one in before.items():
        here = f"{where} ?{key[1]}" if key[0] == "query" else f"{where} {key[0]} {key[1]}"
        if key in after:
            yield from _parameter(comparison, here, one, after[key])
        elif not is_over(one, comparison.day):
            yield Break(here, "the parameter is gone")
    for key in after.keys() - before.keys():
        if after[key].get("required"):
            yield Break(f"{where} ?{key[1]}", "the parameter is new, and required")


def _parameter(comparison: Comparison, where: str, old: Schema, new: Schema) -> Iterator[Break]:
    if new.get("required") and not old.get("required"):
        yield Break(where, "the parameter has become required")
    if _written(old) != _written(new):
        yield Break(where, "a list is written in another way")
    yield from hastened(where, old, new)
    yield from comparison.breaks(where, old["schema"], new["schema"], Side.REQUEST)


def _written(parameter: Schema) -> tuple[str, bool]:
    style = parameter.get("style", _STYLES[parameter["in"]])
    return style, parameter.get("explode", style == "form")


def _body(comparison: Comparison, where: str, old: Schema, new: Schema) -> Iterator[Break]:
    if new.get("required") and not old.get("required"):
        yield Break(where, "the body has become required")
    for media_type, held in old.get("content", {}).items():
        if media_type not in new.get("content", {}):
            yield Break(where, f"takes no body of {media_type} any more")
            continue
        other = new["content"][media_type]
        yield from comparison.breaks(f"{where} body", held["schema"], other["schema"], Side.REQUEST)


def _answer(comparison: Comparison, where: str, old: Schema, new: Schema) -> Iterator[Break]:
    for name in old.get("headers", {}).keys() - new.get("headers", {}).keys():
        yield Break(where, f"the header {name} is gone")
    for media_type, held in old.get("content", {}).items():
        if media_type not in new.get("content", {}):
            yield Break(where, f"the format {media_type} is gone")
            continue
        other = new["content"][media_type]
        yield from comparison.breaks(f"{where} {media_type}", held["schema"], other["schema"], Side.ANSWER)
