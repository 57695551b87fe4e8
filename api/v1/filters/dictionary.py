"""The parameters of the dictionary of columns."""

from __future__ import annotations

from api.http.parameters.texts import Code
from api.v1.filters.base import FilterCondition, Parameters
from api.v1.schemas.dictionary import COLLECTIONS


class ColumnParameters(Parameters):
    """The collection. Its columns depend on no day and no instant, so the clocks are left out."""

    as_of = None  # type: ignore[assignment]
    known_at = None  # type: ignore[assignment]
    release = None  # type: ignore[assignment]

    renamed = {"of": "collection"}

    collection = FilterCondition(
        Code("The collection whose columns are listed. All collections by default.", COLLECTIONS)
    )
