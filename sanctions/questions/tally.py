"""Counting by period: what goes on is told by where it begins and stops, so that a century costs as much as a year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator


class Tally:
    """Counts of one pair of sender and target: column → period → how many."""

    def __init__(self) -> None:
        self._steps: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        self._points: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        self.first: int | None = None
        self.last: int | None = None

    def run(self, column: str, runs: Iterable[tuple[int, int]]) -> None:
        """Count one in every period of each run, from the first to the last."""
        for first, last in runs:
            self._steps[column][first] += 1
            self._steps[column][last + 1] -= 1
            self._reach(first, last)

    def point(self, column: str, periods: Iterable[int]) -> None:
        """Count one in each of the periods."""
        for period in periods:
            self._points[column][period] += 1
            self._reach(period, period)

    def _reach(self, first: int, last: int) -> None:
        self.first = first if self.first is None else min(self.first, first)
        self.last = last if self.last is None else max(self.last, last)

    def within(self, first: int | None, last: int | None) -> range:
        """Return the periods from the first with a count to the last, as far as they lie within the bounds."""
        if self.first is None or self.last is None:
            return range(0)
        begin = self.first if first is None else max(self.first, first)
        end = self.last if last is None else min(self.last, last)
        return range(begin, max(begin, end + 1))

    def counts(self, periods: range) -> Iterator[dict[str, int]]:
        """Yield the counts of consecutive periods, of the columns that are not zero."""
        running: dict[str, int] = {}
        for column, steps in self._steps.items():
            running[column] = sum(step for period, step in steps.items() if period < periods.start)
        for period in periods:
            for column, steps in self._steps.items():
                if period in steps:
                    running[column] += steps[period]
            counted = {column: count for column, count in running.items() if count}
            for column, points in self._points.items():
                if period in points:
                    counted[column] = points[period]
            yield counted
