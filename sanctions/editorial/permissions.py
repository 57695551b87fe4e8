"""Who may do what to a record. What each group may do is in :mod:`sanctions.accounts.permissions`."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Final

from sanctions.accounts.permissions import Action, accounts_with, has_permission
from sanctions.editorial.authors import Author, Authors, authors_of, authors_of_proposal
from sanctions.exceptions import MoveRefused, NotPermitted
from sanctions.ledger.versions import current_retraction
from sanctions.models import Import, Likeness, LogEntry, Proposal, Record, Remark
from sanctions.models.imports import IMPORTED
from sanctions.records.registry import BY_NAME, type_of
from sanctions.vocabulary import Sameness, State

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
    from django.db.models import QuerySet

#: The states of records that curators may change and administrators delete.
EDITABLE: Final = (State.DRAFT, State.IN_REVIEW)


def refusal(
    user: AbstractBaseUser | AnonymousUser, action: Action, record: Record | type[Record], message: str
) -> MoveRefused:
    """Return the exception for a move that needs a permission and a state.

    A user who has the permission gets :class:`MoveRefused`, because of the state; others get :class:`NotPermitted`.
    """
    return MoveRefused(message) if has_permission(user, action, record) else NotPermitted(message)


def may_read(user: AbstractBaseUser | AnonymousUser, record: Record | type[Record]) -> bool:
    """Whether the user may read the record in the admin, in any state."""
    return has_permission(user, Action.VIEW, record)


def may_add(user: AbstractBaseUser | AnonymousUser, model: type[Record]) -> bool:
    """Whether the user may create a record of the kind."""
    return has_permission(user, Action.ADD, model)


def may_edit(user: AbstractBaseUser | AnonymousUser, record: Record) -> bool:
    """Whether the user may change the content of the record.

    Curators may change drafts and records in review. Published records change only by proposals. Retracted records do
    not change, so that restoring one brings back the content that was public.
    """
    return record.state in EDITABLE and has_permission(user, Action.CHANGE, record)


def may_propose(user: AbstractBaseUser | AnonymousUser, record: Record) -> bool:
    """Whether the user may propose a change to the record, which is public."""
    return record.is_published and has_permission(user, Action.CHANGE, record)


def may_decide(user: AbstractBaseUser | AnonymousUser, record: Record, proposal: Proposal) -> bool:
    """Whether the user may accept or return a proposed change: needs the permission, and is not for its authors."""
    return has_permission(user, Action.PUBLISH, record) and not authors_of_proposal(proposal).include(user)


def may_submit_proposal(user: AbstractBaseUser | AnonymousUser, record: Record, proposal: Proposal) -> bool:
    """Whether the user may submit a proposed change for review: only its author, while the record is public."""
    return proposal.author_id == user.pk and may_propose(user, record)


def may_return(user: AbstractBaseUser | AnonymousUser, record: Record, proposal: Proposal) -> bool:
    """Whether the user may return a proposed change to its author: needs to be able to decide it, and an author."""
    return proposal.author_id is not None and may_decide(user, record, proposal)


def may_withdraw(user: AbstractBaseUser | AnonymousUser, record: Record, proposal: Proposal) -> bool:
    """Whether the user may withdraw a proposed change: its author, or a reviewer."""
    return proposal.author_id == user.pk or has_permission(user, Action.PUBLISH, record)


def reviewers_of(model: Record | type[Record]) -> QuerySet[User]:
    """Return the active accounts with the permission to approve records of the kind."""
    return accounts_with(Action.PUBLISH, model)


def may_publish_kind(user: AbstractBaseUser | AnonymousUser, model: type[Record]) -> bool:
    """Whether the user has the permission to approve records of the kind that other people wrote."""
    return has_permission(user, Action.PUBLISH, model)


def may_publish(user: AbstractBaseUser | AnonymousUser, record: Record, authors: Authors | None = None) -> bool:
    """Whether the user may approve the record: needs the permission, and is not for its authors.

    All users who saved it since it was last public are authors. Pass ``authors`` if they were read already.
    """
    return has_permission(user, Action.PUBLISH, record) and not (
        authors_of(record) if authors is None else authors
    ).include(user)


def may_retract(user: AbstractBaseUser | AnonymousUser, record: Record) -> bool:
    """Whether the user may retract the record: needs the permission, and is also for its authors.

    Wrong content must disappear at once; only restoring it needs a second person.
    """
    return has_permission(user, Action.PUBLISH, record)


def may_restore(user: AbstractBaseUser | AnonymousUser, record: Record) -> bool:
    """Whether the user may restore the record: needs to be able to approve it, and not to have retracted it."""
    return may_publish(user, record) and user.get_username() != _retracted_by(record)


def may_compare(user: AbstractBaseUser | AnonymousUser, model: type[Record]) -> bool:
    """Whether the user may decide whether two records of the kind are the same."""
    return has_permission(user, Action.CHANGE, model)


def may_merge(
    user: AbstractBaseUser | AnonymousUser,
    public: Iterable[type[Record]],
    pair: Likeness | None,
    authors: Authors | None = None,
) -> bool:
    """Whether the user may merge two records if public records change: the pair was decided to be the same.

    ``public`` contains the kinds of the public records that would change: the user must be able to approve all of
    them, and must not have decided the pair. ``authors`` wrote a draft that goes into a public record: they may not
    merge it. If no public record changes, :func:`may_compare` is enough.
    """
    decided = pair is not None and pair.decision == Sameness.SAME and not decider_of(pair).is_user(user)
    wrote = authors is not None and authors.include(user)
    return decided and not wrote and all(has_permission(user, Action.PUBLISH, model) for model in public)


def decider_of(pair: Likeness) -> Author:
    """Return the user who decided whether two records are the same."""
    return Author(pair.decider_id, pair.by)


def may_unmerge(user: AbstractBaseUser | AnonymousUser, model: type[Record], public: Iterable[type[Record]]) -> bool:
    """Whether the user may undo a merge: needs to be able to approve all public records that it changed.

    The user who merged may undo it too: wrong content must disappear at once, and the content that returns was
    approved before.
    """
    return has_permission(user, Action.CHANGE, model) and all(
        has_permission(user, Action.PUBLISH, kind) for kind in public
    )


def may_delete(user: AbstractBaseUser | AnonymousUser, record: Record) -> bool:
    """Whether the user may delete the record: needs the permission, and a record that is not public."""
    return has_permission(user, Action.DELETE, record) and record.state in EDITABLE


def may_import(user: AbstractBaseUser | AnonymousUser, *, is_public: bool = False) -> bool:
    """Whether the user may import lists, as drafts or as public records."""
    action = Action.PUBLISH if is_public else Action.ADD
    return all(has_permission(user, action, BY_NAME[noun].model) for noun in IMPORTED)


def may_mend_clock(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether the user may correct wrong instants of the ledger, together with another: may publish all kinds."""
    return all(has_permission(user, Action.PUBLISH, record_type.model) for record_type in BY_NAME.values())


