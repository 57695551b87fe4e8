"""The moves of a record between its states: each checks permission and rules, writes, renders and logs.

Every move is one transaction, so that no record is half public and no change is missing from the log. A move that the
rules do not allow raises :class:`MoveRefused` with a message for the user. The :class:`Act` states who makes the move,
when, why, and from which network address.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import ProtectedError

from sanctions.accounts.permissions import Action
from sanctions.editorial.authors import add_authors, author_of, authors_of, forget_authors
from sanctions.editorial.move_table import (
    CREATE,
    DELETE,
    PUBLISH,
    REPLACE,
    RESTORE,
    RETRACT,
    RETURN,
    SUBMIT,
)
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
    log_move,
    move_transaction,
    publish_version,
    record_move,
    require_approver,
    require_same_slug,
    require_sources,
    require_unchanged,
    require_valid,
    unfit_approver,
    with_authors,
    write_columns,
)
from sanctions.exceptions import InvalidDocument, MoveRefused, NotPermitted
from sanctions.ledger.history import keep_history
from sanctions.ledger.versions import Act, advance_head, append, current_documents
from sanctions.loading.documents import Incoming, save_documents
from sanctions.models import LogEntry, Record, Redirect, Version
from sanctions.projections.renderings import render_with_dependents
from sanctions.records.base import Document, RecordType
from sanctions.records.encode import encode
from sanctions.records.redirects import find_merged_references, merged_slugs
from sanctions.records.registry import type_of
from sanctions.vocabulary import State, VersionKind

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


def record_saved(record: Record, act: Act) -> None:
    """Log that the content of a record that is not public was saved; its rows are written already.

    The user who saves becomes one of its authors; its owner stays the first of them. Call :func:`lock_unchanged` before
    the rows are written, so that no other user writes at the same time.
    """
    with record_move(record, REPLACE, act) as act:
        _require_editable(record, act.account)
        _require_no_merged(record)
        _add_author(record, act)
        render_with_dependents([record], act.at)


def _add_author(record: Record, act: Act) -> None:
    """Add the user who saved a record to its authors; the owner, whose list of drafts contains it, stays the same."""
    add_authors([record], [author_of(act.account)], act.at)
    write_columns(record, author=record.author or act.account, approver=None)


def _require_no_merged(record: Record) -> None:
    """Reject references to a record that was merged into another; :class:`InvalidDocument` lists them."""
    record_type, merged = type_of(record), merged_slugs()
    if merged and (problems := list(find_merged_references(record_type, encode(record_type, record.pk), merged))):
        raise InvalidDocument(problems)


def lock_unchanged(record: Record, at: datetime, expected: str) -> None:
    """Lock out all other moves and saves until the caller's transaction ends.

    :class:`sanctions.exceptions.Stale` if the record changed since its content was read.
    """
    advance_head(at)
    require_unchanged(record, expected)


def create(record_type: RecordType, document: Document, act: Act) -> Record:
    """Write a document as a new draft; :class:`InvalidDocument` lists every fault."""
    with move_transaction(CREATE, act) as act:
        if not may_add(act.account, record_type.model):
            raise NotPermitted(f"{act.name} may not add records of the kind {record_type.name}.")
        require_valid(record_type, document)
        rows = record_type.model._default_manager.filter(slug=document["slug"])
        if rows.exists():
            raise MoveRefused(f"A record with the slug {document['slug']!r} exists already.")
        save_documents([Incoming(record_type, document, State.DRAFT)], act)
        record: Record = rows.defer("rendering").get()
        _add_author(record, act)
        keep_history(act.at, records={record_type.model: [record.pk]}, rows={})
        log_move(record, CREATE.move, act)
    return record


def rewrite(record: Record, document: Document, act: Act, *, expected: str = "") -> None:
    """Replace the content of a record that is not public by a document; :class:`InvalidDocument` lists every fault."""
    with record_move(record, REPLACE, act, expected) as act:
        _require_editable(record, act.account)
        record_type = type_of(record)
        require_valid(record_type, document)
        require_same_slug(record, document)
        save_documents([Incoming(record_type, document, State(record.state))], act)
        _add_author(record, act)
        keep_history(act.at, records={record_type.model: [record.pk]}, rows={})


def _require_editable(record: Record, by: AbstractBaseUser) -> None:
    if not may_edit(by, record):
        message = f"{by} may not change {record.slug}, which is {record.get_state_display()}."
        raise refusal(by, Action.CHANGE, record, message)


def submit(record: Record, act: Act, *, expected: str = "") -> None:
    """Submit a draft for review."""
    with record_move(record, SUBMIT, act, expected) as act:
        if not may_edit(act.account, record):
            raise NotPermitted(f"{act.name} may not submit {record.slug}.")
        write_columns(record, state=SUBMIT.end, author=record.author or act.account)


def send_back(record: Record, act: Act, *, expected: str = "") -> None:
    """Return a record in review to its author as a draft, with the reason."""
    with record_move(record, RETURN, act, expected) as act:
        if not may_publish(act.account, record):
            raise NotPermitted(f"{act.name} may not return {record.slug}: {unfit_approver(record, act.account)}.")
        write_columns(record, state=RETURN.end)


def publish(record: Record, act: Act, *, expected: str = "") -> None:
    """Publish a record in review that other people wrote and that cites a source."""
    with record_move(record, PUBLISH, act, expected) as act:
        require_approver(record, act.account)
        require_sources(record)
        write_columns(record, state=PUBLISH.end, approver=act.account)
        publish_version(record, act, VersionKind.UPDATE)
        render_with_dependents([record], act.at)


def retract(record: Record, act: Act, *, expected: str = "") -> None:
    """Withdraw a published record from the public, at once and by one reviewer; the reason is public.

    The ledger gets a retraction of the public version, history keeps the rows, and no page shows them.
    """
    with record_move(record, RETRACT, act, expected) as act:
        if not may_retract(act.account, record):
            raise NotPermitted(f"{act.name} may not retract {record.slug}: that needs a reviewer.")
        record_type = type_of(record)
        if not current_documents(record_type, [record.slug]):
            # Written without the ledger, which can retract only a version that it contains.
            append(record_type, [encode(record_type, record.pk)], Act(at=act.at))
        write_columns(record, state=RETRACT.end)
        append(
            record_type,
            current_documents(record_type, [record.slug]),
            with_authors(act, record, VersionKind.RETRACTION),
        )
        render_with_dependents([record], act.at)


def restore(record: Record, act: Act, *, expected: str = "") -> None:
    """Publish a retracted record again, by a reviewer who neither wrote nor retracted it; the reason is public."""
    with record_move(record, RESTORE, act, expected) as act:
        if not may_restore(act.account, record):
            why = (
                f"that needs a reviewer who neither wrote nor retracted it; {authors_of(record)} wrote it"
                if may_retract(act.account, record)
                else "that needs a reviewer"
            )
            raise NotPermitted(f"{act.name} may not restore {record.slug}: {why}.")
        require_sources(record)
        write_columns(record, state=RESTORE.end, approver=act.account)
        publish_version(record, act, VersionKind.RESTORATION)
        render_with_dependents([record], act.at)


def delete(record: Record, act: Act, *, expected: str = "") -> None:
    """Delete a record that was never public and that no other record refers to; its rows in history end."""
    with record_move(record, DELETE, act, expected) as act:
        if not may_delete(act.account, record):
            message = f"{act.name} may not delete {record.slug}, which is {record.get_state_display()}."
            raise refusal(act.account, Action.DELETE, record, message)
        _delete(record, act)


def take_back(record: Record, entry: LogEntry, act: Act) -> None:
    """Delete a draft that an entry of the log has created, as :func:`delete` does; its creator may do so too."""
    with record_move(record, DELETE, act) as act:
        if not may_undo(act.account, record, entry.by):
            message = f"{act.name} may not delete {record.slug}, which is {record.get_state_display()}."
            raise refusal(act.account, Action.DELETE, record, message)
        _delete(record, act)


def recall(record: Record, entry: LogEntry, act: Act) -> None:
    """Make a record in review a draft again, as :func:`send_back` does; the user who submitted it may do so too."""
    with record_move(record, RETURN, act) as act:
        if not may_undo(act.account, record, entry.by):
            raise NotPermitted(f"{act.name} may not return {record.slug}.")
        write_columns(record, state=RETURN.end)


def _delete(record: Record, act: Act) -> None:
    if Version.objects.filter(record_type=type_of(record).name, slug=record.slug).exists():
        raise MoveRefused(f"{record.slug} cannot be deleted: it was public once, and its versions are kept.")
    if other := Redirect.objects.in_effect().filter(record_type=type_of(record).name, new=record.slug).first():
        raise MoveRefused(f"{record.slug} is not deleted: undo {other} first.")
    if referrer := _find_referrer_by_set(record):
        raise MoveRefused(f"{record.slug} is not deleted: {referrer} refers to it.")
    pk = record.pk
    forget_authors(record)
    try:
        record.delete()
    except ProtectedError as error:
        row = next(iter(error.protected_objects))
        message = f"{record.slug} is not deleted: {row._meta.verbose_name} {row} refers to it."
        raise MoveRefused(message) from error
    keep_history(act.at, records={type(record): [pk]}, rows={})


def _find_referrer_by_set(record: Record) -> str:
    """Return a row that refers to the record by a many-to-many relation, such as targets; empty if none does.

    A foreign key protects the row that it points to. A many-to-many relation does not: the link would silently vanish.
    """
    for relation in record._meta.related_objects:
        if relation.many_to_many and (
            row := relation.related_model._default_manager.filter(**{relation.field.name: record.pk}).first()
        ):
            return f"{row._meta.verbose_name} {row}"
    return ""
