"""Write an import's plan, all or nothing: drafts, public records, proposals, and the statements of the source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from sanctions.database.bulk_writes import insert
from sanctions.editorial import proposals
from sanctions.editorial.bulk import Draft, check_drafts, write_drafts, write_public
from sanctions.editorial.procedure import batch, document_fingerprint, json_digest
from sanctions.importers.base import FIXED
from sanctions.importers.plan.items import Fate, ImportItem, ImportPlan
from sanctions.importers.undo.recorder import UndoRecorder
from sanctions.ledger.versions import Act, canonical_json
from sanctions.models import Imported, Proposal, Record
from sanctions.projections.renderings import Progress
from sanctions.records.encode import chunks
from sanctions.records.registry import RECORD_TYPES


@dataclass(frozen=True, slots=True)
class Consent:
    """Who imports, whether new records are public at once, and how many endings the user accepts."""

    act: Act
    is_public: bool = False
    accepted_endings: int | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """The number of the batch in the log, ``None`` if nothing was written, and what the import overwrote."""

    batch: int | None
    changes: UndoRecorder


def write_plan(
    source: str,
    plan: ImportPlan,
    consent: Consent,
    progress: Progress = lambda _: None,
    *,
    is_rehearsal: bool = False,
) -> Written:
    """Write a plan in one transaction. Raise :class:`MoveRefused` or :class:`InvalidDocument`.

    A rehearsal writes neither versions nor renderings; the caller must roll it back.
    """
    ready = plan.of(Fate.NEW, Fate.CHANGED)
    proposed = plan.of(Fate.PROPOSED)
    changes = UndoRecorder(source)
    with batch() as together, transaction.atomic():
        if ready:
            write_all = write_public if consent.is_public else write_drafts
            drafts = _drafts(ready)
            changes.note_authors(draft.record for draft in drafts if draft.record is not None)
            write_all(
                drafts,
                consent.act,
                progress=progress,
                is_rehearsal=is_rehearsal,
            )
        for item in proposed:
            _propose(item, consent, changes)
            progress(1)
        _remember(source, plan, changes)
    return Written(together.number, changes)


def check_plan(plan: ImportPlan, consent: Consent) -> None:
    """Raise the errors of :func:`write_plan` that show without writing. It takes no locks."""
    check_drafts(_drafts(plan.of(Fate.NEW, Fate.CHANGED)), consent.act.account, is_public=consent.is_public)


def _drafts(ready: Sequence[ImportItem]) -> list[Draft]:
    """Return the drafts to be written, each with the fingerprint that its record must still have."""
    drafts = []
    for record_type in RECORD_TYPES:
        same_type = [item for item in ready if item.record_type is record_type]
        rows: dict[int, Record] = {}
        for chunk in chunks(item.pk for item in same_type if item.pk):
            rows.update(record_type.model._default_manager.defer("rendering").in_bulk(chunk))
        drafts += [
            Draft(
                record_type,
                item.document,
                rows.get(item.pk) if item.pk else None,
                _seen(item),
                returns=item.fate == Fate.NEW and item.pk is not None,
            )
            for item in same_type
        ]
    return drafts


def _seen(item: ImportItem) -> str:
    """Return the fingerprint of the record when it was planned; empty for a new record."""
    return document_fingerprint(str(item.state), item.before) if item.state and item.before else ""


def _propose(item: ImportItem, consent: Consent, changes: UndoRecorder) -> None:
    record = item.record_type.model._default_manager.defer("rendering").get(pk=item.pk)
    builds_on = Proposal.objects.filter(number=item.builds_on).first() if item.builds_on else None
    change = proposals.ProposedChange(item.document, builds_on=builds_on)
    open_already = Proposal.objects.open().to_record(item.record_type.name, item.slug)
    former = open_already.filter(author=consent.act.account.pk).first()
    proposal = proposals.propose(record, change, consent.act, expected=_seen(item))
    changes.note_proposal(item, proposal, former)


def _remember(source: str, plan: ImportPlan, changes: UndoRecorder) -> None:
    """Remember the source's statement about each record, and the digests of the records that were written."""
    known = dict(Imported.objects.filter(source=source).values_list("key", "pk"))
    remembered = [item for item in plan.items if item.is_new_statement or item.fate == Fate.CHANGED]
    changes.note_rows(Imported.objects.filter(source=source), [item.key for item in remembered if item.key in known])
    written = {
        (item.record_type.name, item.slug): json_digest(item.document) for item in plan.of(Fate.NEW, Fate.CHANGED)
    }
    new: list[Imported] = []
    changed: list[Imported] = []
    for item in plan.items:
        if (
            not item.is_new_statement
            or item.fate == Fate.LEFT
            or (item.key.startswith(FIXED) and item.fate != Fate.NEW)
        ):
            # Records that were left are not remembered, so the next import tries them again.
            if item.fate == Fate.CHANGED:
                changes.note(item)
            continue
        changes.note(item)
        row = Imported(
            pk=known.get(item.key),
            source=source,
            key=item.key,
            record_type=item.record_type.name,
            slug=item.slug,
            digest=item.digest,
            document=canonical_json(item.source_document).decode(),
            written=written.get((item.record_type.name, item.slug), ""),
        )
        (changed if row.pk else new).append(row)
    insert(new)
    Imported.objects.bulk_update(changed, ["digest", "document", "slug"], batch_size=200)
    with_earlier_statements = {(row.record_type, row.slug) for row in changed}
    with_earlier_statements |= {(item.record_type.name, item.slug) for item in plan.of(Fate.CHANGED)}
    _store_digests({record: digest for record, digest in written.items() if record in with_earlier_statements}, changes)


def _store_digests(written: Mapping[tuple[str, str], str], changes: UndoRecorder) -> None:
    """Store the digests of records that this import has changed with the statements of every source about them."""
    rows = []
    for chunk in chunks(sorted({slug for _, slug in written})):
        for row in Imported.objects.filter(slug__in=chunk):
            digest = written.get((row.record_type, row.slug), row.written)
            if row.written != digest:
                changes.note_mark(row)
                row.written = digest
                rows.append(row)
    Imported.objects.bulk_update(rows, ["written"], batch_size=200)
