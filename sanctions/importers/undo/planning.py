"""Plan the undo of an import: decide what becomes of each record and proposal that it wrote."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import orjson
from django.db import models

from sanctions.editorial.bulk import states_and_documents
from sanctions.editorial.procedure import json_digest
from sanctions.exceptions import MoveRefused
from sanctions.importers.undo.items import REMOVING, DocumentWriter, UndoFate, UndoItem, UndoPlan
from sanctions.importers.undo.recorder import proposal_content
from sanctions.importers.undo.references import leave_referenced_records, leave_shared_records
from sanctions.models import Import, ImportChange, LogEntry, Proposal, Version
from sanctions.records.base import Document, RecordType
from sanctions.records.encode import chunks
from sanctions.records.registry import BY_NAME, RECORD_TYPES
from sanctions.records.three_way import merge
from sanctions.vocabulary import Move, ProposalState, State, VersionKind


def require_undoable(made: Import) -> None:
    """Raise :class:`MoveRefused` unless an import is its source's last and recorded what it overwrote."""
    if made.undone_at is not None:
        day = made.undone_at.date()
        raise MoveRefused(f"Import {made.number} was undone already, by {made.undone_by} on {day}.")
    if not made.is_undoable:
        raise MoveRefused(
            f"Import {made.number} did not record what it overwrote, so it cannot be undone as a whole. Undo its "
            f"batch, {made.report.get('batch')}, instead."
        )
    later = Import.objects.not_undone().filter(source=made.source, number__gt=made.number).order_by("-number").first()
    if later is not None:
        raise MoveRefused(
            f"Import {made.number} is not the last of {made.source}: import {later.number} ({later}) builds on it. "
            "Undo that first."
        )


def plan_undo(made: Import) -> UndoPlan:
    """Plan the undo of an import; nothing is written. Raise :class:`MoveRefused` if it cannot be undone."""
    require_undoable(made)
    rows = list(made.changes.defer("document_before"))
    plan = UndoPlan(made)
    written: dict[tuple[str, str], ImportChange] = {}
    for row in rows:
        if row.wrote:
            written.setdefault((row.record_type, row.slug), row)
    for record_type in RECORD_TYPES:
        same_type = [row for (noun, _), row in written.items() if noun == record_type.name]
        plan.items += _written_items(record_type, same_type, made)
    plan.items += _proposal_items(row for row in rows if row.proposal is not None)
    leave_shared_records(plan)
    leave_referenced_records(plan)
    return plan


def _written_items(record_type: RecordType, rows: Sequence[ImportChange], made: Import) -> list[UndoItem]:
    """Return an item for each record of one type that the import wrote."""
    ids: dict[str, int] = {}
    for chunk in chunks(row.slug for row in rows):
        ids.update(record_type.model._default_manager.filter(slug__in=chunk).values_list("slug", "pk"))
    writers = _writers(record_type, [row.slug for row in rows])
    were_public = _with_versions(record_type, [row.slug for row in rows])
    touched: list[tuple[UndoItem, ImportChange]] = []
    items = []
    for chunk in chunks(rows):
        known = states_and_documents(record_type, [ids[row.slug] for row in chunk if row.slug in ids])
        for row in chunk:
            item = UndoItem(record_type, row.slug, UndoFate.LEFT, ids.get(row.slug), was_created=not row.state_before)
            items.append(item)
            if item.pk is None:
                item.leave("It does not exist any more.")
                continue
            item.state_now, item.now = known[item.pk]
            item.digest_now = json_digest(item.now)
            _former_of(item, row, writers)
            left_by_import = State.PUBLISHED if made.is_public else row.state_before or State.DRAFT
            if item.digest_now != row.wrote or item.state_now != left_by_import:
                touched.append((item, row))
                continue
            item.fate = _fate(item, was_public=item.slug in were_public)
            if item.was_created and item.fate in REMOVING:
                item.now = item.document = {}
    _decide_touched(record_type, touched, made)
    return items


def _former_of(item: UndoItem, row: ImportChange, writers: Mapping[tuple[str, str], Sequence[DocumentWriter]]) -> None:
    """Set the document before the import; if an import undone since had written it, the one before that."""
    while True:
        earlier = [
            writer for writer in writers.get((row.slug, _digest(row.record_before)), ()) if writer.change < row.pk
        ]
        # An import that is not undone may have written the same document again.
        if not earlier or not earlier[-1].is_undone:
            break
        row = ImportChange.objects.defer("document_before").get(pk=earlier[-1].change)
    item.was_created = not row.state_before
    item.document = orjson.loads(row.record_before) if row.record_before else item.now
    item.state = State(row.state_before) if row.state_before else State.RETRACTED
    item.author_id, item.change_id = row.author_before_id, row.pk


def _digest(document: str) -> str:
    return json_digest(orjson.loads(document)) if document else ""


def _writers(record_type: RecordType, slugs: Iterable[str]) -> Mapping[tuple[str, str], Sequence[DocumentWriter]]:
    """Return the changes that wrote each document, the earliest first, by slug and digest of the document.

    Empty if no import is undone.
    """
    writers: dict[tuple[str, str], list[DocumentWriter]] = defaultdict(list)
    if not Import.objects.filter(undone_at__isnull=False).exists():
        return writers
    for chunk in chunks(slugs):
        rows = ImportChange.objects.filter(record_type=record_type.name, slug__in=chunk).exclude(wrote="")
        for slug, wrote, pk, undone_at in rows.order_by("pk").values_list("slug", "wrote", "pk", "made_by__undone_at"):
            writers[slug, wrote].append(DocumentWriter(pk, is_undone=undone_at is not None))
    return writers


