"""Counts by period, kept as differences, so that a century costs as much as a year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator


class Tally:
    """The counts of one pair of sender and target: column → period → count."""

    def __init__(self) -> None:
        #: Runs of periods are kept as the change at their beginning and behind their end.
        self._steps: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        self._points: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        self._first: int | None = None
        self._last: int | None = None

    def add_runs(self, column: str, runs: Iterable[tuple[int, int]]) -> None:
        """Add one in every period of each run, from its first to its last."""
        for first, last in runs:
            self._steps[column][first] += 1
            self._steps[column][last + 1] -= 1
            self._extend(first, last)

    def add_periods(self, column: str, periods: Iterable[int]) -> None:
        """Add one in each of the periods."""
        for period in periods:
            self._points[column][period] += 1
            self._extend(period, period)

    def _extend(self, first: int, last: int) -> None:
        self._first = first if self._first is None else min(self._first, first)
        self._last = last if self._last is None else max(self._last, last)

    def periods(self, first: int | None = None, last: int | None = None) -> range:
        """Return the periods from the first with a count to the last, within the bounds."""
        if self._first is None or self._last is None:
            return range(0)
        begin = self._first if first is None else max(self._first, first)
        end = self._last if last is None else min(self._last, last)
        return range(begin, max(begin, end + 1))

    def counts(self, periods: range) -> Iterator[dict[str, int]]:
        """Yield the counts of consecutive periods, without columns that are zero."""
        running: dict[str, int] = {}
        for column, steps in self._steps.items():
            running[column] = sum(step for period, step in steps.items() if period < periods.start)
        for period in periods:
            for column, steps in self._steps.items():
                if period in steps:
                    running[column] += steps[period]
            counts = {column: count for column, count in running.items() if count}
            for column, points in self._points.items():
                if period in points:
                    counts[column] = points[period]
            yield counts
