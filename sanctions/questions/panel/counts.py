"""The counts of a panel, and its rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Final

from sanctions.models import Actor, Identifier
from sanctions.questions.intervals import Frequency, Interval, periods_covered, periods_held_at_end
from sanctions.questions.panel.columns import COUNTED
from sanctions.questions.panel.query import Pair, PanelQuery
from sanctions.questions.panel.tally import Tally
from sanctions.vocabulary import IdentifierScheme, State

#: Columns of what holds at the end of a period, begins in it and ends in it.
TURNS_OF_MEASURES: Final = ("measures_in_force_at_end", "measures_begun", "measures_ended")
TURNS_OF_DESIGNATIONS: Final = ("designations_in_force_at_end", "designations_added", "designations_removed")

#: Slug, name, and ISO 3166-1 code of a state.
_ActorLabel = tuple[str, str, str | None]


class PanelCounts:
    """The counts of each pair by period."""

    def __init__(self, query: PanelQuery) -> None:
        self.query = query
        self.tallies: dict[Pair, Tally] = defaultdict(Tally)

    def add_intervals(
        self, pair: Pair, intervals: Sequence[Interval], columns: Iterable[str], turns: tuple[str, str, str]
    ) -> None:
        """Count something that held for some intervals.

        ``columns`` count the periods in which it held on any day, ``turns`` are the columns for the periods at whose
        end it held, in which it began, and in which it ended.
        """
        tally, by, day = self.tallies[pair], self.query.by, self.query.day
        at_end, begun, ended = turns
        for column in columns:
            tally.add_runs(column, periods_covered(intervals, by, day))
        tally.add_runs(at_end, periods_held_at_end(intervals, by, day))
        tally.add_periods(begun, (by.period(interval.start) for interval in intervals))
        tally.add_periods(ended, (by.period(interval.end) for interval in intervals if interval.end is not None))

    @property
    def size(self) -> int:
        """The number of rows."""
        return sum(len(self._periods(tally)) for tally in self.tallies.values())

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the rows by sender, target and period."""
        labels = _read_labels({actor for pair in self.tallies for actor in pair})
        by, zeros = self.query.by, dict.fromkeys(COUNTED, 0)
        for sender, target in sorted(self.tallies, key=lambda pair: (labels[pair[0]][0], labels[pair[1]][0])):
            tally = self.tallies[sender, target]
            units = _label_columns("sender", labels[sender]) | _label_columns("target", labels[target])
            periods = self._periods(tally)
            for period, counts in zip(periods, tally.counts(periods), strict=True):
                yield _period_columns(by, period) | units | zeros | counts

    def _periods(self, tally: Tally) -> range:
        return tally.periods(*self.query.bounds)


def _period_columns(by: Frequency, period: int) -> dict[str, Any]:
    month = {"month": by.month(period)} if by is Frequency.MONTH else {}
    return {"period": by.label(period), "year": by.year(period), **month}


def _label_columns(side: str, label: _ActorLabel) -> dict[str, str | None]:
    slug, name, iso = label
    return {side: slug, f"{side}_name": name, f"{side}_iso": iso}


def _read_labels(actors: Collection[int]) -> dict[int, _ActorLabel]:
    """Return the labels of senders and targets; an actor that is not public has only its slug."""
    codes = Identifier.objects.filter(actor__in=actors, scheme=IdentifierScheme.ISO_3166).order_by("-ordinal")
    iso: dict[int, str] = dict(codes.values_list("actor", "value"))
    rows = Actor.objects.filter(pk__in=actors).values_list("pk", "slug", "name", "state")
    return {
        pk: (slug, name, iso.get(pk)) if state == State.PUBLISHED else (slug, slug, None)
        for pk, slug, name, state in rows
    }
