"""What a file would do, before it is done: each record new, changed, unchanged or faulty.

Nothing of a preview is taken back from whoever has seen it but its seal: what is written is read from the file anew,
and only if the seal is still the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from django.db import transaction

from sanctions.editorial.bulk import states_and_documents
from sanctions.editorial.permissions import may_add, may_edit, may_propose
from sanctions.editorial.procedure import digest_of
from sanctions.exceptions import InvalidDocument, Problem, UnreadableSheet
from sanctions.models import Proposal, Record
from sanctions.records.base import Document, RecordType
from sanctions.records.encode import chunks, normalise
from sanctions.records.ledger import Act
from sanctions.records.store import Incoming, save_documents
from sanctions.records.validate import validate
from sanctions.spreadsheets.tables import Fault, Table, Told, check, fault_of, read, slugs_in
from sanctions.vocabulary import State

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

#: Records of one file.
MOST_RECORDS: Final = 2_000
#: Faults that are told; after them nothing more is looked at.
MOST_FAULTS: Final = 500
#: How often what is left is tried again without what was found to be faulty.
_ROUNDS: Final = 20


class Outcome(StrEnum):
    """What writing a file would do to a record."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    FAULTY = "faulty"


@dataclass(slots=True)
class Item:
    """One record of a file: what it says, what it would say, and what is wrong with that."""

    told: Told
    document: Document
    record: Record | None = None
    #: The fingerprint of the record as the preview has read it; empty if there is none.
    expected: str = ""
    faults: list[Fault] = field(default_factory=list)
    #: Whether the user has an open proposal for the record, which this would replace.
    replaces: bool = False

    @property
    def slug(self) -> str:
        """The slug of the record."""
        return self.told.slug

    @property
    def before(self) -> Document | None:
        """The document of the record now; ``None`` if there is none."""
        return self.told.before

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
        """Whether it would become a proposal, because the record is public."""
        return self.outcome == Outcome.CHANGED and self.record is not None and self.record.is_published


@dataclass(slots=True)
class Preview:
    """What a file would do."""

    record_type: RecordType
    items: list[Item]
    #: Faults of rows that belong to no record.
    stray: list[Fault]
    #: Sheets and columns that the file has not, and which are left as they are.
    left: tuple[str, ...]
    #: Whether there were so many faults that the rest was not looked at.
    cut: bool = False

    def of(self, outcome: Outcome) -> list[Item]:
        """Return the records to which the file would do that."""
        return [item for item in self.items if item.outcome == outcome]

    @property
    def good(self) -> list[Item]:
        """The records that would be written."""
        return [item for item in self.items if item.outcome in (Outcome.NEW, Outcome.CHANGED)]

    @property
    def faults(self) -> list[Fault]:
        """Every fault, in the order of sheets and rows."""
        found = [*self.stray, *(fault for item in self.items for fault in item.faults)]
        return sorted(found, key=lambda fault: (fault.sheet != self.record_type.plural, fault.sheet, fault.row))

    @property
    def counts(self) -> dict[str, int]:
        """How many records there are of each outcome."""
        return {outcome.value: len(self.of(outcome)) for outcome in Outcome}

    @property
    def seal(self) -> str:
        """What is the same for two previews exactly if they would do the same to the same records."""
        return digest_of(
            [
                [self.record_type.name, self.cut, len(self.stray)],
                *([item.slug, item.outcome, item.expected, item.document] for item in self.items if not item.faults),
                *([item.slug, item.outcome] for item in self.items if item.faults),
            ]
        )


