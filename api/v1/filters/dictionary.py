"""The parameters of the dictionary of columns."""

from __future__ import annotations

from api.http.parameters import Code
from api.v1.filters.base import Condition, Parameters
from api.v1.schemas.dictionary import OF


class ColumnParameters(Parameters):
    """Of which collection; the columns depend on no day and no instant."""

    as_of = None  # type: ignore[assignment]
    known_at = None  # type: ignore[assignment]
    release = None  # type: ignore[assignment]

    of = Condition(Code("The collection whose columns are told; all of them unless given.", OF))
