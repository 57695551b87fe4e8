"""The table of moves agrees with the moves and with the permission matrix."""

from __future__ import annotations

from typing import Any, Final

import pytest

from sanctions.accounts.permissions import Action
from sanctions.editorial import move_table
from sanctions.editorial.move_rules import MoveRule, MoveTarget
from sanctions.editorial.move_table import MOVES, moves_of
from sanctions.editorial.procedure import clean_reason
from sanctions.exceptions import InvalidReason, MoveRefused
from sanctions.ledger.versions import Act
from sanctions.models import Actor
from sanctions.vocabulary import Move, State
from tests.editorial.permission_matrix.table import AT, TRIED, TRIED_WITH_PROPOSALS, allowed
from tests.factories.actors import make_actor
from tests.factories.users import make_user

_TRIED: Final[dict[MoveTarget, dict[str, tuple[Move, Any]]]] = {
    MoveTarget.RECORD: {**TRIED},
    MoveTarget.PROPOSAL: {**TRIED_WITH_PROPOSALS},
}
#: Moves of the author: only the author submits a proposal, and may withdraw it without a permission.
_BY_AUTHORS: Final = (move_table.SUBMIT_PROPOSAL, move_table.WITHDRAW)


def test_every_move_has_a_row_and_every_row_is_listed() -> None:
    assert {rule.move for rule in MOVES} == set(Move)
    rows = [value for value in vars(move_table).values() if isinstance(value, MoveRule)]
    assert sorted(rule.function for rule in rows) == sorted(rule.function for rule in MOVES)


@pytest.mark.parametrize("target", MoveTarget)
def test_the_moves_of_a_target_have_different_verbs(target: MoveTarget) -> None:
    verbs = [rule.verb for rule in moves_of(target)]
    assert verbs
    assert len(verbs) == len(set(verbs))


@pytest.mark.parametrize("rule", MOVES, ids=lambda rule: f"{rule.target.value}-{rule.verb}")
def test_a_row_names_functions_that_exist(rule: MoveRule) -> None:
    assert callable(rule.make)
    assert f"{rule.make.__module__}.{rule.make.__qualname__}" == rule.function


@pytest.mark.parametrize("rule", MOVES, ids=lambda rule: f"{rule.target.value}-{rule.verb}")
def test_a_reason_is_required_where_the_table_says_so(rule: MoveRule) -> None:
    if rule.needs_reason:
        with pytest.raises(InvalidReason, match="Give a reason"):
            clean_reason(rule, " ")
    else:
        assert clean_reason(rule, " ") == ""


@pytest.mark.parametrize(
    ("target", "name"), [(target, name) for target, tried in _TRIED.items() for name in tried], ids=str
)
def test_states_permissions_and_second_persons_are_those_of_the_matrix(target: MoveTarget, name: str) -> None:
    move, state = _TRIED[target][name]
    rule = next(rule for rule in moves_of(target) if rule.move == move and rule.starts)
    starts = state in rule.starts
    assert allowed("administrator", name) == (starts and rule is not move_table.SUBMIT_PROPOSAL)
    if not starts or rule in _BY_AUTHORS:
        return
    assert allowed("curator", name) == (rule.permission == Action.CHANGE)
    if rule.permission != Action.DELETE:
        assert allowed("author", name) == (not rule.needs_second_person)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "rule", [rule for rule in moves_of(MoveTarget.RECORD) if rule.leads_to], ids=lambda rule: rule.verb
)
def test_a_source_is_required_where_the_table_says_so(rule: MoveRule) -> None:
    actor: Actor = make_actor(state=State(rule.starts[0]), author=make_user("curator"))
    act = Act(AT, make_user("reviewer"), "Because.")
    if rule.needs_sources:
        with pytest.raises(MoveRefused, match="no citation"):
            rule.make(actor, act)
        assert Actor.objects.get().state == rule.starts[0]
    else:
        rule.make(actor, act)
        assert Actor.objects.get().state == rule.leads_to
