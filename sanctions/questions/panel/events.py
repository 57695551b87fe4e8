"""The events that a panel counts: those in which one actor acts towards another, and threats.

An event counts for a pair if the sender takes part in an acting role and the target in one in which it is acted upon,
or if the sender takes a position on the target. Who took part in an office acts for its body. An event of the class
``threaten`` is a threat, and so is a position that threatens; one that names no actor threatens everyone who is acted
upon in the event.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db.models import Q

from sanctions.models import Participation, Position
from sanctions.questions.panel.counts import PanelCounts
from sanctions.questions.panel.pairs import PairFinder
from sanctions.questions.panel.query import Pair, fits_statement
from sanctions.vocabulary import EVENT_CLASS, EventClass, Modality, Role, Stance, State

#: Roles in which an actor acts towards others, and those in which it is acted upon.
ACTING: Final = (Role.ISSUER, Role.SPEAKER, Role.ACCUSER, Role.REPORTER, Role.INSPECTOR, Role.PERPETRATOR)
ACTED_UPON: Final = (Role.TARGET, Role.ADDRESSEE, Role.ACCUSED, Role.VICTIM)

_EVENT_COLUMNS: Final = ("event", "event__kind", "event__happened_earliest", "event__happened_latest")


@dataclass(slots=True)
class DirectedEvent:
    """An event that certainly lies in one period, with the pairs for which it counts."""

    period: int
    is_threat: bool
    pairs: set[Pair] = field(default_factory=set)
    #: The pairs in which the sender threatens the target by a position.
    threatened: set[Pair] = field(default_factory=set)

    def add_to(self, counts: PanelCounts) -> None:
        """Count the event; with a filter by program only in rows that exist already."""
        only_existing = counts.query.programs is not None
        threats = self.pairs if self.is_threat else self.threatened
        for column, pairs in (("events", self.pairs), ("threats", threats)):
            for pair in pairs:
                if only_existing and (pair not in counts.tallies or self.period not in counts.tallies[pair].periods()):
                    continue
                counts.tallies[pair].add_periods(column, [self.period])


def read_events(finder: PairFinder) -> list[DirectedEvent]:
    """Return the events that occurred by the day, certainly lie in one period, and count for a pair of the query."""
    return _EventReader(finder).read()


class _EventReader:
    """Collects the pairs of each event: the database joins those who act with those who are acted upon."""

    def __init__(self, finder: PairFinder) -> None:
        self._finder = finder
        occurred = {
            "event__state": State.PUBLISHED,
            "event__modality": Modality.OCCURRED,
            "event__happened_latest__lte": finder.query.day,
        }
        self._participations = Participation.objects.filter(**occurred).order_by()
        self._positions = Position.objects.filter(**occurred).order_by()
        #: ``None`` for an event that does not certainly lie in one period.
        self._events: dict[int, DirectedEvent | None] = {}
        self._bodies = self._read_bodies()

    def read(self) -> list[DirectedEvent]:
        self._read_participations()
        self._read_positions()
        return [event for event in self._events.values() if event]

    def _read_bodies(self) -> dict[tuple[int, int], int]:
        """Return the bodies for which actors acted in an office: event and actor → body."""
        in_office = self._participations.filter(capacity__isnull=False).order_by("pk")
        rows = in_office.values_list("event", "actor", "capacity__body")
        return {(event, actor): body for event, actor, body in rows if body is not None}

    def _read_participations(self) -> None:
        acting = self._participations.filter(role__in=ACTING, event__participations__role__in=ACTED_UPON)
        if (actors := self._finder.actors_of_senders()) is not None:
            actors |= {actor for _, actor in self._bodies}
        if fits_statement(actors):
            acting = acting.filter(actor__in=actors)
        for *event, actor, acted_upon in acting.values_list(*_EVENT_COLUMNS, "actor", "event__participations__actor"):
            self._add(event, actor, acted_upon)

    def _read_positions(self) -> None:
        positions, targets = self._positions, self._finder.actors_of_targets()
        if fits_statement(targets):
            positions = positions.filter(Q(actor__in=targets) | Q(actor=None))
        undirected = []
        for *event, holder, stance, actor in positions.values_list(*_EVENT_COLUMNS, "holder", "stance", "actor"):
            threatens = stance == Stance.THREATENS
            if actor is not None:
                self._add(event, holder, actor, threatens=threatens)
            elif threatens:
                undirected.append((event, holder))
        if undirected:
            self._add_undirected_threats(undirected)

    def _add_undirected_threats(self, threats: list[tuple[list[Any], int]]) -> None:
        """Count threats that name no actor against everyone who is acted upon in the same event."""
        acted_upon: dict[int, list[int]] = defaultdict(list)
        events = self._positions.filter(stance=Stance.THREATENS, actor=None).values("event")
        rows = self._participations.filter(role__in=ACTED_UPON, event__in=events)
        for key, actor in rows.values_list("event", "actor"):
            acted_upon[key].append(actor)
        for event, holder in threats:
            for actor in acted_upon[event[0]]:
                self._add(event, holder, actor, threatens=True)

    def _add(self, columns: list[Any], acting: int, acted_upon: int, *, threatens: bool = False) -> None:
        pairs = self._finder.pairs(self._bodies.get((columns[0], acting), acting), acted_upon)
        event = self._event(*columns) if pairs else None
        if event:
            event.pairs.update(pairs)
            event.threatened.update(pairs if threatens else ())

    def _event(self, key: int, kind: str, earliest: date, latest: date) -> DirectedEvent | None:
        if key not in self._events:
            by = self._finder.query.by
            period = by.period(latest)
            is_threat = EVENT_CLASS[kind] is EventClass.THREATEN
            self._events[key] = DirectedEvent(period, is_threat) if by.period(earliest) == period else None
        return self._events[key]
