"""The parameters of a search."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from api.http.errors import Fault
from api.http.parameters import Code, Many, Number, Text
from api.v1.filters.base import Condition, Parameters
from sanctions.search.answer import MOST_RANKED
from sanctions.search.ranking import NOUNS

#: Results of one answer, unless more or fewer are asked for; and at most.
USUAL, MOST = 20, 100
_TYPE = Code("What kind of record is sought. All of them unless given.", NOUNS)


class SearchParameters(Parameters):
    """What is sought, among which records, and which of the results. Only what is public now can be found."""

    as_of = None  # type: ignore[assignment]
    known_at = None  # type: ignore[assignment]
    release = None  # type: ignore[assignment]

    q = Condition(
        Text("Words in any script, an identifier, or a phrase in double quotes. The last word may be cut off.")
    )
    type = Condition(_TYPE)
    type__in = Condition(Many(_TYPE))
    limit = Condition(Number("Results of the answer.", 1, MOST, USUAL))
    offset = Condition(Number("How many results are passed over.", 0, MOST_RANKED, 0))

    @classmethod
    def described(cls) -> list[dict[str, Any]]:
        """Return the parameters as OpenAPI describes them."""
        q, *others = super().described()
        return [q | {"required": True}, *others]

    def contradictions(self) -> Iterable[Fault]:
        """Refuse a search for nothing."""
        yield from super().contradictions()
        if "q" not in self.given:
            yield Fault("q", "", "missing", "What is sought? Give words, an identifier, or a phrase in double quotes.")

    @property
    def nouns(self) -> list[str]:
        """The kinds of records that are sought."""
        allowed = self.allowed("type")
        return [noun for noun in NOUNS if allowed is None or noun in allowed]

    @property
    def page(self) -> tuple[int, int]:
        """How many results are passed over, and how many are told."""
        return self.given.get("offset", 0), self.given.get("limit", USUAL)
