"""Who may make which move of every kind of record, and of proposals: one table for every way in, nothing outside it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import product
from typing import Any, Final

import pytest
from _pytest.mark import ParameterSet
from django.contrib.auth.models import AnonymousUser, User

from sanctions.editorial import duplicates, merging
from sanctions.ledger.versions import Act, canonical_json
from sanctions.models import Assignment, LogEntry, Proposal, Record, Remark, Source
from sanctions.records.base import Document
from sanctions.records.encode import encode
from sanctions.records.registry import RECORD_TYPES, type_of
from sanctions.vocabulary import Move, ProposalState, Sameness, State
from tests.factories.makers import MAKERS
from tests.factories.sources import cite
from tests.factories.users import make_user

AT: Final = datetime(2025, 2, 7, 12, tzinfo=UTC)

#: Role → the group of the account; ``None`` is not signed in. The author, of the record or the proposal, is a reviewer.
ROLES: Final = {
    "anonymous": None,
    "nobody": "",
    "curator": "curator",
    "reviewer": "reviewer",
    "administrator": "administrator",
    "author": "reviewer",
}

#: What is tried: the move, and the state in which the record is.
TRIED: Final = {
    "save a draft": (Move.SAVED, State.DRAFT),
    "save in review": (Move.SAVED, State.IN_REVIEW),
    "save published": (Move.SAVED, State.PUBLISHED),
    "save retracted": (Move.SAVED, State.RETRACTED),
    "submit": (Move.SUBMITTED, State.DRAFT),
    "return": (Move.RETURNED, State.IN_REVIEW),
    "publish": (Move.PUBLISHED, State.IN_REVIEW),
    "retract": (Move.RETRACTED, State.PUBLISHED),
    "restore": (Move.RESTORED, State.RETRACTED),
    "delete a draft": (Move.DELETED, State.DRAFT),
    "delete in review": (Move.DELETED, State.IN_REVIEW),
    "delete published": (Move.DELETED, State.PUBLISHED),
    "delete retracted": (Move.DELETED, State.RETRACTED),
    "propose to a draft": (Move.PROPOSED, State.DRAFT),
    "propose in review": (Move.PROPOSED, State.IN_REVIEW),
    "propose to published": (Move.PROPOSED, State.PUBLISHED),
    "propose to retracted": (Move.PROPOSED, State.RETRACTED),
    "save merged": (Move.SAVED, State.MERGED),
    "delete merged": (Move.DELETED, State.MERGED),
    "propose to merged": (Move.PROPOSED, State.MERGED),
}
#: What is tried with a proposal for a published record: the move, and the state in which the proposal is.
TRIED_WITH_PROPOSALS: Final = {
    "submit a proposal": (Move.SUBMITTED, ProposalState.DRAFT),
    "return a proposal": (Move.RETURNED, ProposalState.IN_REVIEW),
    "withdraw a proposal": (Move.WITHDRAWN, ProposalState.DRAFT),
    "withdraw a proposal in review": (Move.WITHDRAWN, ProposalState.IN_REVIEW),
    "accept a proposal": (Move.PUBLISHED, ProposalState.IN_REVIEW),
}
#: What is tried with a record and another that is the same, which has its place in the admin alone.
TRIED_WITH_TWO: Final = {
    "compare": (Move.COMPARED, State.PUBLISHED),
    "merge drafts": (Move.MERGED, State.DRAFT),
    "merge published": (Move.MERGED, State.PUBLISHED),
    "merge retracted": (Move.MERGED, State.RETRACTED),
    "undo a merge of drafts": (Move.UNMERGED, State.DRAFT),
    "undo a merge of published": (Move.UNMERGED, State.PUBLISHED),
}
#: Editorial moves that do not change the record and that only the admin offers.
TRIED_AT_THE_DESK: Final = {
    "assign": (Move.ASSIGNED, State.IN_REVIEW),
    "assign a draft": (Move.ASSIGNED, State.DRAFT),
    "unassign": (Move.UNASSIGNED, State.IN_REVIEW),
    "resolve a remark of another": (Move.RESOLVED, State.IN_REVIEW),
    "confirm": (Move.CONFIRMED, State.PUBLISHED),
    "confirm a draft": (Move.CONFIRMED, State.DRAFT),
}
#: What is tried without a record.
BEGIN: Final = "begin a draft"

_YES, _NO = True, False
#: What is tried → whether it is allowed, in the order of the roles.
EXPECTED: Final[dict[str, tuple[bool, ...]]] = {
    #                    anonymous no-group curator reviewer administrator author
    BEGIN: (_NO, _NO, _YES, _YES, _YES, _YES),
    "save a draft": (_NO, _NO, _YES, _YES, _YES, _YES),
    "save in review": (_NO, _NO, _YES, _YES, _YES, _YES),
    "save published": (_NO, _NO, _NO, _NO, _NO, _NO),
    "save retracted": (_NO, _NO, _NO, _NO, _NO, _NO),
    "submit": (_NO, _NO, _YES, _YES, _YES, _YES),
    "return": (_NO, _NO, _NO, _YES, _YES, _NO),
    "publish": (_NO, _NO, _NO, _YES, _YES, _NO),
    "retract": (_NO, _NO, _NO, _YES, _YES, _YES),
    "restore": (_NO, _NO, _NO, _YES, _YES, _NO),
    "delete a draft": (_NO, _NO, _NO, _NO, _YES, _NO),
    "delete in review": (_NO, _NO, _NO, _NO, _YES, _NO),
    "delete published": (_NO, _NO, _NO, _NO, _NO, _NO),
    "delete retracted": (_NO, _NO, _NO, _NO, _NO, _NO),
    "propose to a draft": (_NO, _NO, _NO, _NO, _NO, _NO),
    "propose in review": (_NO, _NO, _NO, _NO, _NO, _NO),
    "propose to published": (_NO, _NO, _YES, _YES, _YES, _YES),
    "propose to retracted": (_NO, _NO, _NO, _NO, _NO, _NO),
    "save merged": (_NO, _NO, _NO, _NO, _NO, _NO),
    "delete merged": (_NO, _NO, _NO, _NO, _NO, _NO),
    "propose to merged": (_NO, _NO, _NO, _NO, _NO, _NO),
    "compare": (_NO, _NO, _YES, _YES, _YES, _YES),
    "merge drafts": (_NO, _NO, _YES, _YES, _YES, _YES),
    "merge published": (_NO, _NO, _NO, _YES, _YES, _NO),  # the author decided that they are the same
    "merge retracted": (_NO, _NO, _NO, _NO, _NO, _NO),
    "undo a merge of drafts": (_NO, _NO, _YES, _YES, _YES, _YES),
    "undo a merge of published": (_NO, _NO, _NO, _YES, _YES, _YES),  # the author merged them
    "submit a proposal": (_NO, _NO, _NO, _NO, _NO, _YES),
    "return a proposal": (_NO, _NO, _NO, _YES, _YES, _NO),
    "withdraw a proposal": (_NO, _NO, _NO, _YES, _YES, _YES),
    "withdraw a proposal in review": (_NO, _NO, _NO, _YES, _YES, _YES),
    "accept a proposal": (_NO, _NO, _NO, _YES, _YES, _NO),
    "assign": (_NO, _NO, _NO, _YES, _YES, _NO),
    "assign a draft": (_NO, _NO, _NO, _NO, _NO, _NO),
    "unassign": (_NO, _NO, _NO, _YES, _YES, _NO),
    "resolve a remark of another": (_NO, _NO, _NO, _YES, _YES, _NO),
    "confirm": (_NO, _NO, _YES, _YES, _YES, _YES),
    "confirm a draft": (_NO, _NO, _NO, _NO, _NO, _NO),
}

TYPES: Final = [record_type.name for record_type in RECORD_TYPES]
#: The kinds of record with which a way in tries all roles: the rule is the domain's, where all kinds are.
FEW: Final = ("order",)

Case = tuple[str, str, str]


def cases(tried: Iterable[str]) -> list[Case]:
    """Return every kind of record × what is tried × role."""
    return list(product(TYPES, tried, ROLES))


def sampled(tried: Iterable[str]) -> list[ParameterSet]:
    """Return the same for a way in: the suite tries each move of every kind of record by one role that may make it.

    Of few kinds it tries all roles. What is left is tried by ``make test-long``.
    """
    return [
        pytest.param(*case, marks=() if case[0] in FEW or case[2] == _first_allowed(case[1]) else pytest.mark.long)
        for case in cases(tried)
    ]


def _first_allowed(tried: str) -> str | None:
    return next((role for role in ROLES if allowed(role, tried)), None)


def allowed(role: str, tried: str) -> bool:
    """Return what the table says; a combination that it has not is a failure."""
    return dict(zip(ROLES, EXPECTED[tried], strict=True))[role]


def account(role: str) -> User | AnonymousUser:
    """Return who tries it."""
    group = ROLES[role]
    if group is None:
        return AnonymousUser()
    user = make_user(*([group] if group else []), name=role)
    user.is_staff = True
    user.save()
    return user


def prepared(record_type: str, state: State, user: User | AnonymousUser, role: str) -> Record:
    """Return a record that the move can start from; by the user, where the user is its author."""
    author = user if role == "author" else make_user("curator", name="writer")
    record = MAKERS[record_type](state=state, author=author)
    if not isinstance(record, Source):
        cite(record)
    return record


def twin_of(record: Record) -> Record:
    """Return the record that is the same as this one."""
    found: Record = type(record)._default_manager.get(slug=f"{record.slug}-twin")
    return found


def paired(record_type: str, tried: str, user: Any, role: str) -> Record:
    """Return a record with a twin, come so far that the move can start: compared, or merged, by the author."""
    move, state = TRIED_WITH_TWO[tried]
    record = prepared(record_type, state, user, role)
    twin = MAKERS[record_type](f"{record.slug}-twin", state=state)
    if not isinstance(twin, Source):
        cite(twin)
    maker = user if role == "author" else make_user("reviewer", name="another")
    decider = make_user("curator", name="decider") if move == Move.UNMERGED else maker
    if move != Move.COMPARED:
        duplicates.decide((record, twin), Sameness.SAME, Act(AT, decider, "Because."))
    if move == Move.UNMERGED:
        merging.merge(twin, record, Act(AT, maker, "Because."))
    return record


def discussed(record_type: str, state: State, user: User | AnonymousUser, role: str) -> Record:
    """Return a record that is assigned to somebody who has remarked on it; a second reader is there too."""
    record = prepared(record_type, state, user, role)
    reader = make_user("reviewer", name="reader")
    make_user("reviewer", name="second reader")
    named = {"record_type": record_type, "slug": record.slug}
    Assignment.objects.create(**named, assignee=reader, name="reader", set_by="reader", set_at=AT)
    Remark.objects.create(**named, account=reader, by="reader", text="Cite it.", at=AT)
    return record


def proposed(record_type: str, state: ProposalState, user: User | AnonymousUser, role: str) -> Proposal:
    """Return a proposal that the move can start from; by the user, where the user is its author."""
    record = prepared(record_type, State.PUBLISHED, user, role)
    author = record.author
    assert author is not None
    return Proposal.objects.create(
        number=1,
        record_type=record_type,
        slug=record.slug,
        base=canonical_json(encode(type_of(record), record.pk)).decode(),
        document=canonical_json(changed(record)).decode(),
        reason="Because.",
        state=state,
        author=author,
        by=author.get_username(),
        made_at=AT,
        changed_at=AT,
    )


def changed(record: Record) -> Document:
    """Return the document of a record with a change that every kind of record takes."""
    return encode(type_of(record), record.pk) | {"note": "Changed."}


def another(record_type: str) -> Document:
    """Return the document of a record that is not there yet."""
    return encode(type_of(record := MAKERS[record_type]()), record.pk) | {"slug": "another-one"}


def outcome(of: Record | Proposal) -> tuple[Any, ...]:
    """Return the stored columns of the record or proposal, and the moves in its log."""
    columns = ("state", "version") if isinstance(of, Proposal) else ("state", "note")
    rows = type(of)._default_manager.filter(pk=of.pk).values_list(*columns)
    return (*rows, *LogEntry.objects.filter(slug=of.slug).values_list("move", flat=True))


def begun() -> list[str]:
    """Return the moves by which the record of :func:`another` has come about; none if it has not."""
    return list(LogEntry.objects.filter(slug="another-one").values_list("move", flat=True))
