"""Keyset pagination, in both directions, on any ordering: without a count and without an offset.

A cursor states where a page begins: the value that the rows are ordered by, and the slug that orders rows with equal
values. It is signed, and bound to the address, the filters and the ordering: with others the position would mean
something else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import orjson
from django.core.signing import BadSignature, Signer
from django.db.models import Expression, F, Q, QuerySet
from django.http import QueryDict
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from api.http.parameters.base import InvalidValue, Parameter
from api.http.parameters.numbers import Number
from api.http.parameters.query import openapi_parameter, read_parameters, value_faults
from api.http.parameters.texts import Code, Switch, Text
from api.http.problems import InvalidParameters, ParameterFault

#: Rows of a page: by default, and at most.
DEFAULT_LIMIT: Final = 100
HIGHEST_LIMIT: Final = 1000
#: Parameters that do not change the rows. The ordering is bound by its name, so that it may also be the default.
_UNBOUND: Final = frozenset({"cursor", "limit", "count", "format", "ordering", "fields", "omit", "expand", "facets"})


@dataclass(frozen=True, slots=True)
class Ordering:
    """An order of rows: by a column, rows without a value last, rows with equal values by slug from a to z.

    In place of a column there may be an expression that has a value for every row. Cursors contain the value, so it
    must be public.
    """

    name: str
    column: str | Expression
    nullable: bool = False

    @property
    def value(self) -> F | Expression:
        """The expression by which the rows are ordered."""
        return F(self.column) if isinstance(self.column, str) else self.column


@dataclass(frozen=True, slots=True)
class CursorPosition:
    """A place in an ordering, next to one row. ``value`` is ``None`` among the rows without one."""

    value: Any
    slug: str
    backwards: bool


class Cursor(Text):
    """The text of a cursor."""

    longest = 4000


CURSOR: Final = Cursor("Where the page begins: copied from `next` or `previous` of another page.")
LIMIT: Final = Number("The largest number of rows on a page.", 1, HIGHEST_LIMIT, DEFAULT_LIMIT)

COUNT: Final = Switch("Whether to count all rows, which is slow on a long list. False by default.")
#: The parameters of a page, in the order in which they are described.
PARAMETERS: Final = ("ordering", "limit", "cursor", "count")


def ordering_field(orderings: Sequence[Ordering], default: str) -> Code:
    """Return the parameter that selects an ordering."""
    names = [sign + ordering.name for ordering in orderings for sign in ("", "-")]
    return Code(
        "Order of the rows; a minus sign reverses it. Rows without a value come last in both directions, and rows "
        f"with equal values are ordered by slug. {default} by default.",
        names,
    )


def limit_of(request: Request, view: Any) -> int:
    """Return the requested number of rows. Raises :class:`InvalidParameters`."""
    limit: int = _read(request.query_params, _fields(view))["limit"] or DEFAULT_LIMIT
    return limit


class KeysetPagination(BasePagination):
    """Paginate by the ``orderings`` of a view, ``ordering`` by default. With ``cells`` rows have only these columns."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """Return the rows of the requested page, and store the links to its neighbours."""
        values = _read(request.query_params, _fields(view))
        self.request = request
        self.page_members = getattr(view, "page_members", dict)
        name: str = values["ordering"] or view.ordering
        ordering = _ordering_named(name, view)
        # A full stop needs no escaping in an address; the default, a colon, does.
        self.signer = Signer(salt=_salt(request, name), sep=".")
        position = self._position(values["cursor"])
        limit: int = values["limit"] or DEFAULT_LIMIT
        backwards = position is not None and position.backwards
        descending = name.startswith("-")
        cells: Sequence[str] = getattr(view, "cells", ())
        rows = list(walk(queryset, ordering, descending=descending, position=position, most=limit + 1, cells=cells))
        more, rows = len(rows) > limit, rows[:limit]
        if backwards:
            rows.reverse()
        self.count = queryset.order_by().count() if values["count"] else None
        after = rows[-1] if rows and (more or backwards) else None
        before = rows[0] if rows and (more if backwards else position is not None) else None
        self.links = {"next": self._link(after, backwards=False), "previous": self._link(before, backwards=True)}
        return rows

    def without_pages(
        self, queryset: QuerySet[Any], request: Request, view: Any
    ) -> tuple[list[QuerySet[Any]], int | None]:
        """Return all rows in the requested order, as querysets to read one after the other, and the limit if given.

        Rejects parameters that only pages have.
        """
        values = _read(request.query_params, _fields(view))
        message = "This format has the whole collection, without pages. Leave this parameter out, or choose JSON."
        if given := [name for name in ("cursor", "count", "facets") if name in request.query_params]:
            raise InvalidParameters(
                [ParameterFault(name, request.query_params[name], "contradiction", message) for name in given]
            )
        name: str = values["ordering"] or view.ordering
        parts = parts_of(queryset, _ordering_named(name, view), descending=name.startswith("-"))
        return parts, values["limit"]

    def get_paginated_response(self, data: Sequence[bytes]) -> Response:
        """Return the envelope with rows that are already JSON."""
        counted = {} if self.count is None else {"count": self.count}
        envelope = {**counted, **self.links, **self.page_members(), "results": [orjson.Fragment(row) for row in data]}
        return Response(orjson.dumps(envelope), headers={"Link": self._link_header()})

    def _link_header(self) -> str:
        """Return the Link header (RFC 8288) with the first, the previous and the next page."""
        first = remove_query_param(self.request.build_absolute_uri(), "cursor")
        pages = {"first": first, "prev": self.links["previous"], "next": self.links["next"]}
        return ", ".join(f'<{address}>; rel="{relation}"' for relation, address in pages.items() if address)

    def get_results(self, data: Any) -> Any:
        """Reject the call: only forms of the browsable API need the results, and it has none."""
        raise TypeError("A page is bytes.")

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Return the parameters as OpenAPI describes them."""
        return [openapi_parameter(name, field) for name, field in _fields(view).items()]

    def get_paginated_response_schema(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """Return the reference to the component of the page; files have no pages."""
        rows: dict[str, Any] = schema["items"]
        return {"$ref": rows["$ref"] + "Page"} if "$ref" in rows else rows

    def _position(self, cursor: str | None) -> CursorPosition | None:
        if cursor is None:
            return None
        try:
            value, slug, backwards, is_date = self.signer.unsign_object(cursor)
        except (BadSignature, ValueError, UnicodeError) as error:
            message = (
                "This cursor does not belong to this list with these filters and this ordering. Use the address in "
                "`next` or `previous`, and change nothing but the limit."
            )
            raise InvalidParameters(
                value_faults(self.request.query_params, {"cursor": [InvalidValue(message, "invalid_cursor")]})
            ) from error
        return CursorPosition(date.fromisoformat(value) if is_date else value, slug, backwards)

    def _link(self, row: Any, *, backwards: bool) -> str | None:
        if row is None:
            return None
        is_date = isinstance(row.position, date)
        value = row.position.isoformat() if is_date else row.position
        cursor = self.signer.sign_object([value, row.slug, backwards, is_date], compress=True)
        return str(replace_query_param(self.request.build_absolute_uri(), "cursor", cursor))


def _fields(view: Any) -> dict[str, Parameter]:
    ordering = ordering_field(view.orderings, view.ordering)
    return dict(zip(PARAMETERS, (ordering, LIMIT, CURSOR, COUNT), strict=True))


def _ordering_named(name: str, view: Any) -> Ordering:
    """Return the ordering of a view by its name, which may have a minus sign."""
    orderings: Sequence[Ordering] = view.orderings
    return next(ordering for ordering in orderings if ordering.name == name.lstrip("-"))


def _read(query: QueryDict, fields: Mapping[str, Parameter]) -> dict[str, Any]:
    """Return the values of parameters. Raises :class:`InvalidParameters`."""
    values, errors = read_parameters(query, fields)
    if errors:
        raise InvalidParameters(value_faults(query, errors))
    return values


def _salt(request: Request, ordering: str) -> str:
    filters = sorted((name, values) for name, values in request.query_params.lists() if name not in _UNBOUND)
    return orjson.dumps([request.path, ordering, filters]).decode()


def parts_of(
    rows: QuerySet[Any], ordering: Ordering, *, descending: bool, backwards: bool = False
) -> list[QuerySet[Any]]:
    """Return the rows as querysets: first those with a value, then those without one; the reverse if ``backwards``.

    One query for both could not use an index: none has the rows without a value last in both directions.
    """
    column, value, by_slug = ordering.column, ordering.value, "-slug" if backwards else "slug"
    valued = rows.order_by(value.desc() if descending else value.asc(), by_slug)
    if not ordering.nullable:
        return [valued]
    valued = valued.filter(**{f"{column}__isnull": False})
    valueless = rows.filter(**{f"{column}__isnull": True}).order_by(by_slug)
    return [valueless, valued] if backwards else [valued, valueless]


def walk(
    queryset: QuerySet[Any],
    ordering: Ordering,
    *,
    descending: bool,
    position: CursorPosition | None,
    most: int,
    cells: Sequence[str] = (),
) -> Iterator[Any]:
    """Yield at most ``most`` rows from a position on, in its direction; each has its value as ``position``.

    The second queryset of :func:`parts_of` is read only if the first did not fill the page. With ``cells`` the rows are
    named tuples of these columns.
    """
    column = ordering.column if isinstance(ordering.column, str) else "position"
    backwards = position is not None and position.backwards
    rows = queryset.annotate(position=ordering.value)
    falling = descending != backwards
    parts = parts_of(rows, ordering, descending=falling, backwards=backwards)
    if len(parts) > 1 and position is not None and (position.value is None) != backwards:
        # The position is in the second part, so the first was read already.
        del parts[0]
    if position is not None:
        parts[0] = parts[0].filter(_beyond(column, position, falling=falling))
    for part in parts:
        selected = part.values_list(*cells, "position", named=True) if cells else part
        for row in selected[:most]:
            most -= 1
            yield row
        if not most:
            return


def _beyond(column: str, position: CursorPosition, *, falling: bool) -> Q:
    """Return the condition on the rows beyond a position.

    ``column <= x AND (column < x OR slug > y)`` lets the database find the start in the index; the OR alone does not.
    """
    later = Q(**{"slug__lt" if position.backwards else "slug__gt": position.slug})
    if position.value is None:
        return later
    beyond = "lt" if falling else "gt"
    return Q(**{f"{column}__{beyond}e": position.value}) & (Q(**{f"{column}__{beyond}": position.value}) | later)
