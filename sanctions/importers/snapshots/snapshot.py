"""A snapshot of a list, ready to be turned into contributions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sanctions.importers.base import Fault, Files, ListEntry, PublishedList


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A list on a day: its files, its entries, the ids of unread ones, and the day of the previous snapshot.

    ``unread_before`` are the ids of entries that could not be read in the previous snapshot. Faults are added to
    ``faults``.
    """

    source: PublishedList
    as_of: date
    before: date | None
    files: Files
    entries: Sequence[ListEntry]
    unread: frozenset[str]
    unread_before: frozenset[str]
    faults: list[Fault]
