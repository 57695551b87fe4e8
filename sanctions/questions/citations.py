"""The sources that support a row of a record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

from sanctions.models import Citation
from sanctions.questions.standings import given, named
from sanctions.records.base import CITATIONS, Value
from sanctions.records.citation_support import points_at

_VALUES: Final = tuple(key.field for key in CITATIONS.keys if isinstance(key, Value))
_COLUMNS: Final = (
    *("ordinal", *_VALUES),
    *("source__slug", "source__title", "source__state"),
    *("asserted_by__slug", "asserted_by__name", "asserted_by__state"),
)


def citations_of(owner: str, ids: Iterable[int]) -> dict[int, list[Citation]]:
    """Return primary key → citations in order, in one query. ``owner`` is the noun of the records, as ``event``."""
    citations: dict[int, list[Citation]] = defaultdict(list)
    column = f"{owner}_id"
    rows = Citation.objects.filter(**{f"{owner}__in": sorted(ids)}).order_by(column, "ordinal", "pk")
    for citation in rows.select_related("source", "asserted_by").only(column, *_COLUMNS):
        citations[getattr(citation, column)].append(citation)
    return citations


def supporting(citations: Sequence[Citation], rows: str, ordinal: int) -> list[dict[str, Any]]:
    """Return the citations that support one row of a record, as JSON.

    ``rows`` is the key of the rows in the document, ``ordinal`` the place among them. A citation names what it supports
    by a path (``effects[2]``, ``effects[2].effective_on``). Citations of the row or a value in it come first, then
    those of all such rows or of the record as a whole.
    """
    place = f"{rows}[{ordinal}]"
    pointing = [citation for citation in citations if points_at(citation.field, place)]
    general = [citation for citation in citations if citation.field in ("", rows)]
    return [_shown(citation) for citation in (*pointing, *general)]


def _shown(citation: Citation) -> dict[str, Any]:
    asserted = {} if citation.asserted_by is None else {"asserted_by": named(citation.asserted_by)}
    values = given({name: getattr(citation, name) for name in _VALUES})
    return {"source": named(citation.source), **asserted, **values}
