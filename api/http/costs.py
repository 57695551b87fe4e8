"""The costs of requests in rate limits: a record or a page of a list costs 1, more work costs more.

The numbers are proportional to the processor time of each kind of request with 100,000 events in the database, rounded;
a page takes about 5 ms.
"""

from __future__ import annotations

from math import ceil
from typing import Final

from django.http import QueryDict

#: Rows of a page that cost 1.
ROWS: Final = 200
#: Each facet of a list, and each facet that counts are grouped by.
FACET: Final = 5
#: Counting all rows of a list.
COUNT: Final = 2
SEARCH: Final = 2
RECONCILE: Final = 3
LINEAGE: Final = 3
SCHEMA: Final = 5
#: A collection without pages, in any format.
COLLECTION: Final = 20
NETWORK: Final = 20
COMPARISON: Final = 20
PANEL: Final = 20


def of_page(query: QueryDict) -> int:
    """Return the cost of a page of a list, from its rows, its facets and its count.

    Parameters with faults are ignored here; the view rejects them later.
    """
    limit = query.get("limit", "")
    rows = ceil(int(limit) / ROWS) if limit.isascii() and limit.isdigit() and len(limit) < 5 else 1
    return max(rows, 1) + of_facets(query.get("facets", "")) + (COUNT if query.get("count") == "true" else 0)


def of_facets(names: str) -> int:
    """Return the cost of facets, whose names are separated by commas."""
    return FACET * len([name for name in names.split(",") if name])
