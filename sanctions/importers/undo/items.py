"""The items of an undo: records and proposals that an import wrote, and what becomes of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, NamedTuple

from sanctions.editorial.procedure import json_digest
from sanctions.importers.outcomes import count_by_noun, with_fate
from sanctions.models import Import, Proposal
from sanctions.records.base import Document, RecordType
from sanctions.vocabulary import State

#: The most records that the stored report of an undo lists.
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


#: Fates that remove a record from those that refer to it.
REMOVING: Final = (UndoFate.RETRACTED, UndoFate.DELETED)


@dataclass(slots=True, eq=False)
class UndoItem:
    """One record, or one proposal to it, and what the undo of an import does with it.

    ``now`` is the record's document, ``digest_now`` its digest; ``document`` and ``state`` are those after the undo.
    Both documents are empty for records to be removed, which may be tens of thousands. ``was_created`` is set if the
    import created the record. ``why`` is the reason for leaving or proposing; ``conflicts`` are the paths that both the
    import and a later change touched: the later change is kept.
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


class DocumentWriter(NamedTuple):
    """The change by which an import wrote a document, and whether that import is undone."""

    change: int
    is_undone: bool


@dataclass(slots=True)
class UndoPlan:
    """What the undo of an import would do with each record."""

    made: Import
    items: list[UndoItem] = field(default_factory=list)

    def of(self, *fates: UndoFate) -> list[UndoItem]:
        """Return the items with one of the fates."""
        return with_fate(self.items, fates)

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """The number of records by noun and fate."""
        return count_by_noun(self.items)

    @property
    def seal(self) -> str:
        """A digest of everything that it would do: an undo is refused if it differs from what the user saw."""
        return json_digest(
            [[*item.record, str(item.fate), item.digest_now, json_digest(item.document)] for item in self.items]
        )

    def as_json(self, number: int | None) -> dict[str, Any]:
        """Return the report that is stored with the import; ``number`` is that of the batch in the log."""
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
