"""The items of a load of the seeds: records whose seed has changed, and what becomes of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from sanctions.loading.documents import Incoming, SaveReport
from sanctions.records.base import Document
from sanctions.vocabulary import State, VersionKind

#: The author of the seeds' proposals. No account can have a name with a space in it.
SEEDS: Final = "the seeds"
#: Kinds of versions whose text no user wrote: the record was retracted, or its references were moved.
WITHOUT_TEXT: Final = (VersionKind.RETRACTION, VersionKind.MERGE)
HIDDEN: Final = (State.RETRACTED, State.MERGED)

#: Noun and slug of a record.
RecordKey = tuple[str, str]


class SeedOutcome(StrEnum):
    """What becomes of a record whose seed has changed."""

    WRITTEN = "written"
    PROPOSED = "proposed"
    SAME = "same"
    LEFT = "left"


@dataclass(slots=True)
class SeedItem:
    """A record whose seed has changed.

    ``base`` is the previous seed, ``None`` if it is not known. ``why`` is the reason for leaving the record, ``paths``
    are the paths at which a proposal differs from the public record. Unless ``is_remembered``, the next load tries the
    same seed again.
    """

    incoming: Incoming
    base: Document | None = None
    outcome: SeedOutcome = SeedOutcome.WRITTEN
    why: str = ""
    proposed: Document = field(default_factory=dict)
    paths: tuple[str, ...] = ()
    number: int = 0
    is_remembered: bool = True

    @property
    def record_key(self) -> RecordKey:
        """Noun and slug of the record."""
        return self.incoming.record_type.name, self.incoming.slug

    def leave(self, why: str, *, remember: bool = False) -> None:
        """Leave the record as it is, and try again with the next load unless it is remembered."""
        self.outcome, self.why, self.is_remembered = SeedOutcome.LEFT, why, remember


@dataclass(slots=True)
class SeedsLoaded:
    """What a load of the seeds did: the report of what it wrote, and what became of each changed seed.

    ``standing`` lists the records that stay merged, deleted or retracted, as users have decided.
    """

    report: SaveReport = field(default_factory=SaveReport)
    items: list[SeedItem] = field(default_factory=list)
    standing: list[str] = field(default_factory=list)
    total: int = 0

    def of(self, outcome: SeedOutcome) -> list[SeedItem]:
        """Return the items with an outcome."""
        return [item for item in self.items if item.outcome == outcome]


def key_of(item: Incoming) -> RecordKey:
    """Return noun and slug of a seed's record."""
    return item.record_type.name, item.slug
