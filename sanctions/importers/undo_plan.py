"""What the undo of an import would do: what becomes of each record and proposal that it wrote."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import orjson
from django.db import models

from sanctions.editorial.bulk import states_and_documents
from sanctions.editorial.procedure import digest_of
from sanctions.exceptions import MoveRefused
from sanctions.importers.changes import proposed
from sanctions.importers.undo_items import UndoFate, UndoItem, UndoPlan, Writer
from sanctions.models import Import, ImportChange, Imported, LogEntry, Proposal, Redirect, Version
from sanctions.records.base import Document, RecordType, parent_field, part_model, record_field, references, target
from sanctions.records.encode import chunks
from sanctions.records.registry import BY_NAME, RECORD_TYPES
from sanctions.records.three_way import merge
from sanctions.vocabulary import Move, ProposalState, State, VersionKind

#: What takes a record away from those who refer to it.
_REMOVING: Final = (UndoFate.RETRACTED, UndoFate.DELETED)
_OPEN: Final = (State.DRAFT, State.IN_REVIEW, State.PUBLISHED)


def demand_undoable(made: Import) -> None:
    """Refuse to undo what is undone, what did not keep what it replaced, and what is not the source's last import."""
    if made.undone_at is not None:
        day = made.undone_at.date()
        raise MoveRefused(f"Import {made.number} was undone already, by {made.undone_by} on {day}.")
    if not made.is_undoable:
        raise MoveRefused(
            f"Import {made.number} did not keep what it replaced, so that it cannot be undone as a whole: undo its "
            f"batch, {made.report.get('batch')}."
        )
    later = Import.objects.standing().filter(source=made.source, number__gt=made.number).order_by("-number").first()
    if later is not None:
        raise MoveRefused(
            f"Import {made.number} is not the last of {made.source}: import {later.number} ({later}) builds on it. "
            "Undo that first."
        )


def plan_undo(made: Import) -> UndoPlan:
    """Return what the undo of an import would do; nothing is written. :class:`MoveRefused` if it cannot be undone."""
    demand_undoable(made)
    rows = list(made.changes.defer("document_before"))
    plan = UndoPlan(made)
    written: dict[tuple[str, str], ImportChange] = {}
    for row in rows:
        if row.wrote:
            written.setdefault((row.record_type, row.slug), row)
    for record_type in RECORD_TYPES:
        mine = [row for (noun, _), row in written.items() if noun == record_type.name]
        plan.items += _written_items(record_type, mine, made)
    plan.items += _proposal_items(row for row in rows if row.proposal is not None)
    _leave_what_is_shared(plan)
    leave_what_is_referred_to(plan)
    return plan


def _written_items(record_type: RecordType, rows: Sequence[ImportChange], made: Import) -> list[UndoItem]:
    """Say what becomes of the records of one type that the import has written."""
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
                item.leave("It is not there any more.")
                continue
            item.state_now, item.now = known[item.pk]
            item.digest_now = digest_of(item.now)
            _former_of(item, row, writers)
            left_by_import = State.PUBLISHED if made.is_public else row.state_before or State.DRAFT
            if item.digest_now != row.wrote or item.state_now != left_by_import:
                touched.append((item, row))
                continue
            item.fate = _fate(item, was_public=item.slug in were_public)
            if item.was_created and item.fate in _REMOVING:
                item.now = item.document = {}
    _decide_touched(record_type, touched, made)
    return items


def _former_of(item: UndoItem, row: ImportChange, writers: Mapping[tuple[str, str], Sequence[Writer]]) -> None:
    """Set what the record said before: if that was itself of an import undone since, what it said before that."""
    while True:
        earlier = [one for one in writers.get((row.slug, _digest(row.record_before)), ()) if one.change < row.pk]
        # The same may have been written again by an import that stands.
        if not earlier or not earlier[-1].is_undone:
            break
        row = ImportChange.objects.defer("document_before").get(pk=earlier[-1].change)
    item.was_created = not row.state_before
    item.document = orjson.loads(row.record_before) if row.record_before else item.now
    item.state = State(row.state_before) if row.state_before else State.RETRACTED
    item.author_id, item.change_id = row.author_before_id, row.pk


def _digest(document: str) -> str:
    return digest_of(orjson.loads(document)) if document else ""


