"""The work around a review: assignments, remarks, and the confirmation that a public record is still right.

None of it is ever public. Each function is one transaction and raises :class:`~sanctions.exceptions.MoveRefused` with
a message for the user. Decisions are logged; remarks have their own table and are never deleted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from sanctions.editorial.authors import Authors, authors_of, authors_of_proposal, move_authors_to_slug
from sanctions.editorial.move_rules import MoveRule
from sanctions.editorial.move_table import ASSIGN, CONFIRM, RESOLVE, UNASSIGN
from sanctions.editorial.permissions import may_confirm, may_remark, may_resolve, may_review, reviewers_of
from sanctions.editorial.procedure import lock_record, log_move, move_transaction, record_move
from sanctions.exceptions import MoveRefused
from sanctions.ledger.versions import Act, advance_head
from sanctions.models import Assignment, Proposal, Record, Remark
from sanctions.models.fields import validate_text
from sanctions.models.reviews import LONGEST_REMARK
from sanctions.records.registry import type_of
from sanctions.vocabulary import ProposalState, RemarkKind, State

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, User


@dataclass(frozen=True, slots=True)
class Matter:
    """The subject of a review: a record, or a proposed change to it."""

    record: Record
    proposal: Proposal | None = None

    def __str__(self) -> str:
        return str(self.proposal) if self.proposal else self.record.slug

    @property
    def number(self) -> int | None:
        """The number of the proposed change; ``None`` for the record itself."""
        return self.proposal.number if self.proposal else None

    @property
    def authors(self) -> Authors:
        """All users who wrote it."""
        return authors_of(self.record) if self.proposal is None else authors_of_proposal(self.proposal)

    @property
    def in_review(self) -> bool:
        """Whether it waits for a reviewer."""
        if self.proposal is not None:
            return self.proposal.state == ProposalState.IN_REVIEW
        return self.record.state == State.IN_REVIEW

    @property
    def assignment(self) -> Assignment | None:
        """The stored assignment; ``None`` if it is not assigned."""
        assignment: Assignment | None = Assignment.objects.about(*self.key).first()
        return assignment

    @property
    def key(self) -> tuple[str, str, int | None]:
        """Noun, slug and number: the columns of the rows that belong to it."""
        return type_of(self.record).name, self.record.slug, self.number


def assignable_accounts(matter: Matter) -> QuerySet[User]:
    """Return the accounts that may review it, by name: active, with the permission, and not among its authors."""
    return reviewers_of(matter.record).exclude(pk__in=matter.authors.accounts).order_by("username")


def assign(matter: Matter, assignee: AbstractBaseUser, due_on: date | None, act: Act) -> Assignment:
    """Assign the review to a user, with a due date or without; replaces an earlier assignment."""
    reason = f"To {assignee.get_username()}{f', until {due_on.isoformat()}' if due_on else ''}. {act.reason}".strip()
    with _review_move(matter, ASSIGN, replace(act, reason=reason)) as act:
        if not may_review(act.account, matter.record, matter.proposal):
            raise MoveRefused(
                f"{act.name} may not assign the review of {matter}: that needs a reviewer who is not its author."
            )
        if not matter.in_review:
            raise MoveRefused(f"{matter} is not in review. Only what is in review can be assigned.")
        if not assignable_accounts(matter).filter(pk=assignee.pk).exists():
            raise MoveRefused(f"{assignee} may not review {matter}: that needs a reviewer who is not its author.")
        if due_on is not None and due_on < act.at.astimezone(UTC).date():
            raise MoveRefused(f"Due date: {due_on.isoformat()} is past. Give today's date or a later one, or none.")
        assignment = matter.assignment or _new_assignment(matter)
        if (assignment.assignee_id, assignment.due_on) == (assignee.pk, due_on) and assignment.pk:
            raise MoveRefused(f"Nothing would change: {matter} is assigned to {assignee} already.")
        assignment.assignee_id, assignment.name, assignment.due_on = assignee.pk, assignee.get_username(), due_on
        assignment.set_by, assignment.set_at = act.name, act.at
        assignment.save()
    return assignment


def unassign(matter: Matter, act: Act) -> None:
    """Remove the assignment; needs a reviewer who is not an author, such as the assignee."""
    assignment = matter.assignment
    # Without an assignment the move is rejected below, under the lock.
    reason = f"From {assignment.name}. {act.reason}".strip() if assignment else "Not assigned."
    with _review_move(matter, UNASSIGN, replace(act, reason=reason)) as act:
        if not may_review(act.account, matter.record, matter.proposal):
            raise MoveRefused(
                f"{act.name} may not assign the review of {matter}: that needs a reviewer who is not its author."
            )
        if not Assignment.objects.about(*matter.key).delete()[0]:
            raise MoveRefused(f"{matter} is not assigned.")


def add_remark(matter: Matter, text: str, act: Act, *, kind: RemarkKind = RemarkKind.REMARK) -> Remark:
    """Add a remark to the discussion; it is never deleted. A request for retraction needs a public record."""
    text = checked_remark(text)
    with transaction.atomic():
        instant = advance_head(act.at)
        _lock(matter)
        if not may_remark(act.account, matter.record):
            raise MoveRefused(f"{act.name} may not take part in the discussion of {matter}.")
        if kind == RemarkKind.RETRACTION and (matter.proposal or not matter.record.is_published):
            raise MoveRefused(f"{matter} is not published. Only a published record can be retracted.")
        record_type, slug, proposal = matter.key
        added: Remark = Remark.objects.create(
            record_type=record_type,
            slug=slug,
            proposal=proposal,
            kind=RemarkKind(kind),
            text=text,
            account_id=act.account.pk,
            by=act.name,
            at=instant,
            address=act.address,
        )
    return added


def resolve(matter: Matter, resolved: Remark, act: Act) -> None:
    """Mark a remark as resolved: done, or not needed; its author or a reviewer of the matter may."""
    with _review_move(matter, RESOLVE, act) as act:
        resolved.refresh_from_db(from_queryset=Remark.objects.select_for_update())
        if (resolved.record_type, resolved.slug, resolved.proposal) != matter.key:
            raise MoveRefused(f"The remark is not about {matter}.")
        if not may_resolve(act.account, matter.record, resolved, matter.proposal):
            raise MoveRefused(
                f"{act.name} may not resolve the remark of {resolved.by}: that needs a reviewer, or {resolved.by}."
            )
        if not resolved.is_open:
            raise MoveRefused(f"{resolved.resolved_by} has resolved the remark already.")
        resolved.resolved_by, resolved.resolved_at = act.name, act.at
        resolved.save(update_fields=["resolved_by", "resolved_at"])


def confirm(record: Record, act: Act, *, expected: str = "") -> None:
    """Confirm that a published record is still right; the reason states what it was checked against.

    Writes only the entry of the log, which :mod:`sanctions.editorial.freshness` reads.
    """
    with record_move(record, CONFIRM, act, expected) as act:
        if not may_confirm(act.account, record):
            raise MoveRefused(f"{act.name} may not confirm {record.slug}, which is {record.get_state_display()}.")


def move_to_slug(record_type: str, before: str, after: str) -> None:
    """Move assignments, remarks and authors of a draft to its new slug, within the caller's transaction."""
    for model in (Assignment, Remark):
        model.objects.about(record_type, before).update(slug=after)
    move_authors_to_slug(record_type, before, after)


