"""Preview what importing a file would do: each record is new, changed, unchanged or faulty.

The browser sends back only the seal of a preview. The import reads the file again, and writes only if the seal is still
the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from django.db import transaction

from sanctions.editorial.bulk import states_and_documents
from sanctions.editorial.permissions import may_add, may_edit, may_propose
from sanctions.editorial.procedure import document_fingerprint, json_digest
from sanctions.exceptions import InvalidDocument, Problem, UnreadableSheet
from sanctions.ledger.versions import Act
from sanctions.loading.documents import Incoming, save_documents
from sanctions.models import Proposal, Record
from sanctions.records.base import Document, RecordType
from sanctions.records.encode import chunks, normalise
from sanctions.records.validate import validate
from sanctions.spreadsheets.tables import CellFault, SheetRecord, Table, check, fault_of, read, slugs_in
from sanctions.vocabulary import State

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

#: Records that one file may have.
MOST_RECORDS: Final = 2_000
#: Faults that are reported; reading stops there.
MOST_FAULTS: Final = 500
#: How often the rest is tried again without the records that turned out faulty.
_ROUNDS: Final = 20


class Outcome(StrEnum):
    """What writing a file would do to a record."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    FAULTY = "faulty"


@dataclass(slots=True)
class PreviewItem:
    """A record of a file: its content, the document it would become, and its faults."""

    content: SheetRecord
    document: Document
    record: Record | None = None
    #: The fingerprint of the record when the preview read it; empty for a new record.
    expected: str = ""
    faults: list[CellFault] = field(default_factory=list)
    #: Whether the user has an open proposal for the record, which this would replace.
    replaces: bool = False

    @property
    def slug(self) -> str:
        """The slug of the record."""
        return self.content.slug

    @property
    def before(self) -> Document | None:
        """The current document of the record; ``None`` for a new record."""
        return self.content.before

    @property
    def outcome(self) -> Outcome:
        """What writing the file would do to the record."""
        if self.faults:
            return Outcome.FAULTY
        if self.before is None:
            return Outcome.NEW
        return Outcome.UNCHANGED if self.document == self.before else Outcome.CHANGED

    @property
    def is_proposal(self) -> bool:
        """Whether the change would become a proposal, because the record is public."""
        return self.outcome == Outcome.CHANGED and self.record is not None and self.record.is_published


@dataclass(slots=True)
class Preview:
    """What a file would do."""

    record_type: RecordType
    items: list[PreviewItem]
    #: Faults of rows that belong to no record.
    stray: list[CellFault]
    #: Sheets and columns that the file lacks; their values stay.
    left: tuple[str, ...]
    #: Whether reading stopped because of too many faults.
    cut: bool = False

    def of(self, outcome: Outcome) -> list[PreviewItem]:
        """Return the records with an outcome."""
        return [item for item in self.items if item.outcome == outcome]

    @property
    def good(self) -> list[PreviewItem]:
        """The records that would be written."""
        return [item for item in self.items if item.outcome in (Outcome.NEW, Outcome.CHANGED)]

    @property
    def faults(self) -> list[CellFault]:
        """Every fault, in the order of sheets and rows."""
        faults = [*self.stray, *(fault for item in self.items for fault in item.faults)]
        return sorted(faults, key=lambda fault: (fault.sheet != self.record_type.plural, fault.sheet, fault.row))

    @property
    def counts(self) -> dict[str, int]:
        """The number of records by outcome."""
        return {outcome.value: len(self.of(outcome)) for outcome in Outcome}

    @property
    def seal(self) -> str:
        """A digest that two previews share exactly if they would do the same to the same records."""
        return json_digest(
            [
                [self.record_type.name, self.cut, len(self.stray)],
                *([item.slug, item.outcome, item.expected, item.document] for item in self.items if not item.faults),
                *([item.slug, item.outcome] for item in self.items if item.faults),
            ]
        )


