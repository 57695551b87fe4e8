"""The moves of a record between its states: each checks permission and rules, writes, renders and logs.

Every move is one transaction, so that nothing is half public and nothing is done unseen. They raise
:class:`MoveRefused` with the reason for people. Each takes who makes it, when, why, and the network address it came
from, as text.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import ProtectedError

from sanctions.editorial.authors import add_authors, author_of, authors_of, forget_authors
from sanctions.editorial.permissions import (
    may_add,
    may_delete,
    may_edit,
    may_publish,
    may_restore,
    may_retract,
    may_undo,
    refusal,
)
from sanctions.editorial.procedure import (
    Step,
    act_of,
    demand_approver,
    demand_slug,
    demand_sources,
    demand_unchanged,
    demand_valid,
    log,
    making,
    moving,
    publish_version,
    unfit_approver,
    write,
)
from sanctions.exceptions import InvalidDocument, MoveRefused, NotPermitted
from sanctions.ledger.history import keep_history
from sanctions.ledger.versions import Act, advance_head, append, current_documents
from sanctions.loading.documents import Incoming, save_documents
from sanctions.models import LogEntry, Record, Redirect, Version
from sanctions.projections.renderings import render_with_dependents
from sanctions.records.base import Document, RecordType
from sanctions.records.encode import encode
from sanctions.records.redirects import merged_slugs, outdated
from sanctions.records.registry import type_of
from sanctions.vocabulary import Move, State, VersionKind

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


def record_saved(record: Record, by: AbstractBaseUser, at: datetime, *, reason: str = "", address: str = "") -> None:
    """Take note that somebody has saved the content of a record that is not public (rows are written already).

    Whoever saves is one of its authors; its owner stays who was first. Before the rows are written, :func:`hold` keeps
    anybody else from doing so.
    """
    with making(record, Step(Move.SAVED, by, at, reason, address)) as step:
        _demand_editable(record, by)
        _demand_no_merged(record)
        _written(record, step)
        render_with_dependents([record], step.at)


def _written(record: Record, step: Step) -> None:
    """Count who saved a record among its authors; its owner, on whose list of drafts it stands, stays the same."""
    add_authors([record], [author_of(step.by)], step.at)
    write(record, author=record.author or step.by, approver=None)


def _demand_no_merged(record: Record) -> None:
    """Refuse what refers to a record that was merged into another: :class:`InvalidDocument` names that."""
    record_type, merged = type_of(record), merged_slugs()
    if merged and (problems := list(outdated(record_type, encode(record_type, record.pk), merged))):
        raise InvalidDocument(problems)


def hold(record: Record, at: datetime, expected: str) -> None:
    """Keep everybody else from moving or saving anything until the caller's transaction ends.

    :class:`sanctions.exceptions.Stale` if the record is not what it was when its content was read.
    """
    advance_head(at)
    demand_unchanged(record, expected)


def create(
    record_type: RecordType,
    document: Document,
    by: AbstractBaseUser,
    at: datetime,
    *,
    reason: str = "",
    address: str = "",
) -> Record:
    """Write a document as a new draft. :class:`InvalidDocument` names every fault of it."""
    step = Step(Move.SAVED, by, at, reason, address)
    with moving(step):
        if not may_add(by, record_type.model):
            raise NotPermitted(f"{by} may not add records of the kind {record_type.name}.")
        demand_valid(record_type, document)
        rows = record_type.model._default_manager.filter(slug=document["slug"])
        if rows.exists():
            raise MoveRefused(f"There is a record with the slug {document['slug']!r} already.")
        save_documents([Incoming(record_type, document, State.DRAFT)], Act(step.at))
        record: Record = rows.defer("rendering").get()
        _written(record, step)
        keep_history(step.at, records={record_type.model: [record.pk]}, rows={})
        log(record, step)
    return record


def rewrite(
    record: Record,
    document: Document,
    by: AbstractBaseUser,
    at: datetime,
    *,
    reason: str = "",
    address: str = "",
    expected: str = "",
) -> None:
    """Let a record that is not public say what a document says. :class:`InvalidDocument` names every fault of it."""
    with making(record, Step(Move.SAVED, by, at, reason, address, expected)) as step:
        _demand_editable(record, by)
        record_type = type_of(record)
        demand_valid(record_type, document)
        demand_slug(record, document)
        save_documents([Incoming(record_type, document, State(record.state))], Act(step.at))
        _written(record, step)
        keep_history(step.at, records={record_type.model: [record.pk]}, rows={})


def _demand_editable(record: Record, by: AbstractBaseUser) -> None:
    if not may_edit(by, record):
        message = f"{by} may not change {record.slug}, which is {record.get_state_display()}."
        raise refusal(by, "change", record, message)


def submit(
    record: Record, by: AbstractBaseUser, at: datetime, *, reason: str = "", address: str = "", expected: str = ""
) -> None:
    """Hand a draft in for review."""
    with making(record, Step(Move.SUBMITTED, by, at, reason, address, expected)):
        if not may_edit(by, record):
            raise NotPermitted(f"{by} may not submit {record.slug}.")
        write(record, state=State.IN_REVIEW, author=record.author or by)


def send_back(
    record: Record, by: AbstractBaseUser, at: datetime, *, reason: str = "", address: str = "", expected: str = ""
) -> None:
    """Return a record in review to its author as a draft, with the reason."""
    with making(record, Step(Move.RETURNED, by, at, reason, address, expected)):
        if not may_publish(by, record):
            raise NotPermitted(f"{by} may not return {record.slug}: {unfit_approver(record, by)}.")
        write(record, state=State.DRAFT)


def publish(
    record: Record, by: AbstractBaseUser, at: datetime, *, reason: str = "", address: str = "", expected: str = ""
) -> None:
    """Make a record in review public: somebody else's work, with at least one source."""
    with making(record, Step(Move.PUBLISHED, by, at, reason, address, expected)) as step:
        demand_approver(record, by)
        demand_sources(record)
        write(record, state=State.PUBLISHED, approver=by)
        publish_version(record, step, VersionKind.UPDATE)
        render_with_dependents([record], step.at)


