"""The documentation: the schema, its pages, the deprecations, and a page for each type of problem."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from threading import Lock
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from api.http import costs, deprecations, problem_types
from api.http.conditional import ConditionalView
from api.http.renderers import JSONRenderer

_GENERATING = Lock()


def schema() -> dict[str, Any]:
    """Return the OpenAPI document, generated once.

    One thread at a time generates it: the generator loads its extensions on first use, which is not thread-safe.
    """
    with _GENERATING:
        return _generate_schema()


@cache
def _generate_schema() -> dict[str, Any]:
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    document: dict[str, Any] = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return document


class SchemaView(ConditionalView):
    """The OpenAPI 3.1 document."""

    of_records = False
    schema = None
    renderer_classes = [OpenApiYamlRenderer, OpenApiYamlRenderer2, OpenApiJsonRenderer, OpenApiJsonRenderer2]

    def cost(self, request: Request) -> int:
        """Return the cost of the document, which is encoded for each request."""
        return costs.SCHEMA

    def get(self, request: Request) -> Response:
        """Answer the document, as YAML by default."""
        return Response(schema())


class DocumentationView(ConditionalView, SpectacularSwaggerSplitView):
    """The schema as pages, with every asset from this host and no script in the page itself."""

    of_records = False
    schema = None
    url_name = "v1:schema"
    template_name = "api/docs.html"
    #: Without OPTIONS: the page has no serializer to describe.
    http_method_names = ["get", "head"]

    def handle_exception(self, exc: Exception) -> Any:
        """Answer errors as JSON: the template shows only the page."""
        self.request.accepted_renderer = JSONRenderer()
        return super().handle_exception(exc)


class DeprecationsView(ConditionalView):
    """All deprecations: what, since when, the day from which it may be removed, and what to use instead."""

    of_records = False
    schema = None
    name = "Deprecations"

    def get(self, request: Request) -> Response:
        return Response({"deprecations": [deprecated.as_entry() for deprecated in deprecations.DEPRECATIONS]})


class ProblemTypeListView(ConditionalView):
    """The types of problem documents that the API returns."""

    of_records = False
    schema = None
    name = "Problems"

    def get(self, request: Request) -> Response:
        return Response({kind.name: kind.uri for kind in problem_types.PROBLEM_TYPES})


class ProblemTypeView(ConditionalView):
    """The explanation of a type of problem document."""

    of_records = False
    schema = None
    name = "Problem"

    def get(self, request: Request, name: str) -> Response:
        if name not in problem_types.PROBLEM_TYPES_BY_NAME:
            raise NotFound(f"No problem type has the name {name!r}.")
        kind = problem_types.PROBLEM_TYPES_BY_NAME[name]
        return Response({"type": kind.uri, **asdict(kind)})
