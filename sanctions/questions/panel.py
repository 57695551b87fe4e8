"""Who sanctions whom, year by year or month by month: rows of sender, target and period, ready for analysis.

What is counted, and how, is said by :mod:`sanctions.questions.panel_columns`. The rules:

* The sender is the state or organisation for which the issuer of the order counts, the target whom its measures
  are aimed at, by name or as territories (:mod:`sanctions.questions.attribution`, as of the day of the question).
  What a state imposes on its own is left out, and so is what names no target.
* Only measures that restrict count. One with several targets counts once for each pair.
* What imprecise dates leave open does not count, and nothing after the day of the question does.
* An event counts for a pair where the sender takes part in an acting role (:data:`ACTING`) and the target in one
  in which it is acted upon (:data:`ACTED_UPON`), or where somebody takes a position on an actor. Who took part in
  an office acts for its body. A threat is such an event of the class ``threaten``, or such a position; one on
  something that is no actor threatens those who are acted upon.
* A pair has a row for every period from its first count to its last, those without any count among them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final

from django.db.models import Case, F, QuerySet, When
from django.db.models.functions import Coalesce

from sanctions.models import Actor, Designation, Effect, Event, Identifier, Measure, Order, Participation, Position
from sanctions.questions.attribution import Attribution
from sanctions.questions.panel_columns import COUNTED, in_force_column
from sanctions.questions.spells import Frequency, Spell, ends_of, in_force, listed, periods_of
from sanctions.questions.tally import Tally
from sanctions.vocabulary import (
    EVENT_CLASS,
    EventClass,
    IdentifierScheme,
    MeasureDirection,
    Modality,
    Role,
    Stance,
    State,
    Subject,
)

#: Roles in which an actor acts towards others, and those in which it is acted upon.
ACTING: Final = (Role.ISSUER, Role.SPEAKER, Role.ACCUSER, Role.REPORTER, Role.INSPECTOR, Role.PERPETRATOR)
ACTED_UPON: Final = (Role.TARGET, Role.ADDRESSEE, Role.ACCUSED, Role.VICTIM)
#: Rows that a panel may have.
MOST_ROWS: Final = 20_000

#: Of measures and of designations: the columns of those at the end of a period, that begin in it, that end in it.
_MEASURES: Final = ("measures_in_force_at_end", "measures_begun", "measures_ended")
_DESIGNATIONS: Final = ("designations_in_force_at_end", "designations_added", "designations_removed")
#: What the fold needs of an effect, and its event's slug, by which effects that tie are told apart.
_FOLDED: Final = (
    *("verb", "sequence", "in_part", "ordinal", "order", "measure", "event__slug"),
    *("effective_earliest", "effective_latest", "until_earliest", "until_latest"),
)

#: Sender and target, by key.
Pair = tuple[int, int]


class Level(StrEnum):
    """Whether a target is the state or organisation that an actor counts for, or the actor itself."""

    STATE = "state"
    ACTOR = "actor"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a panel is asked for; ``None`` means everything.

    ``programs`` narrows measures, orders and designations. Events belong to no program: they are counted in the
    rows that the rest gives.
    """

    day: date
    by: Frequency = Frequency.YEAR
    level: Level = Level.STATE
    first: date | None = None
    last: date | None = None
    senders: Collection[int] | None = None
    targets: Collection[int] | None = None
    programs: Collection[int] | None = None