def retract(
    record: Record, by: AbstractBaseUser, at: datetime, *, reason: str = "", address: str = "", expected: str = ""
) -> None:
    """Take a published record back from the public, at once and by one reviewer; the reason is public.

    The ledger gets a retraction of what was public, the history keeps it, and nothing shows it any more.
    """
    with making(record, Step(Move.RETRACTED, by, at, reason, address, expected)) as step:
        if not may_retract(by, record):
            raise NotPermitted(f"{by} may not retract {record.slug}: that needs a reviewer.")
        record_type = type_of(record)
        if not current_documents(record_type, [record.slug]):
            # It came in without the ledger, which can take back only what it has.
            append(record_type, [encode(record_type, record.pk)], Act(at=step.at))
        write(record, state=State.RETRACTED)
        append(record_type, current_documents(record_type, [record.slug]), act_of(record, step, VersionKind.RETRACTION))
        render_with_dependents([record], step.at)


def restore(
    record: Record, by: AbstractBaseUser, at: datetime, *, reason: str = "", address: str = "", expected: str = ""
) -> None:
    """Make a retracted record public again: by a reviewer who neither wrote nor retracted it; the reason is public."""
    with making(record, Step(Move.RESTORED, by, at, reason, address, expected)) as step:
        if not may_restore(by, record):
            why = (
                f"nobody restores what they wrote or retracted; {authors_of(record)} wrote it"
                if may_retract(by, record)
                else "that needs a reviewer"
            )
            raise NotPermitted(f"{by} may not restore {record.slug}: {why}.")
        demand_sources(record)
        write(record, state=State.PUBLISHED, approver=by)
        publish_version(record, step, VersionKind.RESTORATION)
        render_with_dependents([record], step.at)


def delete(
    record: Record, by: AbstractBaseUser, at: datetime, *, reason: str = "", address: str = "", expected: str = ""
) -> None:
    """Delete a record that the public has never seen and that no other record names; its rows in history end."""
    with making(record, Step(Move.DELETED, by, at, reason, address, expected)) as step:
        if not may_delete(by, record):
            message = f"{by} may not delete {record.slug}, which is {record.get_state_display()}."
            raise refusal(by, "delete", record, message)
        _delete(record, step)


def take_back(record: Record, entry: LogEntry, step: Step) -> None:
    """Delete a draft that an entry of the log has made, as :func:`delete` does: also by whoever made it."""
    with making(record, step):
        if not may_undo(step.by, record, entry.by):
            message = f"{step.by} may not delete {record.slug}, which is {record.get_state_display()}."
            raise refusal(step.by, "delete", record, message)
        _delete(record, step)


def recall(record: Record, entry: LogEntry, step: Step) -> None:
    """Make a record in review a draft again, as :func:`send_back` does: also by whoever submitted it by an entry."""
    with making(record, step):
        if not may_undo(step.by, record, entry.by):
            raise NotPermitted(f"{step.by} may not return {record.slug}.")
        write(record, state=State.DRAFT)


def _delete(record: Record, step: Step) -> None:
    if Version.objects.filter(record_type=type_of(record).name, slug=record.slug).exists():
        raise MoveRefused(f"{record.slug} was public once: what the public has seen is not deleted.")
    if other := Redirect.objects.standing().filter(record_type=type_of(record).name, new=record.slug).first():
        raise MoveRefused(f"{record.slug} is not deleted: undo {other} first.")
    if naming := _named_in_sets(record):
        raise MoveRefused(f"{record.slug} is not deleted: {naming} refers to it.")
    pk = record.pk
    forget_authors(record)
    try:
        record.delete()
    except ProtectedError as error:
        row = next(iter(error.protected_objects))
        message = f"{record.slug} is not deleted: {row._meta.verbose_name} {row} refers to it."
        raise MoveRefused(message) from error
    keep_history(step.at, records={type(record): [pk]}, rows={})


def _named_in_sets(record: Record) -> str:
    """Return what names the record in a set of rows, such as the targets of a measure; empty if nothing does.

    A foreign key protects what it points to. A set does not: the row would silently leave it.
    """
    for relation in record._meta.related_objects:
        if relation.many_to_many and (
            row := relation.related_model._default_manager.filter(**{relation.field.name: record.pk}).first()
        ):
            return f"{row._meta.verbose_name} {row}"
    return ""
