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
    """Return the refusal of what needs a permission and a state: whoever has the permission is told of the state."""
    return MoveRefused(message) if has_permission(user, action, record) else NotPermitted(message)


def may_read(user: AbstractBaseUser | AnonymousUser, record: Record | type[Record]) -> bool:
    """Whether the user may read at the desk what a record says, in any state."""
    return has_permission(user, Action.VIEW, record)


def may_add(user: AbstractBaseUser | AnonymousUser, model: type[Record]) -> bool:
    """Whether the user may begin a record of the kind."""
    return has_permission(user, Action.ADD, model)


def may_edit(user: AbstractBaseUser | AnonymousUser, record: Record) -> bool:
    """Whether the user may change what the record says now.

    Drafts and records in review are open to curators. What is published is changed by proposals only; what is retracted
    by nobody, so that restoring it brings back what was public.
    """
    return record.state in EDITABLE and has_permission(user, Action.CHANGE, record)


def may_propose(user: AbstractBaseUser | AnonymousUser, record: Record) -> bool:
    """Whether the user may propose a change to the record, which is public."""
    return record.is_published and has_permission(user, Action.CHANGE, record)


def may_decide(user: AbstractBaseUser | AnonymousUser, record: Record, proposal: Proposal) -> bool:
    """Whether the user may accept or return a proposed change: with the permission, and not as one of its authors."""
    return has_permission(user, Action.PUBLISH, record) and not authors_of_proposal(proposal).include(user)


def may_submit_proposal(user: AbstractBaseUser | AnonymousUser, record: Record, proposal: Proposal) -> bool:
    """Whether the user may submit a proposed change for review: its author, while the record is public."""
    return proposal.author_id == user.pk and may_propose(user, record)


def may_return(user: AbstractBaseUser | AnonymousUser, record: Record, proposal: Proposal) -> bool:
    """Whether the user may return a proposed change to its author: who may decide it, if it has an author."""
    return proposal.author_id is not None and may_decide(user, record, proposal)


def may_withdraw(user: AbstractBaseUser | AnonymousUser, record: Record, proposal: Proposal) -> bool:
    """Whether the user may take a proposed change off the desk: its author, or whoever may decide it."""
    return proposal.author_id == user.pk or has_permission(user, Action.PUBLISH, record)


def reviewers_of(model: Record | type[Record]) -> QuerySet[User]:
    """Return the active accounts with the permission to approve records of the kind."""
    return accounts_with(Action.PUBLISH, model)


def may_publish_kind(user: AbstractBaseUser | AnonymousUser, model: type[Record]) -> bool:
    """Whether the user has the permission to approve records of the kind, as long as they wrote nothing in them."""
    return has_permission(user, Action.PUBLISH, model)


def may_publish(user: AbstractBaseUser | AnonymousUser, record: Record, authors: Authors | None = None) -> bool:
    """Whether the user may approve the record: with the permission, and if they wrote nothing of what it says.

    Everybody who saved it since it was last public is an author. ``authors`` are these, where they were read already.
    """
    return has_permission(user, Action.PUBLISH, record) and not (
        authors_of(record) if authors is None else authors
    ).include(user)


def may_retract(user: AbstractBaseUser | AnonymousUser, record: Record) -> bool:
    """Whether the user may take the record back: with the permission, also as its author.

    What is wrong must be gone at once; a second pair of eyes is needed to bring it back.
    """
    return has_permission(user, Action.PUBLISH, record)


def may_restore(user: AbstractBaseUser | AnonymousUser, record: Record) -> bool:
    """Whether the user may make the record public again: who may approve it, and did not retract it."""
    return may_publish(user, record) and user.get_username() != _retracted_by(record)


def may_compare(user: AbstractBaseUser | AnonymousUser, model: type[Record]) -> bool:
    """Whether the user may say of two records of the kind whether they are the same."""
    return has_permission(user, Action.CHANGE, model)


def may_merge(
    user: AbstractBaseUser | AnonymousUser,
    public: Iterable[type[Record]],
    pair: Likeness | None,
    authors: Authors | None = None,
) -> bool:
    """Whether the user may merge two records of which somebody has said that they are the same.

    ``public`` has the kinds of the public records that would change: whoever may approve all of these, and has not
    said so. ``authors`` wrote the record that would go into a public one without having been public itself: they may
    not either. Where there is none, see :func:`may_compare`.
    """
    decided = pair is not None and pair.decision == Sameness.SAME and not decider_of(pair).is_user(user)
    wrote = authors is not None and authors.include(user)
    return decided and not wrote and all(has_permission(user, Action.PUBLISH, model) for model in public)