@dataclass(slots=True)
class Panel:
    """A panel whose counts are made and whose rows are not yet."""

    asked: Asked
    attribution: Attribution
    tallies: dict[Pair, Tally] = field(default_factory=lambda: defaultdict(Tally))

    @property
    def size(self) -> int:
        """The number of rows."""
        return sum(len(self._periods(tally)) for tally in self.tallies.values())

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the rows by sender, target and period."""
        labels = _labels({actor for pair in self.tallies for actor in pair})
        frequency, zeros = self.asked.by, dict.fromkeys(COUNTED, 0)
        month = frequency is Frequency.MONTH
        for sender, target in sorted(self.tallies, key=lambda pair: (labels[pair[0]][0], labels[pair[1]][0])):
            tally = self.tallies[sender, target]
            units = _unit("sender", labels[sender]) | _unit("target", labels[target])
            periods = self._periods(tally)
            for period, counts in zip(periods, tally.counts(periods), strict=True):
                when = {"period": frequency.label(period), "year": frequency.year(period)}
                yield when | ({"month": frequency.month(period)} if month else {}) | units | zeros | counts

    def _periods(self, tally: Tally) -> range:
        asked = self.asked
        first, last = (None if day is None else asked.by.period(day) for day in (asked.first, asked.last))
        return tally.within(first, last)

    def misplaced(self, actor: int) -> frozenset[int]:
        """Return whom an actor counts for, if it is never a sender or target of its own; else nothing."""
        own = self.attribution.of(actor)
        return frozenset() if actor in own else own

    # --- Counting -------------------------------------------------------------------------------

    def pairs(self, issuers: Iterable[int], aimed_at: Iterable[int]) -> set[Pair]:
        """Return the pairs of senders and targets that are asked for."""
        asked, found = self.asked, set[Pair]()
        senders = [one for one in self.attribution.of_any(issuers) if asked.senders is None or one in asked.senders]
        for actor in aimed_at:
            for sender in senders:
                foreign = self.attribution.of(actor) - {sender}
                found |= {(sender, target) for target in self._targets(actor, foreign)}
        return found

    def _targets(self, actor: int, foreign: Collection[int]) -> Iterator[int]:
        targets = foreign if self.asked.level is Level.STATE else [actor] if foreign else []
        return (one for one in targets if self.asked.targets is None or one in self.asked.targets)

    def count(self, pair: Pair, spells: list[Spell], within: Iterable[str], others: tuple[str, str, str]) -> None:
        """Count spells: periods within which they held, at whose end they did, in which they began and ended."""
        tally, by, day = self.tallies[pair], self.asked.by, self.asked.day
        at_end, begun, ended = others
        for column in within:
            tally.run(column, periods_of(spells, by, day))
        tally.run(at_end, ends_of(spells, by, day))
        tally.point(begun, (by.period(spell.start) for spell in spells))
        tally.point(ended, (by.period(spell.end) for spell in spells if spell.end is not None))


def panel(asked: Asked) -> Panel:
    """Count what is asked for, in a constant number of queries."""
    found = Panel(asked, Attribution(asked.day))
    _count_measures(found)
    _count_designations(found)
    _count_events(found)
    return found


def _count_measures(found: Panel) -> None:
    """Count the measures that restrict, and the orders that have them."""
    asked = found.asked
    measures: QuerySet[Measure] = Measure.objects.published().filter(direction=MeasureDirection.IMPOSES)
    if asked.programs is not None:
        in_programs = Order.programs.through._default_manager.filter(program__in=asked.programs)
        measures = measures.filter(order__in=in_programs.values("order"))
    rows = list(measures.select_related("order").only("kind", "order__slug", "order__issuer"))
    aimed_at: dict[int, set[int]] = defaultdict(set)
    for links in (Measure.targets.through, Measure.territories.through):
        for measure, actor in links._default_manager.filter(measure__in=measures).values_list("measure", "actor"):
            aimed_at[measure].add(actor)
    spells = _spells(Subject.MEASURE, rows, asked.day)
    orders: dict[Order, set[Pair]] = defaultdict(set)
    for row in rows:
        pairs = found.pairs([row.order.issuer_id], aimed_at[row.pk])
        orders[row.order] |= pairs
        for pair in pairs:
            found.count(pair, spells[row.pk], ("measures_in_force", in_force_column(row.kind)), _MEASURES)
    spells = _spells(Subject.ORDER, list(orders), asked.day)
    for order, pairs in orders.items():
        for pair in pairs:
            found.tallies[pair].run("orders_in_force", periods_of(spells[order.pk], asked.by, asked.day))


def _spells(subject: Subject, rows: Sequence[Order] | Sequence[Measure], day: date) -> dict[int, list[Spell]]:
    """Return when each of the rows was in force. Measures that only follow their order are folded once for it."""
    effects = Effect.objects.only(*_FOLDED).by_subject(subject, rows)
    folded: dict[frozenset[int], list[Spell]] = {}
    found: dict[int, list[Spell]] = {}
    for row, own in effects.items():
        key = frozenset(effect.pk for effect in own)
        if key not in folded:
            folded[key] = in_force(own, subject, day)
        found[row] = folded[key]
    return found


def _count_designations(found: Panel) -> None:
    """Count who is on a list. The sender is who runs the program, else who issued the order; where neither, none."""
    asked = found.asked
    rows = Designation.objects.published()
    if asked.programs is not None:
        rows = rows.filter(program__in=asked.programs)
    program = Case(When(program__state=State.PUBLISHED, then=F("program__issuer")))
    order = Case(When(order__state=State.PUBLISHED, then=F("order__issuer")))
    dated = rows.annotate(issuer=Coalesce(program, order)).exclude(issuer=None)
    for issuer, actor, start, end in dated.values_list("issuer", "actor", "listed_latest", "delisted_earliest"):
        spells = listed(start, end, asked.day)
        for pair in found.pairs([issuer], [actor]):
            found.count(pair, spells, ("designations_in_force",), _DESIGNATIONS)


@dataclass(slots=True)
class _Happening:
    """An event: who acts in it, upon whom, and what its positions say of whom (``None``: of no actor).

    ``bodies`` has for whom somebody took part who did so in an office: the Director General acts for the Agency.
    """

    kind: str
    earliest: date
    latest: date
    bodies: dict[int, int] = field(default_factory=dict)
    acting: set[int] = field(default_factory=set)
    acted_upon: set[int] = field(default_factory=set)
    said: set[tuple[int, str, int | None]] = field(default_factory=set)

    def pairs(self, found: Panel) -> tuple[set[Pair], set[Pair]]:
        """Return the pairs towards which somebody acts here, and those of them that are threats."""
        acts = found.pairs((self.bodies.get(actor, actor) for actor in self.acting), self.acted_upon)
        threats: set[Pair] = set()
        for holder, stance, actor in self.said:
            threatens = stance == Stance.THREATENS
            towards = [actor] if actor is not None else self.acted_upon if threatens else ()
            pairs = found.pairs([self.bodies.get(holder, holder)], towards)
            acts |= pairs
            threats |= pairs if threatens else set()
        return acts, acts if EVENT_CLASS[self.kind] is EventClass.THREATEN else threats


def _happenings(day: date) -> Iterable[_Happening]:
    """Return the events that occurred and were over by the day, with what is directed at somebody in them."""
    events = Event.objects.published().filter(modality=Modality.OCCURRED, happened_latest__lte=day)
    found: dict[int, _Happening] = {}
    event = ("event", "event__kind", "event__happened_earliest", "event__happened_latest")
    parts = Participation.objects.filter(event__in=events)
    for pk, *when, actor, role, body in parts.values_list(*event, "actor", "role", "capacity__body"):
        happening = found.setdefault(pk, _Happening(*when))
        if role in ACTING:
            happening.acting.add(actor)
        elif role in ACTED_UPON:
            happening.acted_upon.add(actor)
        if body is not None:
            happening.bodies[actor] = body
    positions = Position.objects.filter(event__in=events)
    for pk, *when, holder, stance, actor in positions.values_list(*event, "holder", "stance", "actor"):
        found.setdefault(pk, _Happening(*when)).said.add((holder, stance, actor))
    return found.values()


def _count_events(found: Panel) -> None:
    """Count events and threats, in the period in which they certainly lie."""
    by, beside = found.asked.by, found.asked.programs is not None
    for happening in _happenings(found.asked.day):
        period = by.period(happening.latest)
        if by.period(happening.earliest) != period:
            continue
        acts, threats = happening.pairs(found)
        for column, pairs in (("events", acts), ("threats", threats)):
            for pair in pairs:
                if not beside or (pair in found.tallies and period in found.tallies[pair].within(None, None)):
                    found.tallies[pair].point(column, [period])


# --- Who they are -------------------------------------------------------------------------------

#: Slug, name, and code of a state.
Label = tuple[str, str, str | None]


def _labels(actors: Collection[int]) -> dict[int, Label]:
    """Return what rows say of senders and targets; of one that is not public the slug alone."""
    codes = Identifier.objects.filter(actor__in=actors, scheme=IdentifierScheme.ISO_3166).order_by("-ordinal")
    iso: dict[int, str] = dict(codes.values_list("actor", "value"))
    rows = Actor.objects.filter(pk__in=actors).values_list("pk", "slug", "name", "state")
    return {
        pk: (slug, name, iso.get(pk)) if state == State.PUBLISHED else (slug, slug, None)
        for pk, slug, name, state in rows
    }


def _unit(side: str, label: Label) -> dict[str, str | None]:
    slug, name, iso = label
    return {side: slug, f"{side}_name": name, f"{side}_iso": iso}
