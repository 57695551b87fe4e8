"""Write what a preview has shown: new and changed drafts, and proposals for public records, all or nothing.

One transaction, because records of one file refer to each other. Faulty records are left out only if the user says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from sanctions.editorial import proposals
from sanctions.editorial.bulk import Draft, write_drafts
from sanctions.editorial.move_table import PROPOSE
from sanctions.editorial.procedure import batch
from sanctions.exceptions import InvalidDocument, MoveRefused, Stale
from sanctions.ledger.versions import Act
from sanctions.spreadsheets.preview import Preview, refused
from sanctions.vocabulary import VersionKind

if TYPE_CHECKING:
    pass


@dataclass(frozen=True, slots=True)
class SheetImport:
    """What an import wrote: how many drafts and proposals, and their batch in the log; ``None`` if nothing."""

    drafts: int
    proposals: int
    batch: int | None


@dataclass(frozen=True, slots=True)
class SheetConsent:
    """What a user who has seen a preview agrees to.

    ``seal`` is that of the preview; ``kind`` is the kind of change to public records.
    """

    seal: str
    kind: VersionKind = VersionKind.UPDATE
    without_faulty: bool = False


def write(preview: Preview, consent: SheetConsent, act: Act) -> SheetImport:
    """Write the good records of a preview made just now, or nothing.

    Raise :class:`Stale` if it differs from the preview that the user saw; :class:`MoveRefused` if a record is faulty
    and is not to be left out, or if the reason is missing.
    """
    if preview.seal != consent.seal:
        raise Stale("Records have changed since the preview, so the file would do something else. Nothing was written.")
    if preview.cut:
        raise MoveRefused("The file has more faults than are listed at once. Nothing was written.")
    if preview.faults and not consent.without_faulty:
        raise MoveRefused("The file has faults. Nothing was written. Correct it, or leave out the faulty records.")
    if PROPOSE.needs_reason and not act.reason.strip():
        raise MoveRefused("A reason is required.")
    good = preview.good
    drafts = [
        Draft(preview.record_type, item.document, item.record, item.expected) for item in good if not item.is_proposal
    ]
    public = [item for item in good if item.is_proposal]
    with batch() as together, transaction.atomic():
        if drafts:
            write_drafts(drafts, act)
        if problems := refused(preview.record_type, public, act.at):
            raise InvalidDocument(problems)
        for item in public:
            # Checked together: checking each alone would take a second for every dozen.
            change = proposals.ProposedChange(item.document, consent.kind, is_tried=True)
            if item.record is not None:
                proposals.propose(item.record, change, act, expected=item.expected)
    return SheetImport(len(drafts), len(public), together.number)
