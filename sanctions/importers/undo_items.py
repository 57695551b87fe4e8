"""What an undo of an import is about: records and proposals that it wrote, and what becomes of each."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, NamedTuple

from sanctions.editorial.procedure import digest_of
from sanctions.models import Import, Proposal
from sanctions.records.base import Document, RecordType
from sanctions.vocabulary import State

#: Records that a stored report of an undo names one by one.
MOST_REPORTED: Final = 5_000


class UndoFate(StrEnum):
    """What the undo of an import does with one record."""

    LEFT = "left"
    PROPOSED = "proposed"
    CORRECTED = "corrected"
    RETRACTED = "retracted"
    REWRITTEN = "rewritten"
    DELETED = "deleted"
    WITHDRAWN = "withdrawn"
    REWORDED = "reworded"


@dataclass(slots=True, eq=False)
class UndoItem:
    """One record, or one proposal to it, and what the undo of an import does with it.

    ``now`` is what the record says, ``document`` what it would say then, in ``state``; both are empty for what goes,
    which may be tens of thousands. ``digest_now`` stands for the former. ``was_created`` says that the import had
    created the record. ``why`` gives the reason where it is left or proposed; ``conflicts`` are what both the import
    and somebody since have changed: there the latter stands.
    """

    record_type: RecordType
    slug: str
    fate: UndoFate
    pk: int | None = None
    now: Document = field(default_factory=dict)
    digest_now: str = ""
    state_now: str = ""
    document: Document = field(default_factory=dict)
    state: State = State.PUBLISHED
    author_id: int | None = None
    change_id: int | None = None
    was_created: bool = False
    why: str = ""
    conflicts: tuple[str, ...] = ()
    proposal: Proposal | None = None
    proposal_before: dict[str, str] = field(default_factory=dict)

    @property
    def record(self) -> tuple[str, str]:
        """Noun and slug."""
        return self.record_type.name, self.slug

    def leave(self, why: str) -> None:
        """Leave the record as it is, for a reason."""
        self.fate, self.why, self.document = UndoFate.LEFT, why, self.now


class Writer(NamedTuple):
    """The change by which an import wrote a document, and whether that import is undone."""

    change: int
    is_undone: bool


@dataclass(slots=True)
class UndoPlan:
    """What the undo of an import would do."""

    made: Import
    items: list[UndoItem] = field(default_factory=list)

    def of(self, *fates: UndoFate) -> list[UndoItem]:
        """Return the items that become so."""
        return [item for item in self.items if item.fate in fates]

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """How many records become what, by noun."""
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for item in self.items:
            counts[item.record_type.name][str(item.fate)] += 1
        return {noun: dict(sorted(fates.items())) for noun, fates in sorted(counts.items())}

    @property
    def seal(self) -> str:
        """What stands for all that it would do: what somebody has read is what is done, or nothing."""
        return digest_of(
            [[*item.record, str(item.fate), item.digest_now, digest_of(item.document)] for item in self.items]
        )

    def as_json(self, number: int | None) -> dict[str, Any]:
        """Return the report that is kept with the import; ``number`` is that of the batch in the log."""
        order = list(UndoFate)
        items = sorted(self.items, key=lambda item: order.index(item.fate))[:MOST_REPORTED]
        return {
            "batch": number,
            "counts": self.counts,
            "records": [
                {
                    "noun": item.record_type.name,
                    "slug": item.slug,
                    "fate": str(item.fate),
                    "why": item.why,
                    "conflicts": list(item.conflicts),
                }
                for item in items
            ],
        }