def preview(record_type: RecordType, tables: Sequence[Table], by: AbstractBaseUser, at: datetime) -> Preview:
    """Return what a file would do if the user imported it; nothing is written.

    Raise :class:`UnreadableSheet` if it is not a spreadsheet of the noun, or has too many records.
    """
    check(record_type, tables)
    slugs = slugs_in(record_type, tables)
    if len(slugs) > MOST_RECORDS:
        raise UnreadableSheet(f"The file has {len(slugs):,} records. Allowed: {MOST_RECORDS:,} at once; split it.")
    records = _records(record_type, slugs)
    known = states_and_documents(record_type, [record.pk for record in records.values()])
    current = {slug: known[record.pk][1] for slug, record in records.items()}
    content = read(record_type, tables, current)
    result = Preview(record_type, [], content.stray[:MOST_FAULTS], content.left, len(content.stray) > MOST_FAULTS)
    proposed = _slugs_with_own_proposal(record_type, by)
    count = len(result.stray)
    for sheet_record in content.records:
        item = _item(record_type, sheet_record, records.get(sheet_record.slug), by)
        item.replaces = sheet_record.slug in proposed
        result.items.append(item)
        count += len(item.faults)
        if count > MOST_FAULTS:
            result.cut = True
            return result
    if not result.cut:
        _try(result, at)
    return result


def _records(record_type: RecordType, slugs: Iterable[str]) -> dict[str, Record]:
    records: dict[str, Record] = {}
    # PostgreSQL refuses to search for a text with NUL; no slug has one.
    for chunk in chunks(sorted({slug for slug in slugs if slug.isascii() and slug.isprintable()})):
        rows = record_type.model._default_manager.filter(slug__in=chunk).defer("rendering")
        records.update((row.slug, row) for row in rows)
    return records


def _slugs_with_own_proposal(record_type: RecordType, by: AbstractBaseUser) -> set[str]:
    proposals = Proposal.objects.open().filter(record_type=record_type.name, author=by.pk)
    return set(proposals.values_list("slug", flat=True))


def _item(record_type: RecordType, content: SheetRecord, record: Record | None, by: AbstractBaseUser) -> PreviewItem:
    item = PreviewItem(content, content.document, record, faults=list(content.faults))
    problems = validate(record_type, content.document)
    at_fault = {(fault.sheet, fault.row, fault.column) for fault in item.faults}
    for problem in problems:
        fault = fault_of(record_type, content, problem)
        # A cell that cannot be read is missing from the document, and reported already.
        if (fault.sheet, fault.row, fault.column) not in at_fault:
            item.faults.append(fault)
    if not item.faults:
        item.document = normalise(record_type, content.document)
    if record is not None and content.before is not None:
        item.expected = document_fingerprint(record.state, content.before)
    if refusal := _refusal(record_type, item, by):
        item.faults.append(CellFault(record_type.plural, content.row.number, "", "", refusal))
    return item


def _refusal(record_type: RecordType, item: PreviewItem, by: AbstractBaseUser) -> str:
    """Return why the user may not write the record; empty if they may."""
    if item.outcome == Outcome.NEW:
        return "" if may_add(by, record_type.model) else f"You may not add records of the kind {record_type.name}."
    if item.outcome != Outcome.CHANGED or item.record is None:
        return ""
    if item.record.state == State.RETRACTED:
        return "The record is retracted. Restore it before changing it."
    allowed = may_propose if item.record.is_published else may_edit
    return "" if allowed(by, item.record) else f"You may not change records of the kind {record_type.name}."


def _try(result: Preview, at: datetime) -> None:
    """Write the good records, roll back, and add what the database refuses to their faults."""
    by_name = {f"{result.record_type.name} {item.slug}": item for item in result.items}
    for _ in range(_ROUNDS):
        problems = refused(result.record_type, result.good, at)
        if not problems:
            return
        for problem in dict.fromkeys(problems):
            item = by_name[problem.record]
            item.faults.append(fault_of(result.record_type, item.content, problem))
    result.cut = True


def refused(record_type: RecordType, items: Sequence[PreviewItem], at: datetime) -> list[Problem]:
    """Write records in a transaction that is rolled back, and return what the database refuses."""
    try:
        with transaction.atomic():
            save_documents(list(_incoming(record_type, items)), Act(at))
            transaction.set_rollback(True)
    except InvalidDocument as error:
        return error.problems
    return []


def _incoming(record_type: RecordType, items: Iterable[PreviewItem]) -> Iterator[Incoming]:
    for item in items:
        yield Incoming(record_type, item.document, State(item.record.state) if item.record else State.DRAFT)
