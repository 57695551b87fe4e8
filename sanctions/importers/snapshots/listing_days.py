"""Find when a listing began: on the day that the list states, if its snapshots allow that day.

A snapshot proves which entries were on the list on its day. A list to which an entry returns often states the day of
the first listing again: that day goes into the remarks, and is not when this listing began.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Final

import orjson

from sanctions import edtf
from sanctions.exceptions import InvalidDate
from sanctions.models import Import, Imported
from sanctions.records.base import CITATIONS, Document
from sanctions.records.sources import SOURCE

#: The remark with the day that the list states, where the listing cannot have begun on it.
_STATED: Final = "The list states {} as the day of listing."


@dataclass(frozen=True, slots=True)
class SnapshotEvidence:
    """The days on which a listing can have begun: after the last snapshot without it, until the first with it.

    ``without`` is ``None`` if no known snapshot lacks it.
    """

    without: date | None
    first: date

    @property
    def text(self) -> str:
        """The days in EDTF."""
        if self.without is None:
            return f"../{self.first.isoformat()}"
        earliest = min(self.without + timedelta(days=1), self.first)
        return self.first.isoformat() if earliest == self.first else f"{earliest.isoformat()}/{self.first.isoformat()}"

    def allows(self, stated: str) -> bool:
        """Return whether every day that a stated date may mean is within the evidence."""
        try:
            bounds = edtf.parse(stated)
        except InvalidDate:
            return False
        return (self.without is None or bounds.earliest > self.without) and bounds.latest <= self.first


def stated_remark(stated: str) -> str:
    """Return the remark with the day that the list states."""
    return _STATED.format(stated)


class ListingDays:
    """What the snapshots of one list prove about the days of its listings."""

    def __init__(self, source: str, as_of: date, before: date | None, unread_before: frozenset[str]) -> None:
        self.source, self.as_of, self.before, self.unread_before = source, as_of, before, unread_before

    def beginning_now(self, entry: str) -> SnapshotEvidence:
        """Return when a listing can have begun that is new in this snapshot."""
        return SnapshotEvidence(self.last_read(entry), self.as_of)

    def last_read(self, entry: str) -> date | None:
        """Return the day of the last snapshot before this one that did not leave the entry unread."""
        if self.before is None or entry not in self.unread_before:
            return self.before
        return self._last_read_before(entry, self.as_of)

    def beginning_of(self, entry: str, listings: Sequence[Document]) -> SnapshotEvidence | None:
        """Return when an entry's last listing can have begun; ``None`` if its first snapshot is not known."""
        cited = listings[-1].get(CITATIONS.name, ())
        first = self._days.get(str(cited[0].get("source", ""))) if cited else None
        return SnapshotEvidence(self._last_read_before(entry, first), first) if first else None

    def _last_read_before(self, entry: str, day: date) -> date | None:
        snapshots = Import.objects.earlier_than(self.source, day)
        return next((as_of for as_of, unread in snapshots if entry not in unread), None)

    @cached_property
    def _days(self) -> Mapping[str, date]:
        """The days of the list's files, by the slugs of their source records."""
        rows = Imported.objects.filter(source=self.source, record_type=SOURCE.name).values_list("slug", "document")
        documents = ((slug, orjson.loads(document)) for slug, document in rows)
        return {
            slug: date.fromisoformat(document["published_on"])
            for slug, document in documents
            if "published_on" in document
        }
