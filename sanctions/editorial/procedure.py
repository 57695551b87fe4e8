"""The steps that all moves share: check, write and log in one transaction, under the lock of the ledger."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from sanctions.database.bulk_writes import insert
from sanctions.editorial.authors import Authors, authors_of
from sanctions.editorial.move_rules import MoveRule
from sanctions.editorial.permissions import may_publish, may_publish_kind
from sanctions.exceptions import InvalidDocument, InvalidReason, MoveRefused, NotPermitted, Problem, Stale
from sanctions.ledger.versions import Act, advance_head, append, canonical_json
from sanctions.models import LogEntry, Record
from sanctions.models.fields import validate_text
from sanctions.models.log import LONGEST_REASON
from sanctions.records.base import Document, RecordType
from sanctions.records.citation_support import unsourced
from sanctions.records.encode import encode
from sanctions.records.redirects import find_merged_references, merged_slugs
from sanctions.records.registry import type_of
from sanctions.records.validate import validate
from sanctions.vocabulary import Move, VersionKind

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


@dataclass(slots=True)
class MoveBatch:
    """Moves made together: ``number`` is that of the first of their log entries, ``None`` until it is written."""

    number: int | None = None


_batch: ContextVar[MoveBatch | None] = ContextVar("batch", default=None)


@contextmanager
def batch() -> Iterator[MoveBatch]:
    """Give all log entries that are written within the block the same batch number."""
    current = MoveBatch()
    token = _batch.set(current)
    try:
        yield current
    finally:
        _batch.reset(token)


def fingerprint(record: Record) -> str:
    """Return the fingerprint of a record's state and document; it differs after each change of either."""
    return document_fingerprint(*state_and_document(record))


def document_fingerprint(state: str, document: Document) -> str:
    """Return the fingerprint of a record with this state and document."""
    return json_digest({"state": state, "document": document})


def state_and_document(record: Record) -> tuple[str, Document]:
    """Return the stored state and document of a record."""
    stored = type(record)._default_manager.filter(pk=record.pk).values_list("state", flat=True).get()
    return str(stored), encode(type_of(record), record.pk)


def json_digest(value: Any) -> str:
    """Return the first 32 hexadecimal digits of the SHA-256 of a JSON value."""
    return hashlib.sha256(canonical_json(value)).hexdigest()[:32]


def require_unchanged(record: Record, expected: str) -> None:
    """Raise :class:`Stale` if a record no longer has the expected fingerprint; an empty one is not checked.

    The caller has locked the ledger, so that no other user changes the record after the check.
    """
    if expected:
        require_fingerprint(record, expected, *state_and_document(record))


def require_fingerprint(record: Record, expected: str, state: str, document: Document) -> None:
    """Check as :func:`require_unchanged`, with a state and document that were read already."""
    if expected and document_fingerprint(state, document) != expected:
        raise Stale(f"Another user changed {record.slug} since you read it. Nothing was written. Read it again.")


@contextmanager
def move_transaction(rule: MoveRule, act: Act) -> Iterator[Act]:
    """Check the reason and lock the ledger for one transaction; yield the act with its instant in the ledger.

    Every move locks the ledger first, so that two moves never deadlock.
    """
    act = replace(act, reason=clean_reason(rule, act.reason))
    with transaction.atomic():
        yield replace(act, at=advance_head(act.at))


@contextmanager
def record_move(record: Record, rule: MoveRule, act: Act, expected: str = "") -> Iterator[Act]:
    """Make a move of a record in one transaction, and log it at the end of the block."""
    with record_transaction(record, rule, act, expected) as act:
        yield act
        log_move(record, rule.move, act)


@contextmanager
def record_transaction(record: Record, rule: MoveRule, act: Act, expected: str = "") -> Iterator[Act]:
    """Start a move of a record, which the caller logs: check its fingerprint and state under the lock.

    Reads the record's state, author and approver again: another user may have moved it since it was read.
    """
    with move_transaction(rule, act) as act:
        lock_record(record)
        require_unchanged(record, expected)
        require_start(record, rule)
        yield act


def require_start(record: Record, rule: MoveRule) -> None:
    """Reject a move that changes the state if it does not start from the record's state."""
    if rule.leads_to is not None and record.state not in rule.starts:
        raise MoveRefused(f"{record.slug} is {record.get_state_display()}; this needs it to be {rule.start_labels}.")


