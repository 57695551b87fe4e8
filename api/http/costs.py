"""What requests cost of a rate limit, by what they make the server do: a record or a page of a list costs 1.

The numbers are the processor time of each class of questions in a world of 100,000 events, rounded to few steps; a page
takes some 5 ms.
"""

from __future__ import annotations

from math import ceil
from typing import Final

from django.http import QueryDict

#: Rows of a page for which one more is counted.
ROWS: Final = 200
#: Each facet of a list, and each thing that a table of counts is made by.
FACET: Final = 5
#: Counting all rows of a list.
COUNT: Final = 2
SEARCH: Final = 2
RECONCILE: Final = 3
LINEAGE: Final = 3
SCHEMA: Final = 5
#: A collection told whole, whatever its format.
COLLECTION: Final = 20
NETWORK: Final = 20
COMPARISON: Final = 20
PANEL: Final = 20


def of_page(query: QueryDict) -> int:
    """Return the cost of a page of a list: by its rows and what is counted beside it.

    What is wrong with the parameters is refused later; here it counts as if it were not given.
    """
    limit = query.get("limit", "")
    rows = ceil(int(limit) / ROWS) if limit.isascii() and limit.isdigit() and len(limit) < 5 else 1
    return max(rows, 1) + of_facets(query.get("facets", "")) + (COUNT if query.get("count") == "true" else 0)


def of_facets(named: str) -> int:
    """Return the cost of facets, named with commas between them."""
    return FACET * len([name for name in named.split(",") if name])
