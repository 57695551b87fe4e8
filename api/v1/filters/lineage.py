"""The parameters of the lineage of an order."""

from __future__ import annotations

from typing import Final

from api.http.parameters.base import ListOf
from api.http.parameters.numbers import Number
from api.http.parameters.texts import Code
from api.v1.filters.base import FilterCondition, Parameters
from sanctions.questions.lineage import DEEPEST, KINDS

_KIND: Final = Code("A kind of link to follow and show. All kinds by default.", KINDS)


class LineageParameters(Parameters):
    """The day, how far to go, and by which kinds of link."""

    depth = FilterCondition(Number("The largest number of links between the order and an instrument.", 1, DEEPEST, 1))
    kind = FilterCondition(_KIND)
    kind__in = FilterCondition(ListOf(_KIND))

    @property
    def kinds(self) -> set[str]:
        """The kinds of link to follow."""
        allowed = self.allowed("kind")
        return set(KINDS if allowed is None else allowed)
