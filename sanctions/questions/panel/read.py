"""Reading a panel in two steps, so that one that is too large is refused before it is computed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from sanctions.questions.attribution import Attribution
from sanctions.questions.panel.counts import PanelCounts
from sanctions.questions.panel.designations import CountedDesignation, read_designations
from sanctions.questions.panel.events import DirectedEvent, read_events
from sanctions.questions.panel.extents import Extents
from sanctions.questions.panel.measures import RestrictingMeasures, read_measures
from sanctions.questions.panel.pairs import PairFinder
from sanctions.questions.panel.query import PanelQuery

#: Rows that a panel may have: the largest number that its pairs can have in the periods of the query.
MOST_ROWS: Final = 20_000


@dataclass(frozen=True, slots=True)
class PanelMaterial:
    """The rows that a panel is computed from. ``extents`` bounds its size; nothing is folded or counted yet."""

    query: PanelQuery
    finder: PairFinder
    extents: Extents
    measures: RestrictingMeasures
    designations: list[CountedDesignation]
    events: list[DirectedEvent]

    def count(self, first: int | None = None) -> PanelCounts:
        """Count everything, in rows from a period on if one is given."""
        query = self.query if first is None else replace(self.query, first=self.query.by.first_day(first))
        counts = PanelCounts(query)
        self.measures.add_to(counts)
        for designation in self.designations:
            designation.add_to(counts)
        # Last: with a filter by program, events are counted in the rows of the others only.
        for event in self.events:
            event.add_to(counts)
        return counts


def count_panel(query: PanelQuery) -> PanelCounts:
    """Return the counts of a panel, in a constant number of queries."""
    return read_panel(query).count()


def read_panel(query: PanelQuery, limit: int | None = None) -> PanelMaterial:
    """Read what a panel is computed from, in a constant number of queries.

    If the query has a first period and measures and designations alone can have more than ``limit`` rows, no events
    are read: the panel is too large already.
    """
    finder, extents = PairFinder(query, Attribution(query.day)), Extents(query.bounds)
    measures, designations = read_measures(finder), list(read_designations(finder))
    _extend(extents, query, measures, designations)
    events: list[DirectedEvent] = []
    if query.first is None or limit is None or extents.max_rows() <= limit:
        events = read_events(finder)
    if query.programs is None:
        for event in events:
            extents.extend(event.pairs, event.period, event.period)
    return PanelMaterial(query, finder, extents, measures, designations, events)


def _extend(
    extents: Extents, query: PanelQuery, measures: RestrictingMeasures, designations: Iterable[CountedDesignation]
) -> None:
    period = query.by.period
    for begun, pairs in measures.beginnings():
        if begun <= query.day:
            extents.extend(pairs, period(begun), period(query.day))
    for designation in designations:
        for interval in designation.intervals:
            extents.extend(designation.pairs, period(interval.start), period(interval.end or query.day))
