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
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final, NamedTuple, TypeGuard

from django.db.models import Case, F, Q, QuerySet, When
from django.db.models.functions import Coalesce

from sanctions.models import Actor, Designation, Effect, Identifier, Measure, Order, Participation, Position
from sanctions.questions.attribution import Attribution
from sanctions.questions.intervals import Frequency, Spell, ends_of, in_force, listed, periods_of
from sanctions.questions.panel_columns import COUNTED, in_force_column
from sanctions.questions.tally import Tally
from sanctions.standing import FLOWS
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
#: Rows that a panel may have: as many as its pairs can have in the periods asked for.
MOST_ROWS: Final = 20_000

#: Of measures and of designations: the columns of those at the end of a period, that begin in it, that end in it.
_MEASURES: Final = ("measures_in_force_at_end", "measures_begun", "measures_ended")
_DESIGNATIONS: Final = ("designations_in_force_at_end", "designations_added", "designations_removed")
#: What the fold needs of an effect, what it is on, and what tells effects apart that tie.
_FOLDED: Final = (
    *("order", "measure", "verb", "sequence", "in_part", "ordinal", "event__slug"),
    *("effective_earliest", "effective_latest", "until_earliest", "until_latest"),
)
#: Keys that are named one by one in a statement; where there are more the rows are chosen here.
_MOST_KEYS: Final = 500

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
    """What a panel is made of, read and not yet counted; then its counts.

    ``extents`` has for each pair the first and the last period in which it can have a count, as far as that can be told
    before anything is counted: a panel has no more rows than these periods.
    """

    asked: Asked
    attribution: Attribution
    tallies: dict[Pair, Tally] = field(default_factory=lambda: defaultdict(Tally))
    extents: dict[Pair, tuple[int, int]] = field(default_factory=dict)
    _pairs: dict[Pair, list[Pair]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """The number of rows, once they are counted."""
        return sum(len(self._periods(tally)) for tally in self.tallies.values())

    @property
    def most(self) -> int:
        """How many rows there can be; known before they are counted."""
        first, last = self._bounds()
        return sum(
            max(0, min(end, last or end) - max(begin, first or begin) + 1) for begin, end in self.extents.values()
        )

    def first_that_fits(self, most: int) -> int | None:
        """Return the first period from which on there cannot be more rows than ``most``; ``None`` for all of them.

        Where the last period alone has more it is that one.
        """
        last = self._bounds()[1]
        changes: dict[int, int] = defaultdict(int)
        for begin, end in self.extents.values():
            if last is None or begin <= last:
                changes[end if last is None else min(end, last)] += 1
                changes[begin - 1] -= 1
        if not changes:
            return None
        rows = pairs = 0
        for period in range(max(changes), min(changes), -1):
            pairs += changes.get(period, 0)
            rows += pairs
            if rows > most:
                return min(period + 1, max(changes))
        return None

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

    def _bounds(self) -> tuple[int | None, int | None]:
        asked = self.asked
        first, last = (None if day is None else asked.by.period(day) for day in (asked.first, asked.last))
        return first, last

    def _periods(self, tally: Tally) -> range:
        return tally.within(*self._bounds())

    def misplaced(self, actor: int) -> frozenset[int]:
        """Return whom an actor counts for, if it is never a sender or target of its own; else nothing."""
        own = self.attribution.of(actor)
        return frozenset() if actor in own else own

    # --- Who acts towards whom ------------------------------------------------------------------

    def issuing(self) -> frozenset[int] | None:
        """Return the actors that count for the senders asked for; ``None`` where those of any do."""
        asked = self.asked.senders
        return None if asked is None else self.attribution.counting_for(asked)

    def aimed_at(self) -> frozenset[int] | None:
        """Return the actors that are, or count for, the targets asked for; ``None`` where those of any do."""
        asked = self.asked.targets
        if asked is None:
            return None
        return frozenset(asked) if self.asked.level is Level.ACTOR else self.attribution.counting_for(asked)

    def pairs(self, acting: int, towards: int) -> list[Pair]:
        """Return the pairs of senders and targets, of those asked for, for which the two count."""
        found = self._pairs.get((acting, towards))
        if found is None:
            found = self._pairs[acting, towards] = list(self._made(acting, towards))
        return found

    def _made(self, acting: int, towards: int) -> Iterator[Pair]:
        asked = self.asked
        for sender in self.attribution.of(acting):
            if asked.senders is None or sender in asked.senders:
                foreign = self.attribution.of(towards) - {sender}
                targets = foreign if asked.level is Level.STATE else [towards] if foreign else []
                yield from ((sender, one) for one in targets if asked.targets is None or one in asked.targets)

    # --- Counting -------------------------------------------------------------------------------

    def extend(self, pairs: Iterable[Pair], first: int, last: int) -> None:
        """Note that pairs can have counts from one period to another."""
        for pair in pairs:
            begin, end = self.extents.get(pair, (first, last))
            self.extents[pair] = min(begin, first), max(end, last)

    def count(self, pair: Pair, spells: Sequence[Spell], within: Iterable[str], others: tuple[str, str, str]) -> None:
        """Count spells: periods within which they held, at whose end they did, in which they began and ended."""
        tally, by, day = self.tallies[pair], self.asked.by, self.asked.day
        at_end, begun, ended = others
        for column in within:
            tally.run(column, periods_of(spells, by, day))
        tally.run(at_end, ends_of(spells, by, day))
        tally.point(begun, (by.period(spell.start) for spell in spells))
        tally.point(ended, (by.period(spell.end) for spell in spells if spell.end is not None))


@dataclass(frozen=True, slots=True)
class Read:
    """A panel that was read: its size is bounded, and nothing is counted yet."""

    panel: Panel
    measures: _Measures
    listings: list[tuple[list[Pair], list[Spell]]]
    happenings: list[_Happening]

    def counted(self, first: int | None = None) -> Panel:
        """Count everything, and return the panel from a period on, if one is given."""
        panel, asked = self.panel, self.panel.asked
        self.measures.count(panel)
        for pairs, spells in self.listings:
            for pair in pairs:
                panel.count(pair, spells, ("designations_in_force",), _DESIGNATIONS)
        beside = asked.programs is not None
        for happening in self.happenings:
            for column, some in (("events", happening.acts), ("threats", happening.threats)):
                for pair in some:
                    if not beside or (
                        pair in panel.tallies and happening.period in panel.tallies[pair].within(None, None)
                    ):
                        panel.tallies[pair].point(column, [happening.period])
        if first is not None:
            panel.asked = replace(asked, first=asked.by.first_day(first))
        return panel


def panel(asked: Asked) -> Panel:
    """Count what is asked for, in a constant number of queries."""
    return read(asked).counted()


def read(asked: Asked, most: int | None = None) -> Read:
    """Read what a panel is made of, in a constant number of queries, and fold and count nothing.

    Where a first period is asked for and measures and designations alone can have more rows than ``most`` no event is
    read: the panel is too large whatever they add.
    """
    found = Panel(asked, Attribution(asked.day))
    by, day = asked.by, asked.day
    measures, listings, happenings = _measures(found), _listings(found), list[_Happening]()
    for begun, pairs in measures.begun():
        if begun <= day:
            found.extend(pairs, by.period(begun), by.period(day))
    for listed_for, spells in listings:
        for spell in spells:
            found.extend(listed_for, by.period(spell.start), by.period(spell.end or day))
    if asked.first is None or most is None or found.most <= most:
        happenings = _Happenings(found).all()
    if asked.programs is None:
        for happening in happenings:
            found.extend(happening.acts, happening.period, happening.period)
    return Read(found, measures, listings, happenings)


def _few(keys: Collection[int] | None) -> TypeGuard[Collection[int]]:
    """Whether keys narrow, and are few enough to be named in a statement."""
    return keys is not None and len(keys) <= _MOST_KEYS


# --- Measures and orders ------------------------------------------------------------------------


class _Folded(NamedTuple):
    """An effect as the fold takes it."""

    verb: str
    sequence: int
    in_part: bool
    tie: str
    effective_earliest: date
    effective_latest: date
    until_earliest: date | None
    until_latest: date | None


@dataclass(frozen=True, slots=True)
class _Measures:
    """The measures that restrict: their kinds, orders and pairs; and the effects on both."""

    kinds: dict[int, str]
    orders: dict[int, int]
    pairs: dict[int, set[Pair]]
    on_measures: dict[int, list[_Folded]]
    on_orders: dict[int, list[_Folded]]

    def begun(self) -> Iterator[tuple[date, set[Pair]]]:
        """Yield, of each measure, the first day on which it or its order can have been in force, and its pairs."""
        of_orders = {order: min(effect.effective_latest for effect in some) for order, some in self.on_orders.items()}
        for measure, pairs in self.pairs.items():
            days = [effect.effective_latest for effect in self.on_measures.get(measure, ())]
            days += [of_orders[order] for order in [self.orders[measure]] if order in of_orders]
            if days:
                yield min(days), pairs

    def count(self, panel: Panel) -> None:
        """Count the measures, and the orders that have them: each order is folded once, and each measure of its own."""
        day, by = panel.asked.day, panel.asked.by
        flows = {
            order: [effect for effect in some if effect.verb in FLOWS[Subject.MEASURE]]
            for order, some in self.on_orders.items()
        }
        following: dict[int, list[Spell]] = {}
        of_orders: dict[int, set[Pair]] = defaultdict(set)
        for measure, pairs in self.pairs.items():
            order, own = self.orders[measure], self.on_measures.get(measure)
            of_orders[order] |= pairs
            if own:
                spells = in_force([*own, *flows.get(order, ())], Subject.MEASURE, day)
            else:
                if order not in following:
                    following[order] = in_force(flows.get(order, ()), Subject.MEASURE, day)
                spells = following[order]
            for pair in pairs:
                panel.count(pair, spells, ("measures_in_force", in_force_column(self.kinds[measure])), _MEASURES)
        for order, pairs in of_orders.items():
            runs = periods_of(in_force(self.on_orders.get(order, ()), Subject.ORDER, day), by, day)
            for pair in pairs:
                panel.tallies[pair].run("orders_in_force", runs)


def _measures(found: Panel) -> _Measures:
    """Read the measures that restrict somebody who is asked for."""
    asked = found.asked
    measures: QuerySet[Measure] = Measure.objects.published().filter(direction=MeasureDirection.IMPOSES)
    if asked.programs is not None:
        in_programs = Order.programs.through._default_manager.filter(program__in=asked.programs)
        measures = measures.filter(order__in=in_programs.values("order"))
    issuing, aimed_at = found.issuing(), found.aimed_at()
    if _few(issuing):
        measures = measures.filter(order__issuer__in=issuing)
    links: list[tuple[int, int]] = []
    for through in (Measure.targets.through, Measure.territories.through):
        rows = through._default_manager.filter(measure__in=measures)
        if _few(aimed_at):
            rows = rows.filter(actor__in=aimed_at)
        links += rows.values_list("measure", "actor")
    facts: dict[int, tuple[str, int, int]] = {
        pk: (kind, order, issuer)
        for pk, kind, order, issuer in measures.order_by().values_list("pk", "kind", "order", "order__issuer")
    }
    pairs: dict[int, set[Pair]] = defaultdict(set)
    for measure, actor in links:
        if some := found.pairs(facts[measure][2], actor):
            pairs[measure].update(some)
    orders = {measure: facts[measure][1] for measure in pairs}
    on_measures, on_orders = _effects(measures, pairs, set(orders.values()))
    return _Measures({measure: facts[measure][0] for measure in pairs}, orders, pairs, on_measures, on_orders)


def _effects(
    measures: QuerySet[Measure], wanted: Collection[int], orders: Collection[int]
) -> tuple[dict[int, list[_Folded]], dict[int, list[_Folded]]]:
    """Return the effects that count on the wanted measures and on their orders, in one query."""
    on_measures: dict[int, list[_Folded]] = defaultdict(list)
    on_orders: dict[int, list[_Folded]] = defaultdict(list)
    near = Q(measure__in=measures.order_by().values("pk")) | Q(order__in=measures.order_by().values("order"))
    rows = Effect.objects.counted().filter(near).order_by().values_list(*_FOLDED)
    for order, measure, verb, sequence, in_part, ordinal, slug, *days in rows:
        effect = _Folded(verb, sequence, in_part, Effect.tie_of(slug, ordinal), *days)
        if measure is not None and measure in wanted:
            on_measures[measure].append(effect)
        elif measure is None and order in orders:
            on_orders[order].append(effect)
    return on_measures, on_orders


# --- Designations -------------------------------------------------------------------------------


def _listings(found: Panel) -> list[tuple[list[Pair], list[Spell]]]:
    """Return when who was on a list, and for which pairs that counts.

    The sender is who runs the program, else who issued the order; where neither is known, none.
    """
    asked = found.asked
    rows = Designation.objects.published()
    if asked.programs is not None:
        rows = rows.filter(program__in=asked.programs)
    program = Case(When(program__state=State.PUBLISHED, then=F("program__issuer")))
    order = Case(When(order__state=State.PUBLISHED, then=F("order__issuer")))
    dated = rows.annotate(issuer=Coalesce(program, order)).exclude(issuer=None).order_by()
    for path, keys in (("issuer__in", found.issuing()), ("actor__in", found.aimed_at())):
        if _few(keys):
            dated = dated.filter(**{path: keys})
    listings = []
    for issuer, actor, start, end in dated.values_list("issuer", "actor", "listed_latest", "delisted_earliest"):
        if pairs := found.pairs(issuer, actor):
            listings.append((pairs, listed(start, end, asked.day)))
    return listings


# --- Events -------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Happening:
    """An event that certainly lies in a period: the pairs towards which somebody acts, and those somebody threatens."""

    period: int
    is_threat: bool
    acts: set[Pair] = field(default_factory=set)
    said: set[Pair] = field(default_factory=set)

    @property
    def threats(self) -> set[Pair]:
        """The pairs of which the event is a threat."""
        return self.acts if self.is_threat else self.said


_EVENT: Final = ("event", "event__kind", "event__happened_earliest", "event__happened_latest")


class _Happenings:
    """The events that occurred and were over by the day, with the pairs for which they count.

    Who acts upon whom is put together by the database, event by event. Who took part in an office acts for its body.
    """

    def __init__(self, found: Panel) -> None:
        self.found = found
        occurred = {
            "event__state": State.PUBLISHED,
            "event__modality": Modality.OCCURRED,
            "event__happened_latest__lte": found.asked.day,
        }
        self.parts = Participation.objects.filter(**occurred).order_by()
        self.positions = Position.objects.filter(**occurred).order_by()
        in_office = self.parts.filter(capacity__isnull=False).order_by("pk")
        self.bodies = {
            (event, actor): body
            for event, actor, body in in_office.values_list("event", "actor", "capacity__body")
            if body is not None
        }
        self.by_event: dict[int, _Happening | None] = {}
        self._read_parts()
        self._read_positions()

    def all(self) -> list[_Happening]:
        """Return those that certainly lie in a period and count for a pair."""
        return [happening for happening in self.by_event.values() if happening]

    def _read_parts(self) -> None:
        acting = self.parts.filter(role__in=ACTING, event__participations__role__in=ACTED_UPON)
        if (issuing := self.found.issuing()) is not None:
            issuing |= {actor for _, actor in self.bodies}
        if _few(issuing):
            acting = acting.filter(actor__in=issuing)
        for *event, actor, towards in acting.values_list(*_EVENT, "actor", "event__participations__actor"):
            self._add(event, actor, towards)

    def _read_positions(self) -> None:
        positions, aimed_at = self.positions, self.found.aimed_at()
        if _few(aimed_at):
            positions = positions.filter(Q(actor__in=aimed_at) | Q(actor=None))
        of_no_actor = []
        for *event, holder, stance, actor in positions.values_list(*_EVENT, "holder", "stance", "actor"):
            if actor is not None:
                self._add(event, holder, actor, says_threat=stance == Stance.THREATENS)
            elif stance == Stance.THREATENS:
                of_no_actor.append((event, holder))
        if of_no_actor:
            self._add_threats(of_no_actor)

    def _add_threats(self, held: list[tuple[list[Any], int]]) -> None:
        """Count threats that name no actor against those who are acted upon in their events."""
        acted_upon: dict[int, list[int]] = defaultdict(list)
        events = self.positions.filter(stance=Stance.THREATENS, actor=None).values("event")
        upon = self.parts.filter(role__in=ACTED_UPON, event__in=events)
        for key, actor in upon.values_list("event", "actor"):
            acted_upon[key].append(actor)
        for event, holder in held:
            for actor in acted_upon[event[0]]:
                self._add(event, holder, actor, says_threat=True)

    def _add(self, event: list[Any], acting: int, towards: int, *, says_threat: bool = False) -> None:
        pairs = self.found.pairs(self.bodies.get((event[0], acting), acting), towards)
        happening = self._happening(*event) if pairs else None
        if happening:
            happening.acts.update(pairs)
            happening.said.update(pairs if says_threat else ())

    def _happening(self, event: int, kind: str, earliest: date, latest: date) -> _Happening | None:
        if event not in self.by_event:
            by = self.found.asked.by
            period = by.period(latest)
            is_threat = EVENT_CLASS[kind] is EventClass.THREATEN
            self.by_event[event] = _Happening(period, is_threat) if by.period(earliest) == period else None
        return self.by_event[event]


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
