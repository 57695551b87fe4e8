"""The parameters of the changes feed."""

from __future__ import annotations

from collections.abc import Iterable

from api.http.errors import Fault
from api.http.pagination import DEFAULT_LIMIT, HIGHEST_LIMIT
from api.http.parameters import Number, Switch
from api.v1.filters.base import Condition, Parameters, codes
from sanctions.questions.feed import KINDS, LONGEST_WAIT, Wanted
from sanctions.records.registry import BY_NAME

#: A sequence that no ledger reaches.
_HIGHEST = 9_999_999_999


class FeedParameters(Parameters):
    """Where to go on, and which changes."""

    after = Condition(
        Number("The sequence of the last change that is known; from the first unless given.", 0, _HIGHEST, 0)
    )
    limit = Condition(Number("How many changes are told at most.", 1, HIGHEST_LIMIT, DEFAULT_LIMIT))
    type_, type__in = codes("What kind of record was changed.", BY_NAME, "record_type")
    kind, kind__in = codes("What was done to it.", KINDS, "kind")
    wait = Condition(
        Number(
            "Seconds to wait for a change if there is none to tell yet. Fewer where many wait already; 0 unless given.",
            0,
            LONGEST_WAIT,
            0,
        )
    )
    document = Condition(Switch("Whether to tell what the record says from then on. False unless given."))

    def contradictions(self) -> Iterable[Fault]:
        """Refuse to wait for the past: nothing more will become known at an instant."""
        if self.given.get("wait") and self.instant is not None:
            yield Fault("wait", self.data["wait"], "contradiction", "Nothing more comes at an instant that is over.")

    def wanted(self) -> Wanted:
        """Return what the parameters ask for."""
        limit = self.given.get("limit")
        return Wanted(
            after=self.given.get("after") or 0,
            most=DEFAULT_LIMIT if limit is None else limit,
            nouns=self.allowed("type"),
            words=self.allowed("kind"),
            documents=bool(self.given.get("document")),
        )
