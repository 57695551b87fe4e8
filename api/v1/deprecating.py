"""Answers that say what of what was asked is deprecated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rest_framework.views import APIView

from api.http import deprecations
from api.v1.schemas import COMPONENTS
from api.v1.schemas.description import operation_of
from api.v1.schemas.records import Schema


class Deprecating(APIView):
    """A view that the schema describes: its answers, errors too, tell what of it will go."""

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Say since when and until when, where something that is deprecated was made use of."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        if deprecations.DEPRECATIONS and (operation := self.operation_asked(request.method)):
            use = deprecations.Use(operation.name, frozenset(request.GET), components_in(operation.answer))
            deprecations.tell(answer, [one for one in deprecations.DEPRECATIONS if one.is_in(use)])
        return answer

    def operation_asked(self, method: str) -> Any:
        """Return the operation of a request, ``None`` where the address has none of that method."""
        return operation_of(self)


def components_in(schema: Schema | None) -> frozenset[str]:
    """Return the components that an answer of such a schema may have, at any depth."""
    found: set[str] = set()
    waiting: list[Any] = [schema]
    while waiting:
        for name in {*_named(waiting.pop())} - found:
            found.add(name)
            waiting.append(COMPONENTS[name])
    return frozenset(found)


def _named(node: Any) -> Iterator[str]:
    """Yield the components that a schema names by itself."""
    match node:
        case list():
            for one in node:
                yield from _named(one)
        case dict():
            if isinstance(node.get("$ref"), str):
                yield node["$ref"].rpartition("/")[2]
            for one in node.values():
                yield from _named(one)
