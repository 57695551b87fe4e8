"""An upper bound on the number of rows, known before anything is folded or counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sanctions.questions.panel.query import Pair


class Extents:
    """For each pair the first and the last period in which it can have a count, cut to the bounds of the query."""

    def __init__(self, bounds: tuple[int | None, int | None]) -> None:
        self._first, self._last = bounds
        self._by_pair: dict[Pair, tuple[int, int]] = {}

    def extend(self, pairs: Iterable[Pair], first: int, last: int) -> None:
        """Note that pairs can have counts in the periods from ``first`` to ``last``."""
        for pair in pairs:
            begin, end = self._by_pair.get(pair, (first, last))
            self._by_pair[pair] = min(begin, first), max(end, last)

    def max_rows(self, first: int | None = None) -> int:
        """Return how many rows there can be, from a period on if one is given."""
        lower = self._first if first is None else first
        return sum(
            max(0, min(end, self._last or end) - max(begin, lower or begin) + 1)
            for begin, end in self._by_pair.values()
        )

    def first_period_within(self, limit: int) -> int | None:
        """Return the earliest period from which on there are at most ``limit`` rows; ``None`` if all rows fit.

        If the last period alone has more rows, return the last period.
        """
        # Walk back from the last period: a pair adds a row in its last period and stops before its first.
        changes: dict[int, int] = defaultdict(int)
        for begin, end in self._by_pair.values():
            if self._last is None or begin <= self._last:
                changes[end if self._last is None else min(end, self._last)] += 1
                changes[begin - 1] -= 1
        if not changes:
            return None
        rows = pairs = 0
        for period in range(max(changes), min(changes), -1):
            pairs += changes.get(period, 0)
            rows += pairs
            if rows > limit:
                return min(period + 1, max(changes))
        return None