def decider_of(pair: Likeness) -> Author:
    """Return who has decided whether two records are the same."""
    return Author(pair.decider_id, pair.by)


def may_unmerge(user: AbstractBaseUser | AnonymousUser, model: type[Record], public: Iterable[type[Record]]) -> bool:
    """Whether the user may undo a merge: whoever may approve all that is public of what it changed, also who made it.

    What is wrong must be gone at once, and what comes back was approved before.
    """
    return has_permission(user, Action.CHANGE, model) and all(
        has_permission(user, Action.PUBLISH, found) for found in public
    )


def may_delete(user: AbstractBaseUser | AnonymousUser, record: Record) -> bool:
    """Whether the user may delete the record: with the permission, and as long as it is no record of the public's."""
    return has_permission(user, Action.DELETE, record) and record.state in EDITABLE


def may_import(user: AbstractBaseUser | AnonymousUser, *, is_public: bool = False) -> bool:
    """Whether the user may bring in what sources say, of whatever kind; as public records at once if so."""
    action = Action.PUBLISH if is_public else Action.ADD
    return all(has_permission(user, action, BY_NAME[noun].model) for noun in IMPORTED)


def may_mend_clock(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether the user may correct wrong instants of the ledger, with another: who may publish all kinds of records."""
    return all(has_permission(user, Action.PUBLISH, record_type.model) for record_type in BY_NAME.values())


def may_ask_undo(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether the user may ask for the undo of an import: everybody who may import."""
    return may_import(user)


def may_undo_import(user: AbstractBaseUser | AnonymousUser, made: Import) -> bool:
    """Whether the user may undo the import.

    What it made public is corrected by two people: one asks, and another who may publish all that lists bring does it.
    Where nothing was made public one person is enough: the one who imported, or one who may delete.
    """
    if made.is_public:
        return made.undo_account_id not in (None, user.pk) and may_import(user, is_public=True)
    return (made.account_id == user.pk and may_import(user)) or all(
        has_permission(user, Action.DELETE, BY_NAME[noun].model) for noun in IMPORTED
    )


def may_withdraw_undo(user: AbstractBaseUser | AnonymousUser, made: Import) -> bool:
    """Whether the user may withdraw a request for the undo of the import: who asked, or who may publish all of it.

    The latter also where who asked has no account any more.
    """
    return made.is_undo_asked and (made.undo_account_id == user.pk or may_import(user, is_public=True))


def may_see_batch(user: AbstractBaseUser | AnonymousUser, makers: Collection[str]) -> bool:
    """Whether a batch of moves that those have made is shown to the user, who may read the log or has made them all."""
    return has_permission(user, Action.VIEW, LogEntry) or {*makers} == {user.get_username()}


def may_undo(user: AbstractBaseUser | AnonymousUser, record: Record, made_by: str) -> bool:
    """Whether the user may take back what was done in bulk to a record that is not public.

    Their own, as long as they may change the record; that of others, if they may delete.
    """
    if record.state not in EDITABLE:
        return False
    return has_permission(user, Action.DELETE, record) or (
        user.get_username() == made_by and has_permission(user, Action.CHANGE, record)
    )


def may_review(user: AbstractBaseUser | AnonymousUser, record: Record, proposal: Proposal | None = None) -> bool:
    """Whether the user may judge what is under review: a record, or a proposed change to it."""
    return may_publish(user, record) if proposal is None else may_decide(user, record, proposal)


def may_remark(user: AbstractBaseUser | AnonymousUser, record: Record) -> bool:
    """Whether the user may take part in the discussion of the record and of changes to it: everybody at the desk."""
    return has_permission(user, Action.CHANGE, record)


def may_resolve(
    user: AbstractBaseUser | AnonymousUser, record: Record, remark: Remark, proposal: Proposal | None = None
) -> bool:
    """Whether the user may call a remark resolved: who made it, or who may judge what it is about."""
    return may_review(user, record, proposal) or (may_remark(user, record) and remark.account_id == user.pk)


def may_confirm(user: AbstractBaseUser | AnonymousUser, record: Record) -> bool:
    """Whether the user may say that the record, which is public, was checked and is still right."""
    return record.is_published and has_permission(user, Action.CHANGE, record)


def _retracted_by(record: Record) -> str | None:
    """Return the name of who retracted the record, as the ledger has it."""
    found = current_retraction(type_of(record), record.slug)
    return found.approver if found else None
