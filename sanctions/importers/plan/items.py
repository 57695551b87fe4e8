"""The items of an import's plan: each record, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from sanctions.importers.outcomes import count_by_noun, with_fate
from sanctions.records.base import Document, RecordType
from sanctions.records.three_way import Conflict
from sanctions.vocabulary import State


class Fate(StrEnum):
    """What becomes of a record."""

    NEW = "new"
    CHANGED = "changed"
    PROPOSED = "proposed"
    LEFT = "left"
    UNCHANGED = "unchanged"


@dataclass(slots=True)
class ImportItem:
    """One record of an import: the source's document, the document that it would get, and what becomes of it.

    ``key`` is the source's key, ``place`` its place in the files. ``digest`` is that of the source's statement.
    ``source_document`` is what the source alone would write, ``document`` the record after the import; both are empty
    if the source has made the same statement before. ``before`` and ``state`` are those of the record now, ``None`` if
    it does not exist. ``conflicts`` are changes of the source that give way to somebody else's, which ``disputes``
    explain. ``why`` is the reason for leaving the record. ``builds_on`` is the number of an open proposal that the
    document includes.
    """

    key: str
    record_type: RecordType
    place: str
    slug: str
    digest: str
    source_document: Document = field(default_factory=dict)
    document: Document = field(default_factory=dict)
    fate: Fate = Fate.UNCHANGED
    before: Document | None = None
    state: State | None = None
    pk: int | None = None
    conflicts: tuple[Conflict, ...] = ()
    disputes: tuple[str, ...] = ()
    why: str = ""
    builds_on: int | None = None

    @property
    def is_new_statement(self) -> bool:
        """Whether the source has not made the same statement before."""
        return bool(self.source_document)


@dataclass(slots=True)
class ImportPlan:
    """What an import would do with each record; ``matched`` are those found by another source's identifier."""

    items: list[ImportItem] = field(default_factory=list)
    matched: dict[str, str] = field(default_factory=dict)
    ambiguous: dict[str, list[str]] = field(default_factory=dict)

    def of(self, *fates: Fate) -> list[ImportItem]:
        """Return the items with one of the fates."""
        return with_fate(self.items, fates)

    @property
    def disputed(self) -> list[ImportItem]:
        """The unchanged items whose record keeps what somebody else wrote, against a change of the source."""
        return [item for item in self.of(Fate.UNCHANGED) if item.conflicts]

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """The number of records by noun and fate."""
        return count_by_noun(self.items)