def checked_remark(text: str) -> str:
    """Return the text of a remark as it is stored: stripped, with normalized line breaks."""
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise MoveRefused("Remark: write a text.")
    if len(text) > LONGEST_REMARK:
        raise MoveRefused(f"Remark: it has {len(text):,} characters; at most {LONGEST_REMARK:,} are allowed.")
    try:
        validate_text(text)
    except ValidationError as error:
        raise MoveRefused(f"Remark: it cannot be stored. {' '.join(error.messages)}") from error
    return text


@contextmanager
def _review_move(matter: Matter, rule: MoveRule, act: Act) -> Iterator[Act]:
    """Make a move about a matter under review in one transaction, and log it at the end of the block."""
    with move_transaction(rule, act) as act:
        _lock(matter)
        yield act
        log_move(matter.record, rule.move, act, matter.number)


def _lock(matter: Matter) -> None:
    """Lock the record, and read what decisions depend on again: another user may have moved it since it was read."""
    lock_record(matter.record)
    if matter.proposal is not None:
        matter.proposal.refresh_from_db(fields=["state", "author"])
        if (matter.proposal.record_type, matter.proposal.slug) != matter.key[:2]:
            raise MoveRefused(f"{matter.proposal} is not about {matter.record.slug}.")


def _new_assignment(matter: Matter) -> Assignment:
    record_type, slug, proposal = matter.key
    return Assignment(record_type=record_type, slug=slug, proposal=proposal)