def _writers(record_type: RecordType, slugs: Iterable[str]) -> Mapping[tuple[str, str], Sequence[Writer]]:
    """Return who wrote what to the records, by slug and what stands for the document, the first first.

    Nothing where no import is undone.
    """
    writers: dict[tuple[str, str], list[Writer]] = defaultdict(list)
    if not Import.objects.filter(undone_at__isnull=False).exists():
        return writers
    for some in chunks(slugs):
        rows = ImportChange.objects.filter(record_type=record_type.name, slug__in=some).exclude(wrote="")
        for slug, wrote, pk, undone_at in rows.order_by("pk").values_list("slug", "wrote", "pk", "made_by__undone_at"):
            writers[slug, wrote].append(Writer(pk, is_undone=undone_at is not None))
    return writers


def _with_versions(record_type: RecordType, slugs: Iterable[str]) -> set[str]:
    """Return those of the records that the public has seen once."""
    found: set[str] = set()
    for some in chunks(slugs):
        rows = Version.objects.filter(record_type=record_type.name, slug__in=some, number=1)
        found.update(rows.values_list("slug", flat=True))
    return found


def _fate(item: UndoItem, *, was_public: bool) -> UndoFate:
    """Return what becomes of a record that nobody has touched since. What was public once is not deleted."""
    if item.state_now == State.PUBLISHED:
        return UndoFate.CORRECTED if item.state == State.PUBLISHED else UndoFate.RETRACTED
    return UndoFate.DELETED if item.was_created and not was_public else UndoFate.REWRITTEN


def _decide_touched(record_type: RecordType, touched: Sequence[tuple[UndoItem, ImportChange]], made: Import) -> None:
    """Propose the former version of what somebody has changed since, or say why that cannot be."""
    whys = _what_was_done_since(record_type, [item.slug for item, _ in touched], made)
    for item, row in touched:
        why = whys.get(item.slug, "It does not say any more what the import wrote.")
        if item.state_now != State.PUBLISHED:
            state = State(item.state_now).label
            item.leave(f"{why} It is {state}, so that no change can be proposed to it: change it by hand.")
        elif item.was_created:
            item.leave(f"{why} It was not there before the import: retract it by hand if it is wrong.")
        elif item.state != State.PUBLISHED:
            item.leave(f"{why} It was not public before the import: retract it by hand if it is wrong.")
        else:
            _merge(item, _version_with(item, row.wrote), item.document, why)


def _merge(item: UndoItem, wrote: Document | None, former: Document, why: str) -> None:
    """Put what was changed since together with the former document, as a correction to be proposed."""
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
    """Return the public document that an import wrote, from the ledger."""
    rows = Version.objects.filter(record_type=item.record_type.name, slug=item.slug).order_by("-number")
    for text in rows.exclude(kind=VersionKind.RETRACTION).values_list("document", flat=True).iterator():
        document: Document = orjson.loads(text)
        if digest_of(document) == digest:
            return document
    return None


def _what_was_done_since(record_type: RecordType, slugs: Sequence[str], made: Import) -> dict[str, str]:
    """Return who did what first to the records after the import, in words."""
    number = made.report.get("batch") or 0
    reasons: dict[str, str] = {}
    for some in chunks(slugs):
        entries = LogEntry.objects.filter(record_type=record_type.name, slug__in=some, number__gt=number)
        entries = entries.filter(models.Q(proposal=None) | models.Q(move=Move.PUBLISHED))
        for entry in entries.exclude(batch=number).order_by("number"):
            reasons.setdefault(
                entry.slug, f"{entry.by} {entry.get_move_display()} it since (entry {entry.number} of the log)."
            )
    return reasons


def _proposal_items(rows: Iterable[ImportChange]) -> Iterable[UndoItem]:
    """Say what becomes of the proposals that the import has made."""
    for row in rows:
        record_type = BY_NAME[row.record_type]
        proposal = Proposal.objects.filter(number=row.proposal or 0).first()
        if proposal is None or proposal.state == ProposalState.WITHDRAWN:
            continue
        pk = record_type.model._default_manager.filter(slug=proposal.slug).values_list("pk", flat=True).first()
        item = UndoItem(record_type, proposal.slug, UndoFate.LEFT, pk)
        if pk is None:
            item.leave("It is not there any more.")
        else:
            item.state_now, item.now = states_and_documents(record_type, [pk])[pk]
            item.digest_now = digest_of(item.now)
            _decide_proposal(item, proposal, row)
        yield item


