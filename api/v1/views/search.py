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
    """Search records by words in any script, names with other romanisations or misspelt, identifiers and phrases.

    The results are ranked: identifiers first, then names, then other texts. Each has highlights that show where the
    words were found. Only records that are public now are searched: `as_of` and `known_at` do not apply.
    """

    name = "Search"
    parameters = SearchParameters
    operation = Operation("search", "search", "Records by words, names and identifiers", ref("SearchResults"))

    def cost(self, request: Request) -> int:
        return costs.SEARCH

    def answer(self, query: Any, **path: Any) -> Any:
        """Return the page of results; empty if the text has nothing to search for."""
        nouns = query.nouns
        return {"query": query.given["q"], **results_page(find(query.given["q"], nouns), *query.page)}
