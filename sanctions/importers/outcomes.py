"""Select and count the items of a plan by what becomes of each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

from sanctions.records.base import RecordType


class PlannedItem(Protocol):
    """A record of a plan, with what becomes of it."""

    @property
    def record_type(self) -> RecordType:
        """The type of the record."""

    @property
    def fate(self) -> str:
        """What becomes of the record."""


AnyItem = TypeVar("AnyItem", bound=PlannedItem)


def with_fate(items: Iterable[AnyItem], fates: Sequence[str]) -> list[AnyItem]:
    """Return the items that have one of the fates."""
    return [item for item in items if item.fate in fates]


def count_by_noun(items: Iterable[PlannedItem]) -> dict[str, dict[str, int]]:
    """Return how many records have which fate: noun → fate → count."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for item in items:
        counts[item.record_type.name][str(item.fate)] += 1
    return {noun: dict(sorted(fates.items())) for noun, fates in sorted(counts.items())}