def _decide_proposal(item: UndoItem, proposal: Proposal, row: ImportChange) -> None:
    if proposal.is_open and digest_of(proposed(proposal)) == row.proposal_wrote:
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


# --- What stays because others need it --------------------------------------------------------------


def _leave_what_is_shared(plan: UndoPlan) -> None:
    """Leave what the import created and another source has spoken of since, or another record was merged into."""
    removed = [item for item in plan.of(*_REMOVING) if item.was_created]
    by_record = {item.record: item for item in removed}
    for chunk in chunks(sorted({item.slug for item in removed})):
        told = Imported.objects.filter(slug__in=chunk).exclude(source=plan.made.source)
        for noun, slug, source in told.values_list("record_type", "slug", "source"):
            if item := by_record.get((noun, slug)):
                item.leave(f"{source} lists it, too.")
        merges = Redirect.objects.standing().filter(new__in=chunk)
        for noun, slug, old in merges.values_list("record_type", "new", "old"):
            if item := by_record.get((noun, slug)):
                item.leave(f"{old} was merged into it since.")


def leave_what_is_referred_to(plan: UndoPlan) -> None:
    """Leave what would be retracted or deleted while a record that stays refers to it, and so on from there.

    What was there before the import, as a draft, becomes a draft again, so that references to it stay valid.
    """
    by_record = {item.record: item for item in plan.items if item.proposal is None}
    removed = {item.record: item for item in by_record.values() if item.fate in _REMOVING and item.was_created}
    named: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    staying: list[tuple[str, str]] = []
    for referrer, state, item in _references_to(list(removed.values())):
        if referrer == item.record:
            continue
        own = by_record.get(referrer)
        # What is written back says what it said before the import, which named nothing that the import created.
        stays = state in _OPEN if own is None else own.fate in (UndoFate.LEFT, UndoFate.PROPOSED)
        if stays or referrer in removed:
            named[referrer].add(item.record)
        if stays:
            staying.append(referrer)
    while staying:
        referrer = staying.pop()
        for record in named.pop(referrer, ()):
            item = removed[record]
            if item.fate in _REMOVING:
                item.leave(f"{referrer[0]} {referrer[1]} refers to it, and stays.")
                staying.append(record)


def _references_to(items: Sequence[UndoItem]) -> Iterable[tuple[tuple[str, str], str, UndoItem]]:
    """Yield who refers to the records or their parts: noun and slug, state, and the record."""
    rows = _rows_of(items)
    for record_type in RECORD_TYPES:
        for model, key in references(record_type.keys, record_type.model):
            wanted = rows.get(target(model, key), {})
            owner = "" if model is record_type.model else f"{record_field(record_type, model)}__"
            for some in chunks(wanted):
                found = model._default_manager.filter(**{f"{key.field}__in": some}).order_by()
                for pk, slug, state in found.values_list(key.field, f"{owner}slug", f"{owner}state").distinct():
                    # A set of references is joined: it has those that are not asked for, too. A part may have
                    # another owner.
                    if pk in wanted and slug is not None:
                        yield (record_type.name, slug), state, wanted[pk]


def _rows_of(items: Sequence[UndoItem]) -> dict[type[models.Model], dict[int, UndoItem]]:
    """Return what others can refer to, by model and primary key: the records and their parts with a slug."""
    rows: dict[type[models.Model], dict[int, UndoItem]] = defaultdict(dict)
    for item in items:
        rows[item.record_type.model][item.pk or 0] = item
    for record_type in {item.record_type.name: item.record_type for item in items}.values():
        owners = rows[record_type.model]
        for key in record_type.rows:
            if any(part.name == "slug" for part in key.keys):
                child, parent = part_model(record_type.model, key), parent_field(record_type.model, key)
                for some in chunks(list(owners)):
                    parts = child._default_manager.filter(**{f"{parent}__keyed": some})
                    rows[child].update((pk, owners[owner]) for pk, owner in parts.values_list("pk", f"{parent}_id"))
    return rows