def preview(record_type: RecordType, tables: Sequence[Table], by: AbstractBaseUser, at: datetime) -> Preview:
    """Return what a file would do if the user had it written; nothing is.

    :class:`UnreadableSheet` if it is no spreadsheet of the noun, or has more records than are written at once.
    """
    check(record_type, tables)
    slugs = slugs_in(record_type, tables)
    if len(slugs) > MOST_RECORDS:
        raise UnreadableSheet(f"The file has {len(slugs):,} records. Allowed: {MOST_RECORDS:,} at once; split it.")
    records = _records(record_type, slugs)
    known = states_and_documents(record_type, [record.pk for record in records.values()])
    current = {slug: known[record.pk][1] for slug, record in records.items()}
    reading = read(record_type, tables, current)
    found = Preview(record_type, [], reading.stray[:MOST_FAULTS], reading.left, len(reading.stray) > MOST_FAULTS)
    replaced = _proposed(record_type, by)
    count = len(found.stray)
    for told in reading.told:
        item = _item(record_type, told, records.get(told.slug), by)
        item.replaces = told.slug in replaced
        found.items.append(item)
        count += len(item.faults)
        if count > MOST_FAULTS:
            found.cut = True
            return found
    if not found.cut:
        _try(found, at)
    return found


def _records(record_type: RecordType, slugs: Iterable[str]) -> dict[str, Record]:
    found: dict[str, Record] = {}
    # A text that is no slug names no record; some databases refuse to look for it.
    for some in chunks(sorted({slug for slug in slugs if slug.isascii() and slug.isprintable()})):
        rows = record_type.model._default_manager.filter(slug__in=some).defer("rendering")
        found.update((row.slug, row) for row in rows)
    return found


def _proposed(record_type: RecordType, by: AbstractBaseUser) -> set[str]:
    mine = Proposal.objects.open().filter(record_type=record_type.name, author=by.pk)
    return set(mine.values_list("slug", flat=True))


def _item(record_type: RecordType, told: Told, record: Record | None, by: AbstractBaseUser) -> Item:
    item = Item(told, told.document, record, faults=list(told.faults))
    problems = validate(record_type, told.document)
    at_fault = {(fault.sheet, fault.row, fault.column) for fault in item.faults}
    for problem in problems:
        fault = fault_of(record_type, told, problem)
        # A cell that cannot be read is missing in the document: that is told already.
        if (fault.sheet, fault.row, fault.column) not in at_fault:
            item.faults.append(fault)
    if not item.faults:
        item.document = normalise(record_type, told.document)
    if record is not None and told.before is not None:
        item.expected = digest_of({"state": record.state, "document": told.before})
    if refusal := _refusal(record_type, item, by):
        item.faults.append(Fault(record_type.plural, told.row.number, "", "", refusal))
    return item


def _refusal(record_type: RecordType, item: Item, by: AbstractBaseUser) -> str:
    """Return why the user may not have the record written; empty if they may."""
    if item.outcome == Outcome.NEW:
        return "" if may_add(by, record_type.model) else f"You may not add records of the kind {record_type.name}."
    if item.outcome != Outcome.CHANGED or item.record is None:
        return ""
    if item.record.state == State.RETRACTED:
        return "The record is retracted: it is changed by nobody."
    allowed = may_propose if item.record.is_published else may_edit
    return "" if allowed(by, item.record) else f"You may not change records of the kind {record_type.name}."


def _try(found: Preview, at: datetime) -> None:
    """Write what seems good, take it back, and tell what the database refuses of it."""
    by_name = {f"{found.record_type.name} {item.slug}": item for item in found.items}
    for _ in range(_ROUNDS):
        good = found.good
        problems = refused(found.record_type, good, at)
        told: Mapping[str, list[str]] = defaultdict(list)
        for problem in problems:
            item = by_name[problem.record]
            if problem.message not in told[problem.path + problem.record]:
                item.faults.append(fault_of(found.record_type, item.told, problem))
                told[problem.path + problem.record].append(problem.message)
        if not problems:
            return
    found.cut = True


def refused(record_type: RecordType, items: Sequence[Item], at: datetime) -> list[Problem]:
    """Write records together, take it back, and return what the database refuses of it."""
    try:
        with transaction.atomic():
            save_documents(list(_incoming(record_type, items)), Act(at))
            transaction.set_rollback(True)
    except InvalidDocument as error:
        return error.problems
    return []


def _incoming(record_type: RecordType, items: Iterable[Item]) -> Iterator[Incoming]:
    for item in items:
        yield Incoming(record_type, item.document, State(item.record.state) if item.record else State.DRAFT)
