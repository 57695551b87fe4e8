"""/api/v1/search/: records of every kind by words, identifiers and names in any script."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request

from api.http import costs
from api.v1.filters.search import SearchParameters
from api.v1.schemas.description import Operation
from api.v1.schemas.records import ref
from api.v1.views.questions import QuestionView
from sanctions.search.answer import find, results_page


class SearchView(QuestionView):
    """Records by what somebody types: words in any script, names romanised otherwise or misspelt, identifiers, phrases.

    The results are ranked: identifiers first, then names, then other texts; each says where it has the words. It finds
    what is public now: the days and instants of the other questions do not apply.
    """

    name = "Search"
    parameters = SearchParameters
    operation = Operation("search", "search", "Records by words, names and identifiers", ref("SearchResults"))

    def cost(self, request: Request) -> int:
        """Return what a search costs."""
        return costs.SEARCH

    def answer(self, query: Any, **path: Any) -> Any:
        """Return the results that are asked for; none if nothing of what was typed can be sought."""
        nouns = query.nouns
        return {"query": query.given["q"], **results_page(find(query.given["q"], nouns), *query.page)}
