"""Writing what an import would do, all or nothing: drafts, public records, proposals, and what the source has said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from sanctions.database.bulk_writes import insert
from sanctions.editorial import proposals
from sanctions.editorial.bulk import Draft, check_drafts, write_drafts, write_public
from sanctions.editorial.procedure import batch, digest_of, fingerprint_of
from sanctions.importers.base import FIXED
from sanctions.importers.changes import Changes
from sanctions.importers.plan import Fate, Item, Plan
from sanctions.ledger.versions import canonical_json
from sanctions.models import Imported, Proposal, Record
from sanctions.projections.renderings import Progress
from sanctions.records.encode import chunks
from sanctions.records.registry import RECORD_TYPES

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


@dataclass(frozen=True, slots=True)
class Consent:
    """Who imports, when, why, whether what is new is public at once, and how many endings at once are meant."""

    by: AbstractBaseUser
    at: datetime
    reason: str
    is_public: bool = False
    address: str = ""
    accepted_endings: int | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """The number of the batch in the log, ``None`` if nothing was done, and what the import replaced."""

    batch: int | None
    changes: Changes


def write(
    source: str,
    plan: Plan,
    consent: Consent,
    progress: Progress = lambda _: None,
    *,
    is_rehearsal: bool = False,
) -> Written:
    """Write what a plan says in one transaction; raise :class:`MoveRefused` or :class:`InvalidDocument`.

    A rehearsal leaves out versions and renderings, and is for the caller to roll back.
    """
    ready = plan.of(Fate.NEW, Fate.CHANGED)
    proposed = plan.of(Fate.PROPOSED)
    changes = Changes(source)
    with batch() as together, transaction.atomic():
        if ready:
            write_all = write_public if consent.is_public else write_drafts
            drafts = _drafts(ready)
            changes.note_authors(draft.record for draft in drafts if draft.record is not None)
            write_all(
                drafts,
                consent.by,
                consent.at,
                reason=consent.reason,
                address=consent.address,
                progress=progress,
                is_rehearsal=is_rehearsal,
            )
        for item in proposed:
            _propose(item, consent, changes)
            progress(1)
        _remember(source, plan, changes)
    return Written(together.number, changes)


def check(plan: Plan, consent: Consent) -> None:
    """Raise what :func:`write` would, as far as it shows without writing; nobody else is kept from writing."""
    check_drafts(_drafts(plan.of(Fate.NEW, Fate.CHANGED)), consent.by, is_public=consent.is_public)


def _drafts(ready: Sequence[Item]) -> list[Draft]:
    """Return what is to be written; what a record says and how it stands must still be what was planned for."""
    drafts = []
    for record_type in RECORD_TYPES:
        mine = [item for item in ready if item.record_type is record_type]
        rows: dict[int, Record] = {}
        for some in chunks(item.pk for item in mine if item.pk):
            rows.update(record_type.model._default_manager.defer("rendering").in_bulk(some))
        drafts += [
            Draft(
                record_type,
                item.document,
                rows.get(item.pk) if item.pk else None,
                _seen(item),
                returns=item.fate == Fate.NEW and item.pk is not None,
            )
            for item in mine
        ]
    return drafts


def _seen(item: Item) -> str:
    """Return the fingerprint of the record as the plan has seen it, empty of one that is new."""
    return fingerprint_of(str(item.state), item.before) if item.state and item.before else ""


def _propose(item: Item, consent: Consent, changes: Changes) -> None:
    record = item.record_type.model._default_manager.defer("rendering").get(pk=item.pk)
    builds_on = Proposal.objects.filter(number=item.builds_on).first() if item.builds_on else None
    change = proposals.Change(item.document, builds_on=builds_on)
    asked = {"reason": consent.reason, "address": consent.address, "expected": _seen(item)}
    open_already = Proposal.objects.open().to_record(item.record_type.name, item.slug)
    former = open_already.filter(author=consent.by.pk).first()
    proposal = proposals.propose(record, change, consent.by, consent.at, **asked)
    changes.note_proposal(item, proposal, former)


def _remember(source: str, plan: Plan, changes: Changes) -> None:
    """Keep what the source has said of each record, and how those stand that were written."""
    known = dict(Imported.objects.filter(source=source).values_list("key", "pk"))
    remembered = [item for item in plan.items if item.is_said_anew or item.fate == Fate.CHANGED]
    changes.note_rows(Imported.objects.filter(source=source), [item.key for item in remembered if item.key in known])
    written = {(item.record_type.name, item.slug): digest_of(item.document) for item in plan.of(Fate.NEW, Fate.CHANGED)}
    new: list[Imported] = []
    changed: list[Imported] = []
    for item in plan.items:
        if not item.is_said_anew or item.fate == Fate.LEFT or (item.key.startswith(FIXED) and item.fate != Fate.NEW):
            # What was left is not remembered, so that it is tried again; nor is what others have written.
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
            document=canonical_json(item.said).decode(),
            written=written.get((item.record_type.name, item.slug), ""),
        )
        (changed if row.pk else new).append(row)
    insert(new)
    Imported.objects.bulk_update(changed, ["digest", "document", "slug"], batch_size=200)
    told_before = {(row.record_type, row.slug) for row in changed}
    told_before |= {(item.record_type.name, item.slug) for item in plan.of(Fate.CHANGED)}
    _mark({record: digest for record, digest in written.items() if record in told_before}, changes)


def _mark(written: Mapping[tuple[str, str], str], changes: Changes) -> None:
    """Keep how records stand that this import has changed, with whatever any source has said of them."""
    rows = []
    for some in chunks(sorted({slug for _, slug in written})):
        for row in Imported.objects.filter(slug__in=some):
            digest = written.get((row.record_type, row.slug), row.written)
            if row.written != digest:
                changes.note_mark(row)
                row.written = digest
                rows.append(row)
    Imported.objects.bulk_update(rows, ["written"], batch_size=200)
