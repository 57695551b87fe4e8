"""The checks of ``manage.py verify_ledger``, by name and in the order in which they run.

The chain of the ledger proves itself (:func:`sanctions.ledger.versions.verify_chain`). Everything else is derived from
it or stored next to it, and could be changed by writing to the database directly. Each check reads in portions, so that
memory does not grow with the database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from sanctions.verification.appearances import verify_appearances
from sanctions.verification.history import verify_history
from sanctions.verification.ledger import verify_chain, verify_clock, verify_releases
from sanctions.verification.merges import verify_merges
from sanctions.verification.mismatches import Mismatch, Progress
from sanctions.verification.past import verify_past
from sanctions.verification.records import verify_records
from sanctions.verification.renderings import verify_renderings
from sanctions.verification.search_index import verify_search_index

CHECKS: Final[dict[str, Callable[[Progress], Iterator[Mismatch]]]] = {
    "chain": verify_chain,
    "releases": verify_releases,
    "clock": verify_clock,
    "records": verify_records,
    "renderings": verify_renderings,
    "search": verify_search_index,
    "appearances": verify_appearances,
    "history": verify_history,
    "past": verify_past,
    "merges": verify_merges,
}