def _with_versions(record_type: RecordType, slugs: Iterable[str]) -> set[str]:
    """Return the slugs of the records that have been public."""
    slugs_with_versions: set[str] = set()
    for chunk in chunks(slugs):
        rows = Version.objects.filter(record_type=record_type.name, slug__in=chunk, number=1)
        slugs_with_versions.update(rows.values_list("slug", flat=True))
    return slugs_with_versions


def _fate(item: UndoItem, *, was_public: bool) -> UndoFate:
    """Return the fate of a record that is unchanged since the import. A record that has been public is not deleted."""
    if item.state_now == State.PUBLISHED:
        return UndoFate.CORRECTED if item.state == State.PUBLISHED else UndoFate.RETRACTED
    return UndoFate.DELETED if item.was_created and not was_public else UndoFate.REWRITTEN


def _decide_touched(record_type: RecordType, touched: Sequence[tuple[UndoItem, ImportChange]], made: Import) -> None:
    """Propose the former version of records that were changed since, or set the reason why that is impossible."""
    whys = _first_changes_since(record_type, [item.slug for item, _ in touched], made)
    for item, row in touched:
        why = whys.get(item.slug, "It was changed since the import.")
        if item.state_now != State.PUBLISHED:
            state = State(item.state_now).label
            item.leave(f"{why} It is {state}. Only public records can get a proposal: change it by hand.")
        elif item.was_created:
            item.leave(f"{why} It did not exist before the import: retract it by hand if it is wrong.")
        elif item.state != State.PUBLISHED:
            item.leave(f"{why} It was not public before the import: retract it by hand if it is wrong.")
        else:
            _merge(item, _version_with(item, row.wrote), item.document, why)


def _merge(item: UndoItem, wrote: Document | None, former: Document, why: str) -> None:
    """Merge later changes with the former document, into a correction to propose."""
    if wrote is None:
        item.leave(f"{why} What the import wrote is not in the ledger: change it by hand.")
        return
    merged = merge(item.record_type, wrote, item.now, former)
    item.conflicts = tuple(conflict.path for conflict in merged.conflicts)
    if merged.document == item.now:
        item.leave(f"{why} Nothing is left to propose.")
        return
    item.fate, item.document, item.why = UndoFate.PROPOSED, merged.document, why


def _version_with(item: UndoItem, digest: str) -> Document | None:
    """Return the public document that an import wrote, by its digest in the ledger."""
    rows = Version.objects.filter(record_type=item.record_type.name, slug=item.slug).order_by("-number")
    for text in rows.exclude(kind=VersionKind.RETRACTION).values_list("document", flat=True).iterator():
        document: Document = orjson.loads(text)
        if json_digest(document) == digest:
            return document
    return None


def _first_changes_since(record_type: RecordType, slugs: Sequence[str], made: Import) -> dict[str, str]:
    """Return a sentence about the first change of each record since the import, by slug."""
    number = made.report.get("batch") or 0
    reasons: dict[str, str] = {}
    for chunk in chunks(slugs):
        entries = LogEntry.objects.filter(record_type=record_type.name, slug__in=chunk, number__gt=number)
        entries = entries.filter(models.Q(proposal=None) | models.Q(move=Move.PUBLISHED))
        for entry in entries.exclude(batch=number).order_by("number"):
            reasons.setdefault(
                entry.slug, f"{entry.by} {entry.get_move_display()} it since (entry {entry.number} of the log)."
            )
    return reasons


def _proposal_items(rows: Iterable[ImportChange]) -> Iterable[UndoItem]:
    """Yield an item for each proposal that the import made."""
    for row in rows:
        record_type = BY_NAME[row.record_type]
        proposal = Proposal.objects.filter(number=row.proposal or 0).first()
        if proposal is None or proposal.state == ProposalState.WITHDRAWN:
            continue
        pk = record_type.model._default_manager.filter(slug=proposal.slug).values_list("pk", flat=True).first()
        item = UndoItem(record_type, proposal.slug, UndoFate.LEFT, pk)
        if pk is None:
            item.leave("It does not exist any more.")
        else:
            item.state_now, item.now = states_and_documents(record_type, [pk])[pk]
            item.digest_now = json_digest(item.now)
            _decide_proposal(item, proposal, row)
        yield item


def _decide_proposal(item: UndoItem, proposal: Proposal, row: ImportChange) -> None:
    if proposal.is_open and json_digest(proposal_content(proposal)) == row.proposal_wrote:
        item.fate = UndoFate.REWORDED if row.proposal_before else UndoFate.WITHDRAWN
        item.proposal, item.proposal_before = proposal, row.proposal_before
        item.document = item.now
    elif proposal.is_open:
        item.leave(f"Proposal {proposal.number} was changed since: decide it by hand.")
    elif item.state_now != State.PUBLISHED:
        item.leave(f"Proposal {proposal.number} was accepted, and the record is {State(item.state_now).label} now.")
    else:
        versions = Version.objects.filter(record_type=item.record_type.name, slug=item.slug)
        documents = dict(versions.values_list("number", "document"))
        accepted, former = (documents.get((proposal.version or 0) - back) for back in (0, 1))
        why = f"Proposal {proposal.number} of the import was accepted."
        if accepted is None or former is None:
            item.leave(f"{why} What was public before is not in the ledger: change it by hand.")
        else:
            _merge(item, orjson.loads(accepted), orjson.loads(former), why)
