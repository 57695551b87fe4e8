"""What an import replaces: kept beside it, so that it can be undone exactly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet

from sanctions.database.bulk_writes import insert
from sanctions.editorial.authors import authors_of_all
from sanctions.editorial.procedure import digest_of
from sanctions.importers.plan import Fate, Item
from sanctions.ledger.versions import canonical_json
from sanctions.models import Import, ImportChange, Imported, Proposal, Record
from sanctions.records.encode import chunks
from sanctions.records.registry import type_of
from sanctions.vocabulary import State

#: What of a proposal an import writes over, if its account has one open for the record.
_PROPOSED = ("kind", "reason", "base", "document")


def proposed(proposal: Proposal) -> dict[str, str]:
    """Return what a proposal says: what an import writes over when it proposes for the same record."""
    return {name: str(getattr(proposal, name)) for name in _PROPOSED}


class Changes:
    """Collects what an import replaces while it is written."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._owners: dict[tuple[str, str], int | None] = {}
        #: Noun and slug of a record that was not public → accounts of all its authors.
        self._authors: dict[tuple[str, str], list[int]] = {}
        self._proposals: dict[str, tuple[Proposal, dict[str, str]]] = {}
        self._former: dict[str, Imported] = {}
        self._changes: dict[tuple[str, str], ImportChange] = {}

    def rows(self) -> list[ImportChange]:
        """Return what was collected, not stored yet."""
        return list(self._changes.values())

    def store(self, made: Import) -> None:
        """Store what was collected with the import that made it."""
        rows = self.rows()
        for row in rows:
            row.made_by = made
        insert(rows)
        through = ImportChange.authors_before.through
        insert(
            [
                through(importchange_id=row.pk, user_id=account)
                for row in rows
                if row.state_before
                for account in self._authors.get((row.record_type, row.slug), ())
            ]
        )

    def note_authors(self, records: Iterable[Record]) -> None:
        """Keep who has written the records that will be written over."""
        drafts: dict[type[Record], list[Record]] = defaultdict(list)
        for record in records:
            self._owners[type_of(record).name, record.slug] = record.author_id
            if record.state in (State.DRAFT, State.IN_REVIEW):
                drafts[type(record)].append(record)
        for some in drafts.values():
            authors = authors_of_all(some)
            self._authors.update(((type_of(record).name, record.slug), authors[record.pk].accounts) for record in some)

    def note_proposal(self, item: Item, proposal: Proposal, former: Proposal | None) -> None:
        """Keep which proposal was made for an item, and what it said before if it was open already."""
        self._proposals[item.key] = (proposal, proposed(former) if former else {})

    def note_rows(self, rows: QuerySet[Imported], keys: Sequence[str]) -> None:
        """Keep what the source has said so far under the keys."""
        for some in chunks(keys):
            self._former.update((row.key, row) for row in rows.filter(key__in=some))

    def note(self, item: Item) -> None:
        """Keep what the import replaces with an item: the record, and what the source had said."""
        change = self._change(item.key, self._former.get(item.key))
        change.record_type, change.slug = item.record_type.name, item.slug
        if item.fate in (Fate.NEW, Fate.CHANGED):
            change.wrote = digest_of(item.document)
            if item.before is not None:
                change.state_before = str(item.state or State.DRAFT)
                change.record_before = canonical_json(item.before).decode()
                change.author_before_id = self._owners.get((change.record_type, item.slug))
        if item.key in self._proposals:
            proposal, former = self._proposals[item.key]
            change.proposal, change.proposal_before = proposal.number, former
            change.proposal_wrote = digest_of(proposed(proposal))
        self._changes[self._source, item.key] = change

    def note_mark(self, row: Imported) -> None:
        """Keep a row, perhaps of another source, whose record this import has written over."""
        if (row.source, row.key) not in self._changes:
            self._changes[row.source, row.key] = self._change(row.key, row)

    def _change(self, key: str, former: Imported | None) -> ImportChange:
        values: dict[str, Any] = {"source": self._source, "key": key}
        if former is not None:
            values |= {
                "source": former.source,
                "record_type": former.record_type,
                "slug": former.slug,
                "was_known": True,
                "slug_before": former.slug,
                "digest_before": former.digest,
                "document_before": former.document,
                "written_before": former.written,
            }
        return ImportChange(**values)
