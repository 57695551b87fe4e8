"""The domain allows what the table says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest
from django.contrib.auth.models import User

from sanctions.editorial import duplicates, merging, moves, proposals, reviews
from sanctions.editorial.reviews import Matter
from sanctions.exceptions import MoveRefused, NotPermitted
from sanctions.ledger.versions import Act
from sanctions.models import Proposal, Record, Redirect, Remark
from sanctions.records.registry import BY_NAME
from sanctions.vocabulary import Move, Sameness
from tests.editorial.permission_matrix.table import (
    AT,
    BEGIN,
    ROLES,
    TRIED,
    TRIED_AT_THE_DESK,
    TRIED_WITH_PROPOSALS,
    TRIED_WITH_TWO,
    TYPES,
    account,
    allowed,
    another,
    begun,
    cases,
    changed,
    discussed,
    outcome,
    paired,
    prepared,
    proposed,
    sampled,
    twin_of,
)

pytestmark = pytest.mark.django_db


def because(user: Any) -> Act:
    return Act(AT, user, "Because.")


def propose(record: Record, act: Act) -> None:
    proposals.propose(record, proposals.ProposedChange(changed(record)), act)


def accept(proposal: Proposal, act: Act) -> None:
    sealed = proposals.seal_now(proposal, proposals.record_of(proposal))
    proposals.accept(proposal, act, seen=sealed)


def assign(record: Record, act: Act) -> None:
    """Assign to another reviewer than the one to whom it is assigned."""
    reviews.assign(Matter(record), User.objects.get(username="second reader"), None, act)


def unassign(record: Record, act: Act) -> None:
    reviews.unassign(Matter(record), act)


def resolve(record: Record, act: Act) -> None:
    reviews.resolve(Matter(record), Remark.objects.get(), act)


FUNCTIONS: Final[dict[Move, Callable[..., None]]] = {
    Move.SAVED: moves.record_saved,
    Move.SUBMITTED: moves.submit,
    Move.RETURNED: moves.send_back,
    Move.PUBLISHED: moves.publish,
    Move.RETRACTED: moves.retract,
    Move.RESTORED: moves.restore,
    Move.DELETED: moves.delete,
    Move.PROPOSED: propose,
}
WITH_PROPOSALS: Final[dict[Move, Callable[..., None]]] = {
    Move.SUBMITTED: proposals.submit,
    Move.RETURNED: proposals.send_back,
    Move.WITHDRAWN: proposals.withdraw,
    Move.PUBLISHED: accept,
}


def compare(record: Record, act: Act) -> None:
    duplicates.decide((record, twin_of(record)), Sameness.SAME, act)


def merge(record: Record, act: Act) -> None:
    merging.merge(twin_of(record), record, act)


def unmerge(record: Record, act: Act) -> None:
    merging.unmerge(Redirect.objects.get(old=record.slug), act)


WITH_TWO: Final[dict[Move, Callable[..., None]]] = {
    Move.COMPARED: compare,
    Move.MERGED: merge,
    Move.UNMERGED: unmerge,
}
AT_THE_DESK: Final[dict[Move, Callable[..., None]]] = {
    Move.ASSIGNED: assign,
    Move.UNASSIGNED: unassign,
    Move.RESOLVED: resolve,
    Move.CONFIRMED: reviews.confirm,
}


@pytest.mark.parametrize(("record_type", "tried", "role"), sampled(TRIED_WITH_TWO))
def test_the_domain_allows_what_the_table_says_of_two(record_type: str, tried: str, role: str) -> None:
    move, _ = TRIED_WITH_TWO[tried]
    user = account(role)
    record = paired(record_type, tried, user, role)
    before = outcome(record)
    if allowed(role, tried):
        WITH_TWO[move](record, because(user))
        assert outcome(record)[-1] == move
    else:
        with pytest.raises(MoveRefused):
            WITH_TWO[move](record, because(user))
        assert outcome(record) == before


@pytest.mark.parametrize(("record_type", "tried", "role"), sampled(TRIED_AT_THE_DESK))
def test_the_domain_allows_what_the_table_says_of_the_desk(record_type: str, tried: str, role: str) -> None:
    move, state = TRIED_AT_THE_DESK[tried]
    user = account(role)
    record = discussed(record_type, state, user, role)
    before = outcome(record)
    if allowed(role, tried):
        AT_THE_DESK[move](record, because(user))
        assert outcome(record)[-1] == move
    else:
        with pytest.raises(MoveRefused):
            AT_THE_DESK[move](record, because(user))
        assert outcome(record) == before


@pytest.mark.parametrize(("record_type", "tried", "role"), cases(TRIED))
def test_the_domain_allows_what_the_table_says_of_records(record_type: str, tried: str, role: str) -> None:
    move, state = TRIED[tried]
    user = account(role)
    record = prepared(record_type, state, user, role)
    before = outcome(record)
    if allowed(role, tried):
        FUNCTIONS[move](record, because(user))
        assert outcome(record)[-1] == move
    else:
        with pytest.raises(MoveRefused):
            FUNCTIONS[move](record, because(user))
        assert outcome(record) == before


@pytest.mark.parametrize(("record_type", "tried", "role"), cases(TRIED_WITH_PROPOSALS))
def test_the_domain_allows_what_the_table_says_of_proposals(record_type: str, tried: str, role: str) -> None:
    move, state = TRIED_WITH_PROPOSALS[tried]
    user = account(role)
    proposal = proposed(record_type, state, user, role)
    before = outcome(proposal)
    if allowed(role, tried):
        WITH_PROPOSALS[move](proposal, because(user))
        assert outcome(proposal)[-1] == move
    else:
        with pytest.raises(NotPermitted):
            WITH_PROPOSALS[move](proposal, because(user))
        assert outcome(proposal) == before


@pytest.mark.parametrize("record_type", TYPES)
@pytest.mark.parametrize("role", ROLES)
def test_the_domain_allows_what_the_table_says_of_new_drafts(record_type: str, role: str) -> None:
    user: Any = account(role)
    document = another(record_type)
    if allowed(role, BEGIN):
        moves.create(BY_NAME[record_type], document, Act(AT, user))
        assert begun() == [Move.SAVED]
    else:
        with pytest.raises(NotPermitted):
            moves.create(BY_NAME[record_type], document, Act(AT, user))
        assert begun() == []