def may_ask_undo(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether the user may ask for the undo of an import: all users who may import."""
    return may_import(user)


def may_undo_import(user: AbstractBaseUser | AnonymousUser, made: Import) -> bool:
    """Whether the user may undo the import.

    A public import is undone by two people: one asks, and another, who may publish all imported kinds, does it. For
    an import of drafts one person is enough: the user who imported, or one who may delete all imported kinds.
    """
    if made.is_public:
        return made.undo_account_id not in (None, user.pk) and may_import(user, is_public=True)
    return (made.account_id == user.pk and may_import(user)) or all(
        has_permission(user, Action.DELETE, BY_NAME[noun].model) for noun in IMPORTED
    )


def may_withdraw_undo(user: AbstractBaseUser | AnonymousUser, made: Import) -> bool:
    """Whether the user may withdraw the request to undo the import: the user who asked, or one who may publish it."""
    return made.is_undo_asked and (made.undo_account_id == user.pk or may_import(user, is_public=True))


def may_see_batch(user: AbstractBaseUser | AnonymousUser, makers: Collection[str]) -> bool:
    """Whether the user may see a batch of moves: needs to read the log, or to have made all moves (``makers``)."""
    return has_permission(user, Action.VIEW, LogEntry) or {*makers} == {user.get_username()}


def may_undo(user: AbstractBaseUser | AnonymousUser, record: Record, made_by: str) -> bool:
    """Whether the user may undo a move made in bulk to a record that is not public.

    A move of their own, if they may change the record; a move of another user, if they may delete it.
    """
    if record.state not in EDITABLE:
        return False
    return has_permission(user, Action.DELETE, record) or (
        user.get_username() == made_by and has_permission(user, Action.CHANGE, record)
    )


def may_review(user: AbstractBaseUser | AnonymousUser, record: Record, proposal: Proposal | None = None) -> bool:
    """Whether the user may decide a review: of a record, or of a proposed change to it."""
    return may_publish(user, record) if proposal is None else may_decide(user, record, proposal)


def may_remark(user: AbstractBaseUser | AnonymousUser, record: Record) -> bool:
    """Whether the user may take part in the discussion of the record and of changes to it: all curators."""
    return has_permission(user, Action.CHANGE, record)


def may_resolve(
    user: AbstractBaseUser | AnonymousUser, record: Record, remark: Remark, proposal: Proposal | None = None
) -> bool:
    """Whether the user may resolve a remark: the user who made it, or one who may decide the review."""
    return may_review(user, record, proposal) or (may_remark(user, record) and remark.account_id == user.pk)


def may_confirm(user: AbstractBaseUser | AnonymousUser, record: Record) -> bool:
    """Whether the user may confirm that the public record is still right."""
    return record.is_published and has_permission(user, Action.CHANGE, record)


def _retracted_by(record: Record) -> str | None:
    """Return the name of the user who retracted the record, from the ledger."""
    retraction = current_retraction(type_of(record), record.slug)
    return retraction.approver if retraction else None
