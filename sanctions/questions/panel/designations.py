"""The designations that a panel counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import Case, F, When
from django.db.models.functions import Coalesce

from sanctions.models import Designation
from sanctions.questions.intervals import Interval, intervals_listed
from sanctions.questions.panel.counts import TURNS_OF_DESIGNATIONS, PanelCounts
from sanctions.questions.panel.pairs import PairFinder
from sanctions.questions.panel.query import Pair, fits_statement
from sanctions.vocabulary import State


class CountedDesignation(NamedTuple):
    """The pairs for which a designation counts, and the interval in which it was on its list."""

    pairs: list[Pair]
    intervals: list[Interval]

    def add_to(self, counts: PanelCounts) -> None:
        """Count the designation."""
        for pair in self.pairs:
            counts.add_intervals(pair, self.intervals, ("designations_in_force",), TURNS_OF_DESIGNATIONS)


def read_designations(finder: PairFinder) -> Iterator[CountedDesignation]:
    """Yield the designations of a pair of the query.

    The sender is the issuer of the program, else the issuer of the order; a designation without either is left out.
    """
    query = finder.query
    rows = Designation.objects.published()
    if query.programs is not None:
        rows = rows.filter(program__in=query.programs)
    of_program = Case(When(program__state=State.PUBLISHED, then=F("program__issuer")))
    of_order = Case(When(order__state=State.PUBLISHED, then=F("order__issuer")))
    issued = rows.annotate(issuer=Coalesce(of_program, of_order)).exclude(issuer=None).order_by()
    for path, keys in (("issuer__in", finder.actors_of_senders()), ("actor__in", finder.actors_of_targets())):
        if fits_statement(keys):
            issued = issued.filter(**{path: keys})
    for issuer, actor, start, end in issued.values_list("issuer", "actor", "listed_latest", "delisted_earliest"):
        if pairs := finder.pairs(issuer, actor):
            yield CountedDesignation(pairs, intervals_listed(start, end, query.day))
