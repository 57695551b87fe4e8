"""The read path that all nouns share: a queryset chooses rows, and the answer is their stored renderings."""

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

#: The formats that tell a list whole.
COLLECTION_FORMATS: Final = (CSVRenderer, JSONLinesRenderer, ParquetRenderer)
BY_SLUG = Ordering("slug", "slug")
#: What every row has that is answered.
_CELLS: Final = ("pk", "slug", "rendering")


class RecordViewSet(BitemporalView, GenericViewSet[Any]):
    """List and detail of one noun, published only."""

    filter_backends = [ParameterBackend, ShapeBackend]
    pagination_class = KeysetPagination
    lookup_field = "slug"
    lookup_value_regex = "[a-z0-9-]{1,150}"

    #: Of the noun: the parameters of its list, its orderings, and the usual one.
    list_parameters: ClassVar[type[ListParameters]]
    orderings: ClassVar[Sequence[Ordering]] = (BY_SLUG,)
    ordering: ClassVar[str] = "slug"
    #: Columns that `beside` needs, in addition to the key.
    columns: ClassVar[Sequence[str]] = ()
    #: Formats of the list beside those that all lists have, and of the detail.
    list_formats: ClassVar[Sequence[type[BaseRenderer]]] = CITATION_FORMATS
    detail_formats: ClassVar[Sequence[type[BaseRenderer]]] = CITATION_FORMATS

    query: Parameters
    shape: Shape
    queryset: QuerySet[Any]

    @property
    def parameters(self) -> type[Parameters]:
        """The parameters that this request may have."""
        return self.list_parameters if self.action == "list" else RecordParameters

    @property
    def component(self) -> str:
        """The component of the schema that each answer or row is."""
        operation: Operation | None = getattr(self, "operation", None)
        return operation.answer["$ref"].rpartition("/")[2] if operation else self.queryset.model.__name__

    @property
    def renderer_classes(self) -> Sequence[type[BaseRenderer]]:  # type: ignore[override]
        """The formats of the answer: records can be cited, a list can be told whole."""
        return (
            JSONRenderer,
            PageRenderer,
            *(self.detail_formats if self.detail else (*COLLECTION_FORMATS, *self.list_formats)),
        )

    def cost(self, request: Request) -> int:
        """Return what a record, a page or the whole collection costs."""
        if self.action != "list":
            return 1
        is_whole = isinstance(request.accepted_renderer, CollectionRenderer)
        return costs.COLLECTION if is_whole else costs.of_page(request.query_params)

    def get_view_name(self) -> str:
        """Return what stands above the page: the record's slug, or the collection."""
        return str(getattr(self, "kwargs", {}).get("slug") or self.basename.capitalize())

    def get_queryset(self) -> QuerySet[Any]:
        """Return the rows that the public sees, with no more than the answer needs."""
        rows: QuerySet[Any] = self.queryset.published().only(*self.cells)  # type: ignore[attr-defined]
        return rows

    @property
    def cells(self) -> Sequence[str]:
        """What the rows of a page have: they are tuples, which are made in half the time of models."""
        return (*_CELLS, *self.columns)

    def list(self, request: Request) -> HttpResponseBase:
        """Answer a page, or the collection whole where the format has no pages."""
        if isinstance(request.accepted_renderer, CollectionRenderer):
            return self.whole(request, request.accepted_renderer)
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.shape.applied(self.render_rows(rows or [])))

    def page_members(self) -> dict[str, Any]:
        """Return what an answer has beside its page of rows: the facets, if any are asked for."""
        facets = self.query.facets() if isinstance(self.query, ListParameters) else {}
        return {"facets": facets} if facets else {}

    def whole(self, request: Request, form: CollectionRenderer) -> HttpResponseBase:
        """Answer all rows. They are written before the status is sent, so that a fault on the way is a fault."""
        parts, most = KeysetPagination().whole(self.filter_queryset(self.get_queryset()), request, self)
        # Nothing beside the rows depends on the question, and nothing else is asked for while they are read.
        alone = isinstance(form, COLLECTION_FORMATS) and not self.shape.expand
        as_stored = alone and type(self).added_keys is RecordViewSet.added_keys

        def batches() -> Generator[Sequence[bytes]]:
            with one_state():
                limit_transaction(connection, settings.STREAM_TIMEOUT)
                if as_stored:
                    with closing(renderings(parts, most=most)) as chunks:
                        yield from map(self.shape.applied, chunks)
                else:
                    for some in in_chunks(parts, most=most):
                        yield self.shape.applied(self.render_rows(some))

        component = self.component
        answer = StreamingHttpResponse((), content_type=form.media_type)
        # A request for the head alone is spared the rest.
        if request.method == "GET":
            # What a failure leaves unread is given up within its transaction, and not when it is collected.
            with closing(batches()) as rows:
                set_body(answer, form.whole(Collection(table(component), partial(row, component), rows, request)))
        answer["Content-Disposition"] = f'attachment; filename="{self.basename}.{form.extension or form.format}"'
        return answer

    def retrieve(self, request: Request, slug: str) -> Response:
        """Answer one record."""
        # What was asked is read, and refused if it has a fault; it narrows no rows.
        self.filter_queryset(self.queryset)
        found = _one(type(self)).find(slug)
        if found is None:
            raise missing_record(self.queryset.model, slug)
        return Response(self.shape.applied(self.render_rows([found]))[0])

    def added_keys(self, rows: Sequence[Any], day: date) -> AddedKeys:
        """Return what depends on the day; nothing, unless the noun says otherwise."""
        return {}

    def render_rows(self, rows: Sequence[Any]) -> Sequence[bytes]:
        """Return the stored rendering of each row, with what depends on the question put at its end."""
        added_keys = self.added_keys(rows, self.query.day)
        return [_joined(row, added_keys.get(row.pk)) for row in rows]


@cache
def _one(view: type[RecordViewSet]) -> BySlug:
    return BySlug(view.queryset.published(), *_CELLS, *view.columns)  # type: ignore[attr-defined]


def _joined(row: Any, added_keys: dict[str, Any] | None) -> bytes:
    if not row.rendering:
        raise RuntimeError(f"{row.slug} is published and has no rendering: run `manage.py render`.")
    stored: bytes = row.rendering.encode()
    return stored[:-1] + b"," + orjson.dumps(added_keys)[1:] if added_keys else stored
