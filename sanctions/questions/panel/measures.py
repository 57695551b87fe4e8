"""The measures and orders that a panel counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from django.db.models import Q, QuerySet

from sanctions.models import Effect, Measure, Order
from sanctions.questions.intervals import Interval, intervals_in_force, periods_covered
from sanctions.questions.panel.columns import in_force_column
from sanctions.questions.panel.counts import TURNS_OF_MEASURES, PanelCounts
from sanctions.questions.panel.pairs import PairFinder
from sanctions.questions.panel.query import Pair, fits_statement
from sanctions.standing import FLOWS
from sanctions.vocabulary import MeasureDirection, Subject

#: What the fold needs of an effect, after what the effect is on.
_EFFECT_COLUMNS: Final = (
    *("order", "measure", "verb", "sequence", "in_part", "ordinal", "event__slug"),
    *("effective_earliest", "effective_latest", "until_earliest", "until_latest"),
)


class _EffectDates(NamedTuple):
    """The part of an effect that the fold reads; cheaper than a model instance."""

    verb: str
    sequence: int
    in_part: bool
    tie: str
    effective_earliest: date
    effective_latest: date
    until_earliest: date | None
    until_latest: date | None


_Effects = Mapping[int, list[_EffectDates]]


@dataclass(frozen=True, slots=True)
class RestrictingMeasures:
    """The measures that restrict: kind, order and pairs of each, and the effects on them and on their orders."""

    kinds: dict[int, str]
    orders: dict[int, int]
    pairs: dict[int, set[Pair]]
    on_measures: _Effects
    on_orders: _Effects

    def beginnings(self) -> Iterator[tuple[date, set[Pair]]]:
        """Yield for each measure the first day on which it or its order can have been in force, and its pairs."""
        of_orders = {
            order: min(effect.effective_latest for effect in effects) for order, effects in self.on_orders.items()
        }
        for measure, pairs in self.pairs.items():
            days = [effect.effective_latest for effect in self.on_measures.get(measure, ())]
            if self.orders[measure] in of_orders:
                days.append(of_orders[self.orders[measure]])
            if days:
                yield min(days), pairs

    def add_to(self, counts: PanelCounts) -> None:
        """Count the measures and their orders."""
        pairs_of_orders: dict[int, set[Pair]] = defaultdict(set)
        for measure, intervals in self._intervals(counts.query.day):
            pairs_of_orders[self.orders[measure]] |= self.pairs[measure]
            columns = ("measures_in_force", in_force_column(self.kinds[measure]))
            for pair in self.pairs[measure]:
                counts.add_intervals(pair, intervals, columns, TURNS_OF_MEASURES)
        for order, pairs in pairs_of_orders.items():
            intervals = intervals_in_force(self.on_orders.get(order, ()), Subject.ORDER, counts.query.day)
            runs = periods_covered(intervals, counts.query.by, counts.query.day)
            for pair in pairs:
                counts.tallies[pair].add_runs("orders_in_force", runs)

    def _intervals(self, day: date) -> Iterator[tuple[int, list[Interval]]]:
        """Yield each measure with the intervals in which it was in force.

        A measure without effects of its own follows its order, so its order is folded once for all of them.
        """
        flowing = {
            order: [effect for effect in effects if effect.verb in FLOWS[Subject.MEASURE]]
            for order, effects in self.on_orders.items()
        }
        following: dict[int, list[Interval]] = {}
        for measure, order in self.orders.items():
            from_order = flowing.get(order, [])
            if effects := self.on_measures.get(measure):
                yield measure, intervals_in_force([*effects, *from_order], Subject.MEASURE, day)
                continue
            if order not in following:
                following[order] = intervals_in_force(from_order, Subject.MEASURE, day)
            yield measure, following[order]


def read_measures(finder: PairFinder) -> RestrictingMeasures:
    """Read the measures that restrict a pair of the query."""
    rows = _query_measures(finder)
    facts: dict[int, tuple[str, int, int]] = {
        pk: (kind, order, issuer)
        for pk, kind, order, issuer in rows.order_by().values_list("pk", "kind", "order", "order__issuer")
    }
    pairs: dict[int, set[Pair]] = defaultdict(set)
    for measure, actor in _read_targets(finder, rows):
        if of_measure := finder.pairs(facts[measure][2], actor):
            pairs[measure].update(of_measure)
    kinds = {measure: facts[measure][0] for measure in pairs}
    orders = {measure: facts[measure][1] for measure in pairs}
    return RestrictingMeasures(kinds, orders, pairs, *_read_effects(rows, pairs, set(orders.values())))


def _query_measures(finder: PairFinder) -> QuerySet[Measure]:
    rows: QuerySet[Measure] = Measure.objects.published().filter(direction=MeasureDirection.IMPOSES)
    if finder.query.programs is not None:
        in_programs = Order.programs.through._default_manager.filter(program__in=finder.query.programs)
        rows = rows.filter(order__in=in_programs.values("order"))
    issuers = finder.actors_of_senders()
    return rows.filter(order__issuer__in=issuers) if fits_statement(issuers) else rows


def _read_targets(finder: PairFinder, measures: QuerySet[Measure]) -> list[tuple[int, int]]:
    """Return the measures with their targets, by name or as territories."""
    targets = finder.actors_of_targets()
    links: list[tuple[int, int]] = []
    for through in (Measure.targets.through, Measure.territories.through):
        rows = through._default_manager.filter(measure__in=measures)
        if fits_statement(targets):
            rows = rows.filter(actor__in=targets)
        links += rows.values_list("measure", "actor")
    return links


def _read_effects(
    rows: QuerySet[Measure], measures: Collection[int], orders: Collection[int]
) -> tuple[_Effects, _Effects]:
    """Return the effects that count on the measures and on the orders, in one query."""
    on_measures: dict[int, list[_EffectDates]] = defaultdict(list)
    on_orders: dict[int, list[_EffectDates]] = defaultdict(list)
    near = Q(measure__in=rows.order_by().values("pk")) | Q(order__in=rows.order_by().values("order"))
    effects = Effect.objects.counted().filter(near).order_by().values_list(*_EFFECT_COLUMNS)
    for order, measure, verb, sequence, in_part, ordinal, slug, *days in effects:
        effect = _EffectDates(verb, sequence, in_part, Effect.tie_of(slug, ordinal), *days)
        if measure is not None and measure in measures:
            on_measures[measure].append(effect)
        elif measure is None and order in orders:
            on_orders[order].append(effect)
    return on_measures, on_orders
