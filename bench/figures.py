"""Figures of one run: what was measured, against what, and what must be reached."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

#: Asked once before the clock runs: connections are open, plans are made, files are in memory.
WARM_UP = 3


@dataclass(frozen=True, slots=True)
class Figure:
    """One comparison: ours and another's number in the same unit, and the bound of their ratio.

    Of two times the other's is divided by ours and must be ``at_least``; or ours by the other's must be ``at_most``.
    Without an other the number itself must be within the bound.
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
        """What is compared with the bound."""
        if not self.against:
            return self.ours
        faster_is_more = self.unit.endswith("/s")
        if (self.at_least is not None) != faster_is_more:
            return self.other / self.ours
        return self.ours / self.other

    @property
    def reached(self) -> bool:
        """Whether the bound is kept."""
        low = self.at_least is None or self.ratio >= self.at_least
        return low and (self.at_most is None or self.ratio <= self.at_most)

    def told(self) -> dict[str, Any]:
        """Return the figure as JSON has it."""
        return {**asdict(self), "ratio": self.ratio, "reached": self.reached}


def shown(figures: Sequence[Figure], where: str) -> str:
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
    """Call each in turn, round after round, and return the median of what each returned."""
    return {name: statistics.median(times) for name, times in timed(asks, rounds).items()}


def timed(asks: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Call each in turn, round after round, and return all that each returned."""
    for ask in asks.values():
        for _ in range(WARM_UP):
            ask()
    times: dict[str, list[float]] = {name: [] for name in asks}
    for _ in range(rounds):
        for name, ask in asks.items():
            times[name].append(ask())
    return times


def percentile(times: Sequence[float], share: float) -> float:
    """Return the smallest of the times that such a share of them does not exceed."""
    return sorted(times)[min(int(len(times) * share), len(times) - 1)]
