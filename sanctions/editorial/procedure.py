"""How every move is made: checked, in one transaction under the lock of the ledger, written and logged."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from sanctions.database.bulk_writes import insert
from sanctions.editorial.authors import Authors, authors_of
from sanctions.editorial.permissions import may_publish, may_publish_kind
from sanctions.exceptions import InvalidDocument, InvalidReason, MoveRefused, NotPermitted, Problem, Stale
from sanctions.ledger.versions import Act, advance_head, append, canonical_json
from sanctions.models import LogEntry, Record
from sanctions.models.fields import validate_text
from sanctions.models.log import LONGEST_REASON
from sanctions.records.base import Document, RecordType
from sanctions.records.citation_support import unsourced
from sanctions.records.encode import encode
from sanctions.records.redirects import merged_slugs, outdated
from sanctions.records.registry import type_of
from sanctions.records.validate import validate
from sanctions.vocabulary import Move, State, VersionKind

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

#: The moves that are made for a reason only: who is concerned has a right to know it. Saving a draft needs none.
REASONED: Final = frozenset(Move) - {Move.SAVED}
#: The state from which each move starts; the others start from any that permissions allow.
STARTS: Final = {
    Move.SUBMITTED: State.DRAFT,
    Move.RETURNED: State.IN_REVIEW,
    Move.PUBLISHED: State.IN_REVIEW,
    Move.RETRACTED: State.PUBLISHED,
    Move.RESTORED: State.RETRACTED,
}


@dataclass(slots=True)
class Step:
    """One move being made. ``at`` becomes the instant of the ledger at which it is."""

    move: Move
    by: AbstractBaseUser
    at: datetime
    reason: str = ""
    address: str = ""
    #: The fingerprint of the record as whoever makes the move has seen it; empty to make it however it stands.
    expected: str = ""
    proposal: int | None = None

    @property
    def name(self) -> str:
        """Name of who makes the move, for the log."""
        return self.by.get_username()


@dataclass(slots=True)
class SourceStep:
    """One move that no account makes but a source, under a name that no account can have."""

    move: Move
    name: str
    at: datetime
    reason: str
    proposal: int | None = None
    address: str = ""


#: A step of either kind, the same that goes in and comes out.
AnyStep = TypeVar("AnyStep", Step, SourceStep)


@dataclass(slots=True)
class Batch:
    """Moves made together: ``number`` is that of the first in the log, once there is one."""

    number: int | None = None


_batch: ContextVar[Batch | None] = ContextVar("batch", default=None)


@contextmanager
def batch() -> Iterator[Batch]:
    """Let the log say of all moves made within that they were made together."""
    together = Batch()
    token = _batch.set(together)
    try:
        yield together
    finally:
        _batch.reset(token)


def fingerprint(record: Record) -> str:
    """Return what tells a record from itself before and after a change: of its document and its state."""
    return fingerprint_of(*as_it_is(record))


def fingerprint_of(state: str, document: Document) -> str:
    """Return the fingerprint of a record that stands so and says that."""
    return digest_of({"state": state, "document": document})


def as_it_is(record: Record) -> tuple[str, Document]:
    """Return the state and the document of a record as they are stored."""
    stored = type(record)._default_manager.filter(pk=record.pk).values_list("state", flat=True).get()
    return str(stored), encode(type_of(record), record.pk)


def digest_of(value: Any) -> str:
    """Return 32 hexadecimal digits that stand for a JSON value."""
    return hashlib.sha256(canonical_json(value)).hexdigest()[:32]


def demand_unchanged(record: Record, expected: str) -> None:
    """Refuse what was meant for a record as it no longer is: :class:`Stale`. Nobody else writes meanwhile."""
    if expected:
        demand_seen(record, expected, *as_it_is(record))


def demand_seen(record: Record, expected: str, state: str, document: Document) -> None:
    """Refuse likewise, where it is known how the record stands and what it says."""
    if expected and fingerprint_of(state, document) != expected:
        raise Stale(f"{record.slug} was changed by somebody else meanwhile. Nothing was written.")


@contextmanager
def moving(step: AnyStep) -> Iterator[AnyStep]:
    """Check the reason, and lock the ledger for one transaction, in which nobody else makes a move.

    The ledger is locked first and by every move, so that two never wait for each other.
    """
    step.reason = checked_reason(step)
    with transaction.atomic():
        step.at = advance_head(step.at)
        yield step


@contextmanager
def making(record: Record, step: Step) -> Iterator[Step]:
    """Make a move of a record in one transaction, and log it when it is made.

    Whoever asked may have seen the record as it was before somebody else's move: its state, author and approver are
    read anew.
    """
    with moving(step):
        read_anew(record)
        demand_unchanged(record, step.expected)
        demand_start(record, step.move)
        yield step
        log(record, step)


def demand_start(record: Record, move: Move) -> None:
    """Refuse a move that starts from another state."""
    start = STARTS.get(move)
    if start is not None and record.state != start:
        raise MoveRefused(f"{record.slug} is {record.get_state_display()}; this needs it to be {start.label}.")


def read_anew(record: Record) -> None:
    """Read what moves depend on from the record's row, which is locked until the transaction ends."""
    locked = type(record)._default_manager.select_for_update()
    try:
        record.refresh_from_db(fields=["slug", "state", "author", "approver"], from_queryset=locked)
    except type(record).DoesNotExist as gone:
        raise MoveRefused(f"{record.slug} is not there any more.") from gone


