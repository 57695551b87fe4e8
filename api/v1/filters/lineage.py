"""The parameters of the question how an order is related to other instruments."""

from __future__ import annotations

from typing import Final

from api.http.parameters import Code, Many, Number
from api.v1.filters.base import Condition, Parameters
from sanctions.questions.lineage import DEEPEST, KINDS

_KIND: Final = Code("A kind of link to follow and show. All kinds unless given.", KINDS)


class LineageParameters(Parameters):
    """The day, how far to go, and by which kinds of link."""

    depth = Condition(Number("How many links away from the order an instrument may be.", 1, DEEPEST, 1))
    kind = Condition(_KIND)
    kind__in = Condition(Many(_KIND))

    @property
    def kinds(self) -> set[str]:
        """The kinds of link to follow: those that both parameters allow."""
        allowed = self.allowed("kind")
        return set(KINDS if allowed is None else allowed)
