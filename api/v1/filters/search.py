"""The parameters of a search."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from api.http.parameters.base import ListOf
from api.http.parameters.numbers import Number
from api.http.parameters.texts import Code, Text
from api.http.problems import ParameterFault
from api.v1.filters.base import FilterCondition, Parameters
from sanctions.search.answer import MOST_RANKED
from sanctions.search.ranking import NOUNS

#: Results of one answer.
DEFAULT_LIMIT, HIGHEST_LIMIT = 20, 100
_TYPE = Code("The type of the records to search. All types by default.", NOUNS)


class SearchParameters(Parameters):
    """The words, the types of records, and the page of results. Only records that are public now can be found."""

    as_of = None  # type: ignore[assignment]
    known_at = None  # type: ignore[assignment]
    release = None  # type: ignore[assignment]

    q = FilterCondition(
        Text("Words in any script, an identifier, or a phrase in double quotes. The last word may be incomplete.")
    )
    type = FilterCondition(_TYPE)
    type__in = FilterCondition(ListOf(_TYPE))
    limit = FilterCondition(Number("The largest number of results in the answer.", 1, HIGHEST_LIMIT, DEFAULT_LIMIT))
    offset = FilterCondition(Number("The number of results to skip.", 0, MOST_RANKED, 0))

    @classmethod
    def openapi(cls) -> list[dict[str, Any]]:
        q, *others = super().openapi()
        return [q | {"required": True}, *others]

    def contradictions(self) -> Iterable[ParameterFault]:
        yield from super().contradictions()
        if "q" not in self.given:
            yield ParameterFault("q", "", "missing", "Give words, an identifier, or a phrase in double quotes.")

    @property
    def nouns(self) -> list[str]:
        """The types of the records to search."""
        allowed = self.allowed("type")
        return [noun for noun in NOUNS if allowed is None or noun in allowed]

    @property
    def page(self) -> tuple[int, int]:
        """The number of results to skip, and the largest number to return."""
        return self.given.get("offset", 0), self.given.get("limit", DEFAULT_LIMIT)
