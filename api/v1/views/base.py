"""The read path of all collections: a queryset selects rows, and the answer is their stored renderings."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from datetime import date
from functools import cache, partial
from typing import Any, ClassVar, Final

import orjson
from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpResponseBase, StreamingHttpResponse
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from api.http import costs
from api.http.pagination import KeysetPagination, Ordering
from api.http.prepared import set_body
from api.http.renderers import (
    Collection,
    CollectionRenderer,
    CSVRenderer,
    JSONLinesRenderer,
    JSONRenderer,
    PageRenderer,
    ParquetRenderer,
)
from api.v1.citing import CITATION_FORMATS
from api.v1.clocks import BitemporalView
from api.v1.columns import row, table
from api.v1.filters.base import ParameterBackend, Parameters, RecordParameters
from api.v1.filters.lists import ListParameters
from api.v1.missing_records import missing_record
from api.v1.schemas.description import Operation
from api.v1.shape import Shape, ShapeBackend
from sanctions.database.time_limits import limit_transaction
from sanctions.models.by_slug import BySlug
from sanctions.questions.standings import AddedKeys
from sanctions.questions.streaming import in_chunks, one_state, renderings

#: The formats of every list that have the whole collection, without pages.
COLLECTION_FORMATS: Final = (CSVRenderer, JSONLinesRenderer, ParquetRenderer)
BY_SLUG = Ordering("slug", "slug")
#: The columns of every row that is rendered.
_CELLS: Final = ("pk", "slug", "rendering")


class RecordViewSet(BitemporalView, GenericViewSet[Any]):
    """The list of one type of record, and each record; published records only."""

    filter_backends = [ParameterBackend, ShapeBackend]
    pagination_class = KeysetPagination
    lookup_field = "slug"
    lookup_value_regex = "[a-z0-9-]{1,150}"

    #: The parameters of the list, its orderings, and the default one.
    list_parameters: ClassVar[type[ListParameters]]
    orderings: ClassVar[Sequence[Ordering]] = (BY_SLUG,)
    ordering: ClassVar[str] = "slug"
    #: Columns that `added_keys` needs in addition to those of every row.
    columns: ClassVar[Sequence[str]] = ()
    #: Further formats of the list, and of one record.
    list_formats: ClassVar[Sequence[type[BaseRenderer]]] = CITATION_FORMATS
    detail_formats: ClassVar[Sequence[type[BaseRenderer]]] = CITATION_FORMATS

    query: Parameters
    shape: Shape
    queryset: QuerySet[Any]

    @property
    def parameters(self) -> type[Parameters]:
        """The parameters of this request."""
        return self.list_parameters if self.action == "list" else RecordParameters

    @property
    def component(self) -> str:
        """The component of the schema of each record in the answer."""
        operation: Operation | None = getattr(self, "operation", None)
        return operation.answer["$ref"].rpartition("/")[2] if operation else self.queryset.model.__name__

    @property
    def renderer_classes(self) -> Sequence[type[BaseRenderer]]:  # type: ignore[override]
        """The formats of the answer."""
        return (
            JSONRenderer,
            PageRenderer,
            *(self.detail_formats if self.detail else (*COLLECTION_FORMATS, *self.list_formats)),
        )

    def cost(self, request: Request) -> int:
        """Return the cost of a record, a page or a whole collection."""
        if self.action != "list":
            return 1
        is_whole = isinstance(request.accepted_renderer, CollectionRenderer)
        return costs.COLLECTION if is_whole else costs.of_page(request.query_params)

    def get_view_name(self) -> str:
        """Return the title of the page: the slug of the record, or the collection."""
        return str(getattr(self, "kwargs", {}).get("slug") or self.basename.capitalize())

    def get_queryset(self) -> QuerySet[Any]:
        """Return the published rows, with only the columns that the answer needs."""
        rows: QuerySet[Any] = self.queryset.published().only(*self.cells)  # type: ignore[attr-defined]
        return rows

    @property
    def cells(self) -> Sequence[str]:
        """The columns of the rows of a page: named tuples take half the time of model instances."""
        return (*_CELLS, *self.columns)

    def list(self, request: Request) -> HttpResponseBase:
        """Answer a page, or the whole collection in a format without pages."""
        if isinstance(request.accepted_renderer, CollectionRenderer):
            return self.stream_collection(request, request.accepted_renderer)
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.shape.apply(self.render_rows(rows or [])))

    def page_members(self) -> dict[str, Any]:
        """Return the members of a page next to its rows: the facets, if requested."""
        facets = self.query.facets() if isinstance(self.query, ListParameters) else {}
        return {"facets": facets} if facets else {}

    def stream_collection(self, request: Request, renderer: CollectionRenderer) -> HttpResponseBase:
        """Answer all rows. The body is complete before the status is sent, so that an error gets its own status."""
        parts, most = KeysetPagination().without_pages(self.filter_queryset(self.get_queryset()), request, self)
        # Stored renderings can be read from a server-side cursor if nothing else is queried while it is open.
        needs_no_query = isinstance(renderer, COLLECTION_FORMATS) and not self.shape.expand
        as_stored = needs_no_query and type(self).added_keys is RecordViewSet.added_keys

        def batches() -> Generator[Sequence[bytes]]:
            with one_state():
                limit_transaction(connection, settings.STREAM_TIMEOUT)
                if as_stored:
                    with closing(renderings(parts, most=most)) as chunks:
                        yield from map(self.shape.apply, chunks)
                else:
                    for chunk in in_chunks(parts, most=most):
                        yield self.shape.apply(self.render_rows(chunk))

        component = self.component
        answer = StreamingHttpResponse((), content_type=renderer.media_type)
        # HEAD needs no body.
        if request.method == "GET":
            # After an error, close the cursor inside its transaction, not when it is collected as garbage.
            with closing(batches()) as rows:
                collection = Collection(table(component), partial(row, component), rows, request)
                set_body(answer, renderer.render_collection(collection))
        extension = renderer.extension or renderer.format
        answer["Content-Disposition"] = f'attachment; filename="{self.basename}.{extension}"'
        return answer

    def retrieve(self, request: Request, slug: str) -> Response:
        """Answer one record."""
        # Validates the parameters; those of one record narrow no rows.
        self.filter_queryset(self.queryset)
        record = _record_by_slug(type(self)).find(slug)
        if record is None:
            raise missing_record(self.queryset.model, slug)
        return Response(self.shape.apply(self.render_rows([record]))[0])

    def added_keys(self, rows: Sequence[Any], day: date) -> AddedKeys:
        """Return the keys of each row that depend on the day of the question; none by default."""
        return {}

    def render_rows(self, rows: Sequence[Any]) -> Sequence[bytes]:
        """Return the stored rendering of each row, with its keys that depend on the day added at the end."""
        keys = self.added_keys(rows, self.query.day)
        return [_with_keys(row, keys.get(row.pk)) for row in rows]


@cache
def _record_by_slug(view: type[RecordViewSet]) -> BySlug:
    return BySlug(view.queryset.published(), *_CELLS, *view.columns)  # type: ignore[attr-defined]


def _with_keys(row: Any, keys: dict[str, Any] | None) -> bytes:
    if not row.rendering:
        raise RuntimeError(f"{row.slug} is published and has no rendering: run `manage.py render`.")
    stored: bytes = row.rendering.encode()
    return stored[:-1] + b"," + orjson.dumps(keys)[1:] if keys else stored
