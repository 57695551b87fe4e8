"""Record what an import overwrites, so that it can be undone exactly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet

from sanctions.database.bulk_writes import insert
from sanctions.editorial.authors import authors_of_all
from sanctions.editorial.procedure import json_digest
from sanctions.importers.plan.items import Fate, ImportItem
from sanctions.ledger.versions import canonical_json
from sanctions.models import Import, ImportChange, Imported, Proposal, Record
from sanctions.records.encode import chunks
from sanctions.records.registry import type_of
from sanctions.vocabulary import State

#: The fields of a proposal that an import overwrites if its account has one open for the record.
_PROPOSED = ("kind", "reason", "base", "document")


def proposal_content(proposal: Proposal) -> dict[str, str]:
    """Return the content of a proposal that an import overwrites when it proposes a change of the same record."""
    return {name: str(getattr(proposal, name)) for name in _PROPOSED}


class UndoRecorder:
    """Collect what an import overwrites while it is written."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._owners: dict[tuple[str, str], int | None] = {}
        #: Noun and slug of a record that was not public → the accounts of all its authors.
        self._authors: dict[tuple[str, str], list[int]] = {}
        self._proposals: dict[str, tuple[Proposal, dict[str, str]]] = {}
        self._former: dict[str, Imported] = {}
        self._changes: dict[tuple[str, str], ImportChange] = {}

    def rows(self) -> list[ImportChange]:
        """Return the collected changes, not stored yet."""
        return list(self._changes.values())

    def store(self, made: Import) -> None:
        """Store the collected changes with the import that made them."""
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
        """Record who wrote the records that will be overwritten."""
        drafts: dict[type[Record], list[Record]] = defaultdict(list)
        for record in records:
            self._owners[type_of(record).name, record.slug] = record.author_id
            if record.state in (State.DRAFT, State.IN_REVIEW):
                drafts[type(record)].append(record)
        for chunk in drafts.values():
            authors = authors_of_all(chunk)
            self._authors.update(((type_of(record).name, record.slug), authors[record.pk].accounts) for record in chunk)

    def note_proposal(self, item: ImportItem, proposal: Proposal, former: Proposal | None) -> None:
        """Record the proposal made for an item, and its previous content if it was open already."""
        self._proposals[item.key] = (proposal, proposal_content(former) if former else {})

    def note_rows(self, rows: QuerySet[Imported], keys: Sequence[str]) -> None:
        """Record the source's previous statements under the keys."""
        for chunk in chunks(keys):
            self._former.update((row.key, row) for row in rows.filter(key__in=chunk))

    def note(self, item: ImportItem) -> None:
        """Record what an item overwrites: the record, and the source's previous statement."""
        change = self._change(item.key, self._former.get(item.key))
        change.record_type, change.slug = item.record_type.name, item.slug
        if item.fate in (Fate.NEW, Fate.CHANGED):
            change.wrote = json_digest(item.document)
            if item.before is not None:
                change.state_before = str(item.state or State.DRAFT)
                change.record_before = canonical_json(item.before).decode()
                change.author_before_id = self._owners.get((change.record_type, item.slug))
        if item.key in self._proposals:
            proposal, former = self._proposals[item.key]
            change.proposal, change.proposal_before = proposal.number, former
            change.proposal_wrote = json_digest(proposal_content(proposal))
        self._changes[self._source, item.key] = change

    def note_mark(self, row: Imported) -> None:
        """Record the statement of a source, perhaps another one, about a record that this import has overwritten."""
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
