"""The fold: what an order, agreement, party, commitment or violation is on a day, and why.

A standing is never stored. It is folded from the effects of events, as a balance is summed from the lines of a
ledger. :data:`TABLE` defines what each verb does; this fold and its SQL twin (:mod:`sanctions.models.standing_sql`)
are both made from it, and a property test compares them.

Rules
    * Effects are ordered by (latest possible day, sequence, rank of the verb in the table). Among equals an effect on
      the whole comes after one in part, and the one that ends later after the one that ends earlier. Effects that
      still tie give the same standing; ``tie`` chooses which of them is named. The last *decisive* effect on or
      before the day decides. The latest possible day counts, because only by then an effect of imprecise date has
      certainly happened.
    * An effect in part gives the table's "in part" standing.
    * An effect with ``until`` holds for the half-open span [effective, until). From ``until`` on it gives
      the table's standing ``after``, unless it imposes and a prolonging effect (extended, continued) that followed it
      names a later end or none.
    * A violation that one actor asserts and another denies is disputed: both claims are kept, each attributed.
    * Where imprecise dates leave more than one answer open, all of them are in ``possible`` and
      ``certain`` is false.
"""

from sanctions.standing.effects import FoldableEffect, given_by, ordered
from sanctions.standing.fold import Answer, Span, spans_of, standing_on
from sanctions.standing.sweep import certain_spans
from sanctions.standing.table import (
    ASSERTS,
    CONTESTABLE,
    CONTESTS,
    FLOWS,
    IN_EFFECT,
    IN_FORCE,
    INITIAL,
    TABLE,
    Rule,
    prolongable,
    prolonging,
    standings_of,
)

__all__ = [
    "ASSERTS",
    "CONTESTABLE",
    "CONTESTS",
    "FLOWS",
    "INITIAL",
    "IN_EFFECT",
    "IN_FORCE",
    "TABLE",
    "Answer",
    "FoldableEffect",
    "Rule",
    "Span",
    "certain_spans",
    "given_by",
    "ordered",
    "prolongable",
    "prolonging",
    "spans_of",
    "standing_on",
    "standings_of",
]
