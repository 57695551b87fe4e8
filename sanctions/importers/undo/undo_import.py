"""Undo an import: restore records that are unchanged since, and propose or report the rest.

Afterwards the source's memory is as if the import had never run: its snapshot's day is free, and the correct file
gives the same records under the same slugs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import transaction

from sanctions.database.bulk_writes import update_statistics, with_few_pages, without_collecting
from sanctions.editorial import proposals
from sanctions.editorial.authors import Author
from sanctions.editorial.move_table import REPLACE, RETRACT
from sanctions.editorial.permissions import may_ask_undo, may_undo_import, may_withdraw_undo
from sanctions.editorial.procedure import batch, move_transaction
from sanctions.editorial.write_back import (
    Former,
    delete_together,
    retract_together,
    reword_proposals,
    withdraw_together,
    write_former,
)
from sanctions.exceptions import InvalidDocument, InvalidReason, MoveRefused, NotPermitted, Stale
from sanctions.importers.base import REASON, Progress, no_progress
from sanctions.importers.undo.items import UndoFate, UndoItem, UndoPlan
from sanctions.importers.undo.planning import plan_undo, require_undoable
from sanctions.importers.undo.references import leave_referenced_records
from sanctions.ledger.versions import Act
from sanctions.models import Import, ImportChange, Imported, Proposal
from sanctions.models.log import LONGEST_REASON
from sanctions.records.base import RecordType
from sanctions.records.encode import chunks
from sanctions.vocabulary import State, VersionKind

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

# --- Asking ---------------------------------------------------------------------------------------


def request_undo(made: Import, act: Act) -> None:
    """Request the undo of a published import; a second person confirms it with :func:`undo_import`."""
    with move_transaction(RETRACT, act) as act:
        made.refresh_from_db(from_queryset=Import.objects.select_for_update())
        require_undoable(made)
        if not may_ask_undo(act.account):
            raise NotPermitted(f"{act.name} may not ask for the undo of an import: only users who may import can.")
        if made.is_undo_asked:
            raise MoveRefused(f"{made.undo_by} has already asked for the undo of import {made.number}.")
        _reason_naming_import(made, act.reason)
        made.undo_account_id, made.undo_by = act.account.pk, act.name
        made.undo_asked_at, made.undo_reason = act.at, act.reason
        made.save()


def withdraw_undo_request(made: Import, act: Act) -> None:
    """Withdraw the request to undo an import."""
    with move_transaction(REPLACE, act):
        made.refresh_from_db(from_queryset=Import.objects.select_for_update())
        if not made.is_undo_asked:
            raise MoveRefused(f"No user has asked for the undo of import {made.number}.")
        if not may_withdraw_undo(act.account, made):
            raise NotPermitted(
                f"{act.name} may not withdraw this: only {made.undo_by}, or a user who may publish everything that "
                "lists bring, can."
            )
        made.undo_account, made.undo_by, made.undo_asked_at, made.undo_reason = None, "", None, ""
        made.save()


def _reason_naming_import(made: Import, reason: str) -> str:
    """Return the reason for the ledger and the log: it names the import."""
    title = made.report.get("title") or made.source
    full = f"{REASON}{title}{f' as of {made.as_of}' if made.as_of else ''} undone: {reason}"
    if len(full) > LONGEST_REASON:
        most = LONGEST_REASON - (len(full) - len(reason))
        raise InvalidReason(f"The reason has {len(reason):,} characters; at most {most:,} are allowed.")
    return full


# --- Doing it -------------------------------------------------------------------------------------


def undo_import(
    made: Import,
    act: Act,
    *,
    seal: str = "",
    progress: Progress = no_progress,
) -> UndoPlan:
    """Undo an import in one transaction, and store the report with it.

    The undo of a published import takes two people: ``act.by`` confirms the request of another user
    (:func:`request_undo`), for the reason given then. ``seal`` is that of the plan that the user saw: raise
    :class:`Stale` if the plan has changed.
    """
    require_undoable(made)
    _require_second_person(made, act.account)
    with with_few_pages(), without_collecting(), batch() as together:
        if made.is_undo_asked:
            act = replace(act, reason=made.undo_reason)
        with move_transaction(RETRACT, act) as act:
            made.refresh_from_db(from_queryset=Import.objects.select_for_update())
            require_undoable(made)
            _require_second_person(made, act.account)
            plan = plan_undo(made)
            if seal and seal != plan.seal:
                raise Stale(
                    "Records have changed, so the undo would do something else than shown. Nothing was written. Read "
                    "it again."
                )
            author = made.undo_account or act.account
            correction = replace(
                act,
                reason=_reason_naming_import(made, act.reason),
                kind=VersionKind.CORRECTION,
                authors=author.get_username(),
            )
            _write(plan, author, correction, lambda done: progress("Undoing", done, len(plan.items)))
            _restore_memory(plan)
            if not made.is_public:
                # One person is enough, so a request of another is obsolete.
                made.undo_account = None
            made.undo_reason = act.reason
            made.undone_account_id, made.undone_by, made.undone_at = act.account.pk, act.name, act.at
            made.undo_report = plan.as_json(together.number)
            made.save()
    update_statistics(len(plan.items))
    return plan


def _require_second_person(made: Import, by: AbstractBaseUser) -> None:
    if may_undo_import(by, made):
        return
    if not made.is_public:
        raise NotPermitted(f"{by} may not undo import {made.number}: only {made.by} or an administrator can.")
    if not made.is_undo_asked:
        raise MoveRefused(
            f"Import {made.number} was public at once: its undo takes two people. One asks for it, and another who may "
            "publish confirms it."
        )
    if made.undo_account_id is None:
        raise NotPermitted(
            f"{made.undo_by}, who asked for the undo of import {made.number}, has no account any more. Withdraw "
            "the request in the admin, and ask again."
        )
    if made.undo_account_id == by.pk:
        raise NotPermitted("You have asked for this undo yourself: another reviewer must confirm it.")
    raise NotPermitted(
        f"{by} may not undo import {made.number}: only users who may publish everything that lists bring can."
    )


def _write(plan: UndoPlan, author: AbstractBaseUser, act: Act, progress: Callable[[int], object]) -> None:
    withdraw_together([item.proposal for item in plan.of(UndoFate.WITHDRAWN) if item.proposal], act)
    reworded = plan.of(UndoFate.REWORDED)
    reword_proposals([(item.proposal, item.proposal_before) for item in reworded if item.proposal], act)
    _write_formers(plan, author, act, progress)
    retract_together(_keys(plan, UndoFate.RETRACTED, is_created=True), act, progress)
    delete_together(_keys(plan, UndoFate.DELETED), act)
    for item in plan.of(UndoFate.PROPOSED):
        _propose(item, author, act)
        progress(1)


def _write_formers(plan: UndoPlan, author: AbstractBaseUser, act: Act, progress: Callable[[int], object]) -> None:
    """Restore documents; leave those that are no longer valid, such as one that refers to a deleted record."""
    while True:
        items = plan.of(UndoFate.CORRECTED, UndoFate.REWRITTEN)
        items += [item for item in plan.of(UndoFate.RETRACTED) if not item.was_created]
        authors = _authors_before(item.change_id for item in items if item.change_id)
        formers = [
            Former(
                item.record_type,
                item.slug,
                item.document,
                item.state,
                item.author_id,
                authors.get(item.change_id or 0, ()),
                was_public=item.state_now == State.PUBLISHED,
            )
            for item in items
        ]
        try:
            with transaction.atomic():
                write_former(formers, author, act, progress)
        except InvalidDocument as error:
            problems = {problem.record: problem for problem in error.problems}
            refused = [item for item in items if f"{item.record_type.name} {item.slug}" in problems]
            if not refused:
                raise
            for item in refused:
                problem = problems[f"{item.record_type.name} {item.slug}"]
                item.leave(f"It cannot be written back: {problem.path}: {problem.message}")
            leave_referenced_records(plan)
        else:
            return


def _authors_before(changes: Iterable[int]) -> dict[int, tuple[Author, ...]]:
    """Return all authors of the former documents, by the primary key of the change."""
    authors: dict[int, tuple[Author, ...]] = {}
    for chunk in chunks(changes):
        rows = ImportChange.authors_before.through._default_manager.filter(importchange__in=chunk).order_by("pk")
        for change, account, name in rows.values_list("importchange_id", "user_id", "user__username"):
            authors[change] = (*authors.get(change, ()), Author(account, name))
    return authors


def _keys(plan: UndoPlan, fate: UndoFate, *, is_created: bool | None = None) -> dict[RecordType, list[int]]:
    keys: dict[RecordType, list[int]] = defaultdict(list)
    for item in plan.of(fate):
        if item.pk is not None and is_created in (None, item.was_created):
            keys[item.record_type].append(item.pk)
    return keys


def _propose(item: UndoItem, author: AbstractBaseUser, act: Act) -> None:
    """Propose the former version in the name of the user who asked for the undo, and submit it for review."""
    record = item.record_type.model._default_manager.defer("rendering").get(pk=item.pk)
    open_already = Proposal.objects.open().to_record(item.record_type.name, item.slug)
    if own_proposal := open_already.filter(author=author.pk).first():
        item.leave(f"{item.why} {author} has proposal {own_proposal.number} for it, which would be lost.")
        return
    change = proposals.ProposedChange(item.document, VersionKind.CORRECTION)
    try:
        with transaction.atomic():
            proposal = proposals.propose(record, change, replace(act, by=author))
            proposals.submit(proposal, replace(act, by=author))
    except (MoveRefused, InvalidDocument) as refusal:
        item.leave(f"{item.why} {refusal}")


def _restore_memory(plan: UndoPlan) -> None:
    """Restore the source's statements from before the import."""
    made = plan.made
    # Records that are left are still the source's: without their rows the next import would create them again.
    staying = {item.record for item in plan.of(UndoFate.LEFT) if item.was_created and item.pk is not None}
    own_changes = made.changes.filter(source=made.source)
    rows = own_changes.filter(was_known=False).values_list("key", "record_type", "slug")
    forgotten = [key for key, noun, slug in rows if (noun, slug) not in staying]
    for chunk in chunks(forgotten):
        Imported.objects.filter(source=made.source, key__in=chunk).delete()
    for chunk in chunks(own_changes.filter(was_known=True).iterator()):
        former = {change.key: change for change in chunk}
        restored = []
        for row in Imported.objects.filter(source=made.source, key__in=list(former)):
            change = former[row.key]
            row.slug, row.digest = change.slug_before, change.digest_before
            row.document, row.written = change.document_before, change.written_before
            restored.append(row)
        Imported.objects.bulk_update(restored, ["slug", "digest", "document", "written"], batch_size=200)
    _restore_marks(made)


def _restore_marks(made: Import) -> None:
    """Restore the digests that the statements of other sources have for the restored records."""
    written = made.changes.exclude(wrote="").values_list("record_type", "slug", "wrote")
    wrote = {(noun, slug): digest for noun, slug, digest in written}
    for change in made.changes.exclude(source=made.source).defer("document_before"):
        rows = Imported.objects.filter(source=change.source, key=change.key)
        rows.filter(written=wrote.get((change.record_type, change.slug), "")).exclude(written="").update(
            written=change.written_before
        )
