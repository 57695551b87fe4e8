"""The table has every move, every role and every kind of record."""

from __future__ import annotations

from itertools import product

from sanctions.models import Record
from sanctions.vocabulary import Move, ProposalState, State
from tests.editorial.permission_matrix import test_admin, test_api, test_command, test_domain
from tests.editorial.permission_matrix.table import (
    BEGIN,
    EXPECTED,
    ROLES,
    TRIED,
    TRIED_AT_THE_DESK,
    TRIED_WITH_PROPOSALS,
    TRIED_WITH_TWO,
    TYPES,
    allowed,
    cases,
    sampled,
)
from tests.factories.makers import MAKERS

OF_RECORDS = {move for move, _ in TRIED.values()}
OF_PROPOSALS = {move for move, _ in TRIED_WITH_PROPOSALS.values()}
OF_TWO = {move for move, _ in TRIED_WITH_TWO.values()}
OF_THE_DESK = {move for move, _ in TRIED_AT_THE_DESK.values()}


def test_the_table_has_every_combination_and_no_other() -> None:
    assert (
        EXPECTED.keys()
        == {BEGIN} | TRIED.keys() | TRIED_WITH_PROPOSALS.keys() | TRIED_AT_THE_DESK.keys() | TRIED_WITH_TWO.keys()
    )
    assert all(len(row) == len(ROLES) for row in EXPECTED.values())
    assert set(Move) == OF_RECORDS | OF_PROPOSALS | OF_TWO | OF_THE_DESK
    assert sorted(TYPES) == sorted(MAKERS) == sorted(str(model._meta.model_name) for model in Record.__subclasses__())


def test_every_state_is_tried_with_the_moves_that_permissions_alone_would_allow_in_any() -> None:
    for move in (Move.SAVED, Move.DELETED, Move.PROPOSED):
        assert {state for tried, state in TRIED.values() if tried == move} == set(State)
    withdrawn = {state for move, state in TRIED_WITH_PROPOSALS.values() if move == Move.WITHDRAWN}
    assert withdrawn == {ProposalState.DRAFT, ProposalState.IN_REVIEW}


def test_every_way_in_knows_every_move() -> None:
    for known in (test_domain.FUNCTIONS, test_admin.ADDRESSES, test_api.ADDRESSES, test_command.WORDS):
        assert known.keys() == OF_RECORDS
    for known in (way.WITH_PROPOSALS for way in (test_domain, test_admin, test_api, test_command)):
        assert known.keys() == OF_PROPOSALS
    assert test_domain.WITH_TWO.keys() == test_admin.WITH_TWO.keys() == OF_TWO
    assert test_domain.AT_THE_DESK.keys() == test_admin.AT_THE_DESK.keys() == OF_THE_DESK


def test_every_move_of_every_kind_of_record_is_tried_by_every_way_in_and_every_role_has_tried_every_move() -> None:
    usual = {one.values for one in sampled(EXPECTED) if not one.marks}
    assert {one.values for one in sampled(EXPECTED)} == set(cases(EXPECTED))
    possible = {one for one in EXPECTED if any(EXPECTED[one])}
    assert {(kind, one) for kind, one, role in usual if allowed(str(role), str(one))} == set(product(TYPES, possible))
    assert {(one, role) for _, one, role in usual} == set(product(EXPECTED, ROLES))
