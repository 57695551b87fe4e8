"""The moves of a record between its states: each checks permission and rules, writes and renders.

Every move is one transaction, so that nothing is half public. They raise :class:`MoveRefused` with the
reason for people.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from sanctions.editorial.permissions import may_edit, may_publish
from sanctions.exceptions import MoveRefused
from sanctions.models import Citation, Record, Source
from sanctions.records.encode import encode
from sanctions.records.ledger import Act, append
from sanctions.records.registry import type_of
from sanctions.records.render import render_with_dependents
from sanctions.vocabulary import State

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


def record_saved(record: Record, by: AbstractBaseUser, at: datetime) -> None:
    """Take note that somebody has saved the record's content (rows are written already).

    A draft gets its author; a published record is approved anew by who was allowed to change it.
    """
    with _move(record):
        if not may_edit(by, record):
            raise MoveRefused(f"{by} may not change {record.slug}, which is {record.get_state_display()}.")
        if record.is_published:
            _write(record, approver=by, author=None if record.author_id == by.pk else record.author)
            _version(record, by, at)
        else:
            _write(record, author=by, approver=None)
        render_with_dependents([record])


def submit(record: Record, by: AbstractBaseUser, at: datetime) -> None:
    """Hand a draft in for review."""
    with _move(record, State.DRAFT):
        if not may_edit(by, record):
            raise MoveRefused(f"{by} may not submit {record.slug}.")
        _write(record, state=State.IN_REVIEW, author=record.author or by)


def send_back(record: Record, by: AbstractBaseUser, at: datetime) -> None:
    """Return a record in review to its author as a draft."""
    with _move(record, State.IN_REVIEW):
        if not may_publish(by, record):
            raise MoveRefused(f"{by} may not return {record.slug}.")
        _write(record, state=State.DRAFT)


def publish(record: Record, by: AbstractBaseUser, at: datetime) -> None:
    """Make a record in review public: somebody else's work, with at least one source."""
    with _move(record, State.IN_REVIEW):
        if not may_publish(by, record):
            reason = "nobody approves their own work" if record.author_id == by.pk else "that needs a reviewer"
            raise MoveRefused(f"{by} may not publish {record.slug}: {reason}.")
        if not isinstance(record, Source) and not _cited(record):
            raise MoveRefused(f"{record.slug} has no citation: nothing is published without a source.")
        _write(record, state=State.PUBLISHED, approver=by)
        _version(record, by, at)
        render_with_dependents([record])


@contextmanager
def _move(record: Record, state: State | None = None) -> Iterator[None]:
    """Begin a move from the state: one transaction, in which nobody else moves the record.

    Whoever asked may have seen the record as it was before somebody else's move: its state, author and
    approver are read anew.
    """
    with transaction.atomic():
        locked = type(record)._default_manager.select_for_update()
        record.refresh_from_db(fields=["state", "author", "approver"], from_queryset=locked)
        if state is not None and record.state != state:
            raise MoveRefused(f"{record.slug} is {record.get_state_display()}; this needs it to be {state.label}.")
        yield


def _cited(record: Record) -> bool:
    return Citation.objects.filter(**{str(record._meta.model_name): record}).exists()


def _version(record: Record, by: AbstractBaseUser, at: datetime) -> None:
    """Append what the record says now to the ledger, with the names of its author and its approver."""
    record_type = type_of(record)
    author = record.author.get_username() if record.author else ""
    append(record_type, [encode(record_type, record.pk)], Act(at=at, author=author, approver=by.get_username()))


def _write(record: Record, **values: object) -> None:
    for name, value in values.items():
        setattr(record, name, value)
    record.save(update_fields=list(values))