def lock_record(record: Record) -> None:
    """Lock the record's row until the transaction ends, and read the columns that moves depend on again."""
    locked = type(record)._default_manager.select_for_update()
    try:
        record.refresh_from_db(fields=["slug", "state", "author", "approver"], from_queryset=locked)
    except type(record).DoesNotExist as error:
        raise MoveRefused(f"{record.slug} was deleted.") from error


def clean_reason(rule: MoveRule, reason: str) -> str:
    """Return the reason as it is stored: stripped, with normalized line breaks; :class:`InvalidReason` if invalid."""
    reason = reason.replace("\r\n", "\n").strip()
    if not reason and rule.needs_reason:
        raise InvalidReason("Give a reason: this move needs one.")
    if len(reason) > LONGEST_REASON:
        raise InvalidReason(f"The reason has {len(reason):,} characters; at most {LONGEST_REASON:,} are allowed.")
    try:
        validate_text(reason)
    except ValidationError as error:
        raise InvalidReason(f"The reason cannot be stored. {' '.join(error.messages)}") from error
    return reason


def log_move(record: Record, move: Move, act: Act, proposal: int | None = None) -> None:
    """Append a move of one record, or of a proposal for it, to the log."""
    log_moves([record], move, act, proposal)


def log_moves(records: Sequence[Record], move: Move, act: Act, proposal: int | None = None) -> None:
    """Append a move of each record to the log.

    Entries are numbered under the lock of the ledger: in the order of commits, without gaps.
    """
    if not records:
        return
    first = (LogEntry.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    current = _batch.get()
    if current is not None and current.number is None:
        current.number = first
    insert(
        [
            LogEntry(
                number=number,
                batch=current.number if current else None,
                proposal=proposal,
                record_type=type_of(record).name,
                slug=record.slug,
                move=move,
                by=act.name,
                at=act.at,
                reason=act.reason,
                address=act.address,
            )
            for number, record in enumerate(records, first)
        ]
    )


def require_valid(record_type: RecordType, document: Any) -> None:
    """Raise :class:`InvalidDocument` with all faults of a document."""
    problems = validate(record_type, document) or list(find_merged_references(record_type, document, merged_slugs()))
    if problems:
        raise InvalidDocument(problems)


def require_same_slug(record: Record, document: Document) -> None:
    """Reject a document with another slug than the record: other records refer to it by its slug."""
    if document["slug"] != record.slug:
        raise InvalidDocument(
            [Problem(f"{type_of(record).name} {record.slug}", "slug", f"It cannot change: keep {record.slug!r}.")]
        )


def require_approver(record: Record, by: AbstractBaseUser, authors: Authors | None = None) -> None:
    """Reject an approver who lacks the permission or is one of the authors."""
    if not may_publish(by, record, authors):
        raise NotPermitted(f"{by} may not publish {record.slug}: {unfit_approver(record, by, authors)}.")


def unfit_approver(record: Record, by: AbstractBaseUser, authors: Authors | None = None) -> str:
    """Return why a user may not approve a record, for the end of a message; it names the authors."""
    if not may_publish_kind(by, type(record)):
        return "that needs a reviewer"
    wrote = authors_of(record) if authors is None else authors
    return f"that needs a reviewer who did not write it, and {wrote} wrote it since it was last public"


def require_sources(record: Record, document: Document | None = None) -> None:
    """Reject a record that cites no source; a source itself needs none. Pass ``document`` if it was read already."""
    record_type = type_of(record)
    missing = unsourced(record_type, encode(record_type, record.pk) if document is None else document)
    if "" in missing:
        raise MoveRefused(f"{record.slug} has no citation. Cite a source before you publish it.")
    if missing:
        raise MoveRefused(
            f"{record.slug} has no citation for {', '.join(missing)}. Cite a source for the whole record, or for each "
            "of these by its path, before you publish it."
        )


def publish_version(record: Record, act: Act, kind: VersionKind) -> None:
    """Append the record's current document to the ledger, with the names of its authors."""
    record_type = type_of(record)
    append(record_type, [encode(record_type, record.pk)], with_authors(act, record, kind))


def with_authors(act: Act, record: Record, kind: VersionKind) -> Act:
    """Return the act with a kind of version and the names of the record's authors."""
    return replace(act, kind=kind, authors=authors_of(record).in_ledger)


def write_columns(record: Record, **values: object) -> None:
    """Set and save these columns of the record's own row, and no others."""
    for name, value in values.items():
        setattr(record, name, value)
    record.save(update_fields=list(values))
