"""The parameters of the changes feed."""

from __future__ import annotations

from collections.abc import Iterable

from api.http.pagination import DEFAULT_LIMIT, HIGHEST_LIMIT
from api.http.parameters.numbers import Number
from api.http.parameters.texts import Switch
from api.http.problems import ParameterFault
from api.v1.filters.base import FilterCondition, Parameters
from api.v1.filters.conditions import codes
from sanctions.questions.feed import KINDS, LONGEST_WAIT, FeedQuery
from sanctions.records.registry import BY_NAME

#: A sequence that no ledger reaches.
_HIGHEST = 9_999_999_999


class FeedParameters(Parameters):
    """Where the client continues, and which changes it gets."""

    renamed = {"document": "include_documents"}

    after = FilterCondition(
        Number("The sequence of the last change that the client has. From the first change by default.", 0, _HIGHEST, 0)
    )
    limit = FilterCondition(Number("The largest number of changes in the answer.", 1, HIGHEST_LIMIT, DEFAULT_LIMIT))
    type_, type__in = codes("The type of the record that was changed.", BY_NAME, "record_type")
    kind, kind__in = codes("The kind of the change.", KINDS, "kind")
    wait = FilterCondition(
        Number(
            "Seconds to wait for the next change if the client has all; fewer while many clients wait. 0 by default.",
            0,
            LONGEST_WAIT,
            0,
        )
    )
    include_documents = FilterCondition(
        Switch("Return the document of the record after each change. False by default.")
    )

    def contradictions(self) -> Iterable[ParameterFault]:
        """Reject ``wait`` for a past instant, whose changes are complete."""
        if self.given.get("wait") and self.instant is not None:
            yield ParameterFault(
                "wait",
                self.data["wait"],
                "contradiction",
                "Changes up to an instant are complete, so waiting has no use. Leave out `wait`.",
            )

    def feed_query(self) -> FeedQuery:
        limit = self.given.get("limit")
        return FeedQuery(
            after=self.given.get("after") or 0,
            most=DEFAULT_LIMIT if limit is None else limit,
            nouns=self.allowed("type"),
            words=self.allowed("kind"),
            documents=bool(self.given.get("include_documents")),
        )