def checked_reason(step: Step | SourceStep) -> str:
    """Return the reason as it is kept: without white space around it, with line breaks of one kind."""
    reason = step.reason.replace("\r\n", "\n").strip()
    if not reason and step.move in REASONED:
        raise InvalidReason("Give a reason: this is not done without one.")
    if len(reason) > LONGEST_REASON:
        raise InvalidReason(f"The reason has {len(reason):,} characters; at most {LONGEST_REASON:,} are allowed.")
    try:
        validate_text(reason)
    except ValidationError as error:
        raise InvalidReason(f"The reason cannot be kept. {' '.join(error.messages)}") from error
    return reason


def log(record: Record, step: Step | SourceStep) -> None:
    """Append a move of one record to the log; see :func:`log_all`."""
    log_all([record], step)


def log_all(records: Sequence[Record], step: Step | SourceStep) -> None:
    """Append a move of each record to the log.

    Numbers are given under the lock of the ledger: in the order of commits, without gaps.
    """
    if not records:
        return
    first = (LogEntry.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    together = _batch.get()
    if together is not None and together.number is None:
        together.number = first
    insert(
        [
            LogEntry(
                number=number,
                batch=together.number if together else None,
                proposal=step.proposal,
                record_type=type_of(record).name,
                slug=record.slug,
                move=step.move,
                by=step.name,
                at=step.at,
                reason=step.reason,
                address=step.address,
            )
            for number, record in enumerate(records, first)
        ]
    )


def demand_valid(record_type: RecordType, document: Any) -> None:
    """Refuse a document that has faults: :class:`InvalidDocument`."""
    problems = validate(record_type, document) or list(outdated(record_type, document, merged_slugs()))
    if problems:
        raise InvalidDocument(problems)


def demand_slug(record: Record, document: Document) -> None:
    """Refuse a document of another record: the slug is the name by which others refer to it."""
    if document["slug"] != record.slug:
        raise InvalidDocument(
            [Problem(f"{type_of(record).name} {record.slug}", "slug", f"This stays {record.slug!r}.")]
        )


def demand_approver(record: Record, by: AbstractBaseUser, authors: Authors | None = None) -> None:
    """Refuse to let anybody approve a record who may not, or who wrote some of it."""
    if not may_publish(by, record, authors):
        raise NotPermitted(f"{by} may not publish {record.slug}: {unfit_approver(record, by, authors)}.")


def unfit_approver(record: Record, by: AbstractBaseUser, authors: Authors | None = None) -> str:
    """Return why somebody may not approve a record, in words that name who wrote it."""
    if not may_publish_kind(by, type(record)):
        return "that needs a reviewer"
    wrote = authors_of(record) if authors is None else authors
    return f"nobody approves their own work, and {wrote} wrote it since it was last public"


def demand_sources(record: Record, document: Document | None = None) -> None:
    """Refuse to make public what has no source; a source needs no other. ``document`` is what it says, if known."""
    record_type = type_of(record)
    missing = unsourced(record_type, encode(record_type, record.pk) if document is None else document)
    if "" in missing:
        raise MoveRefused(f"{record.slug} has no citation: nothing is published without a source.")
    if missing:
        raise MoveRefused(
            f"{record.slug} has no citation for {', '.join(missing)}: nothing is published without a source. Cite one "
            "for the whole record, or for each of these by its path."
        )


def publish_version(record: Record, step: Step, kind: VersionKind) -> None:
    """Append what the record says now to the ledger."""
    record_type = type_of(record)
    append(record_type, [encode(record_type, record.pk)], act_of(record, step, kind))


def act_of(record: Record, step: Step, kind: VersionKind) -> Act:
    """Return the act of a move, with the names of all the record's authors and of who makes the move."""
    author = authors_of(record).in_ledger
    return Act(at=step.at, author=author, approver=step.by.get_username(), reason=step.reason, kind=kind)


def write(record: Record, **values: object) -> None:
    """Write columns of the record's own row, and nothing else of it."""
    for name, value in values.items():
        setattr(record, name, value)
    record.save(update_fields=list(values))
