"""Answers report the deprecated parts of the API that their requests use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rest_framework.views import APIView

from api.http import deprecations
from api.v1.schemas import COMPONENTS
from api.v1.schemas.description import operation_of
from api.v1.schemas.records import Schema


class DeprecationsMixin(APIView):
    """A view whose answers, errors included, have the headers about deprecations."""

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        if deprecations.DEPRECATIONS and (operation := self.operation_for(request.method)):
            use = deprecations.Use(operation.name, frozenset(request.GET), components_in(operation.answer))
            deprecations.add_headers(answer, [entry for entry in deprecations.DEPRECATIONS if entry.is_in(use)])
        return answer

    def operation_for(self, method: str) -> Any:
        """Return the operation of a request, ``None`` if the address has none for the method."""
        return operation_of(self)


def components_in(schema: Schema | None) -> frozenset[str]:
    """Return the names of the components that an answer with a schema may contain, at any depth."""
    names: set[str] = set()
    unread: list[Any] = [schema]
    while unread:
        for name in {*_referenced(unread.pop())} - names:
            names.add(name)
            unread.append(COMPONENTS[name])
    return frozenset(names)


def _referenced(node: Any) -> Iterator[str]:
    """Yield the components that a schema refers to directly."""
    match node:
        case list():
            for item in node:
                yield from _referenced(item)
        case dict():
            if isinstance(node.get("$ref"), str):
                yield node["$ref"].rpartition("/")[2]
            for value in node.values():
                yield from _referenced(value)
