"""The figures of a run: what was measured, compared with what, and its bound."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

#: Calls before the clock runs, so that connections are open, plans are cached and files are in memory.
WARM_UP = 3


@dataclass(frozen=True, slots=True)
class Figure:
    """Our number, optionally another one in the same unit, and a bound.

    Two numbers are compared by a ratio: how many times as fast we are (``at_least``), or our number divided by the
    other (``at_most``). Without another number the bound is on ours.
    """

    name: str
    unit: str
    ours: float
    against: str = ""
    other: float = 0.0
    at_least: float | None = None
    at_most: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float:
        """The value that the bound limits."""
        if not self.against:
            return self.ours
        faster_is_more = self.unit.endswith("/s")
        if (self.at_least is not None) != faster_is_more:
            return self.other / self.ours
        return self.ours / self.other

    @property
    def reached(self) -> bool:
        """Whether the value is within the bound."""
        low = self.at_least is None or self.ratio >= self.at_least
        return low and (self.at_most is None or self.ratio <= self.at_most)

    def as_json(self) -> dict[str, Any]:
        """Return the figure for the JSON file."""
        return {**asdict(self), "ratio": self.ratio, "reached": self.reached}


def table(figures: Sequence[Figure], where: str) -> str:
    """Return the figures as a table in Markdown."""
    head = f"| {where} | ours | against | theirs | ratio | must be | |\n|---|---|---|---|---|---|---|\n"
    return head + "".join(map(row, figures))


def row(figure: Figure) -> str:
    """Return a figure as a row of the table."""
    bound = f"≥ {figure.at_least:g}" if figure.at_least is not None else ""
    bound += f"≤ {figure.at_most:g}" if figure.at_most is not None else ""
    theirs = f"{figure.other:,.4g}" if figure.against else ""
    ratio = f"{figure.ratio:.3g} ×" if figure.against else ""
    verdict = ("reached" if figure.reached else "**not reached**") if bound else figure.note
    return (
        f"| {figure.name} | {figure.ours:,.4g} {figure.unit} | {figure.against} | {theirs} | {ratio} | {bound} | "
        f"{verdict} |\n"
    )


def medians(asks: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """Call each in turn, round after round, and return the median result of each."""
    return {name: statistics.median(times) for name, times in timed(asks, rounds).items()}


def timed(asks: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Call each in turn, round after round, and return all results of each."""
    for ask in asks.values():
        for _ in range(WARM_UP):
            ask()
    times: dict[str, list[float]] = {name: [] for name in asks}
    for _ in range(rounds):
        for name, ask in asks.items():
            times[name].append(ask())
    return times


def percentile(times: Sequence[float], share: float) -> float:
    """Return a percentile of the times; ``share`` is 0.95 for the 95th."""
    return sorted(times)[min(int(len(times) * share), len(times) - 1)]
