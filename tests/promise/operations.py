"""Compare two OpenAPI documents: does the new one keep the addresses, parameters, bodies and answers of the old?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from tests.promise.schemas import Break, Comparison, Schema, Side, hastened, is_over

#: Keys that describe or group, and promise nothing.
_DESCRIPTIVE: Final = frozenset({"description", "summary", "tags", "title", "example", "examples", "x-refers-to"})
#: Keys of OpenAPI whose own keys are names, not keywords.
_NAMES: Final = frozenset({"properties", "schemas", "paths", "responses", "content", "headers", "securitySchemes"})
#: Location of a parameter → its default style (OpenAPI 3.1, section 4.8.12).
_STYLES: Final = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}


def promised(document: Schema) -> dict[str, Any]:
    """Return the promise of a document: all but its descriptions."""
    return {key: _without_descriptions(document[key], named=True) for key in ("paths", "components")}


def _without_descriptions(node: Any, *, named: bool = False) -> Any:
    if isinstance(node, list):
        return [_without_descriptions(parameter) for parameter in node]
    if not isinstance(node, Mapping):
        return node
    return {
        key: _without_descriptions(value, named=not named and key in _NAMES)
        for key, value in node.items()
        if named or key not in _DESCRIPTIVE
    }


def broken(old: Schema, new: Schema, day: date) -> list[Break]:
    """Return the promises of the old document that the new one does not keep on the day, sorted."""
    comparison = Comparison(_components(old), _components(new), day)
    breaks: set[Break] = set()
    for path, methods in old["paths"].items():
        for method, operation in methods.items():
            where = f"{method.upper()} {path}"
            other = new["paths"].get(path, {}).get(method)
            if other is not None:
                breaks.update(_operation(comparison, where, operation, other))
            elif not is_over(operation, day):
                breaks.add(Break(where, "was removed"))
    return sorted(breaks)


def _components(document: Schema) -> Mapping[str, Schema]:
    schemas: Mapping[str, Schema] = document.get("components", {}).get("schemas", {})
    return schemas


def _operation(comparison: Comparison, where: str, old: Schema, new: Schema) -> Iterator[Break]:
    if old["operationId"] != new["operationId"]:
        yield Break(where, f"is named {new['operationId']} now, was {old['operationId']}")
    if {} in old.get("security", [{}]) and {} not in new.get("security", [{}]):
        yield Break(where, "needs credentials now")
    yield from hastened(where, old, new)
    yield from _parameters(comparison, where, old, new)
    yield from _body(comparison, where, old.get("requestBody", {}), new.get("requestBody", {}))
    for status, answer in old["responses"].items():
        if status in new["responses"]:
            yield from _answer(comparison, f"{where} {status}", answer, new["responses"][status])
        elif status.startswith("2"):
            yield Break(f"{where} {status}", "is no longer answered")


def _by_name(operation: Schema) -> dict[tuple[str, str], Schema]:
    return {(parameter["in"], parameter["name"]): parameter for parameter in operation.get("parameters", ())}


def _parameters(comparison: Comparison, where: str, old: Schema, new: Schema) -> Iterator[Break]:
    before, after = _by_name(old), _by_name(new)
    for key, parameter in before.items():
        here = f"{where} ?{key[1]}" if key[0] == "query" else f"{where} {key[0]} {key[1]}"
        if key in after:
            yield from _parameter(comparison, here, parameter, after[key])
        elif not is_over(parameter, comparison.day):
            yield Break(here, "the parameter was removed")
    for key in after.keys() - before.keys():
        if after[key].get("required"):
            yield Break(f"{where} ?{key[1]}", "the parameter is new, and required")


def _parameter(comparison: Comparison, where: str, old: Schema, new: Schema) -> Iterator[Break]:
    if new.get("required") and not old.get("required"):
        yield Break(where, "the parameter has become required")
    if _written(old) != _written(new):
        yield Break(where, "a list has another notation")
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
            yield Break(where, f"no longer accepts a body of {media_type}")
            continue
        other = new["content"][media_type]
        yield from comparison.breaks(f"{where} body", held["schema"], other["schema"], Side.REQUEST)


def _answer(comparison: Comparison, where: str, old: Schema, new: Schema) -> Iterator[Break]:
    for name in old.get("headers", {}).keys() - new.get("headers", {}).keys():
        yield Break(where, f"the header {name} was removed")
    for media_type, held in old.get("content", {}).items():
        if media_type not in new.get("content", {}):
            yield Break(where, f"the format {media_type} was removed")
            continue
        other = new["content"][media_type]
        yield from comparison.breaks(f"{where} {media_type}", held["schema"], other["schema"], Side.ANSWER)
