"""Writing what a preview has shown: new and changed drafts, and proposals for what is public, all or nothing.

All in one transaction, because rows of one file refer to each other: half of it would be a state that nobody has
read. What is faulty can be left out, but only if whoever imports says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from sanctions.editorial import proposals
from sanctions.editorial.bulk import Draft, write_drafts
from sanctions.editorial.procedure import REASONED, batch
from sanctions.exceptions import InvalidDocument, MoveRefused, Stale
from sanctions.spreadsheets.preview import Preview, refused
from sanctions.vocabulary import Move, VersionKind

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import wrote: how many drafts and proposals, in which batch of the log; ``None`` if nothing."""

    drafts: int
    proposals: int
    batch: int | None


@dataclass(frozen=True, slots=True)
class Consent:
    """What somebody who has seen a preview has agreed to.

    Why, as what kind of change to what is public, and whether without what is faulty.

    ``seal`` is that of the preview that was seen.
    """

    seal: str
    reason: str
    kind: VersionKind = VersionKind.UPDATE
    without_faulty: bool = False


def write(found: Preview, consent: Consent, by: AbstractBaseUser, at: datetime, *, address: str = "") -> Imported:
    """Write all that is good of a preview made just now, or nothing.

    :class:`Stale` if it is not the one that was seen; :class:`MoveRefused` if something is faulty and is not to be left
    out, or there is no reason.
    """
    if found.seal != consent.seal:
        raise Stale("The file would do something else now: records were changed meanwhile. Nothing was written.")
    if found.cut:
        raise MoveRefused("The file has more faults than are told at once. Nothing was written.")
    if found.faults and not consent.without_faulty:
        raise MoveRefused("The file has faults. Nothing was written: mend it, or leave out what is faulty.")
    if Move.PROPOSED in REASONED and not consent.reason.strip():
        raise MoveRefused("Give a reason: this is not done without one.")
    good = found.good
    drafts = [
        Draft(found.record_type, item.document, item.record, item.expected) for item in good if not item.is_proposal
    ]
    public = [item for item in good if item.is_proposal]
    with batch() as together, transaction.atomic():
        if drafts:
            write_drafts(drafts, by, at, reason=consent.reason, address=address)
        if problems := refused(found.record_type, public, at):
            raise InvalidDocument(problems)
        for item in public:
            # Tried together: each by itself would take a second for every dozen.
            change = proposals.Change(item.document, consent.kind, is_tried=True)
            if item.record is not None:
                proposals.propose(
                    item.record, change, by, at, reason=consent.reason, address=address, expected=item.expected
                )
    return Imported(len(drafts), len(public), together.number)
