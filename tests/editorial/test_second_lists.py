"""Moves, acts and permissions are each written down once."""

from __future__ import annotations

import ast

import pytest

from tests.editorial.second_lists import permission_names, product, second_acts, second_tables

PRODUCT = product()


def test_moves_are_listed_in_their_table_only() -> None:
    assert list(second_tables(PRODUCT)) == []


def test_who_when_why_and_from_where_are_passed_as_an_act() -> None:
    assert list(second_acts(PRODUCT)) == []


def test_permissions_are_named_in_their_module_only() -> None:
    assert list(permission_names(PRODUCT)) == []


@pytest.mark.parametrize(
    "source",
    [
        'MOVES = ("submit", "return", "publish")',
        'MOVES = {"submit": a, "return": b, "accept": c}',
        'MOVES = dict.fromkeys(["submit", "retract", "restore"])',
        "STARTS = {Move.SUBMITTED: a, Move.RETURNED: b, Move.PUBLISHED: c}",
        "PAIRS = ((Move.MERGED, a), (Move.UNMERGED, b), (Move.COMPARED, c))",
    ],
)
def test_a_second_list_of_moves_is_found(source: str) -> None:
    assert [place.partition(": ")[0] for place in second_tables({"api/x.py": ast.parse(source)})] == ["api/x.py:1"]


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("def publish(record, by, at, reason): ...", "publish"),
        ('def publish(record, user, *, reason="", address=""): ...', "publish"),
        ("@dataclass\nclass Signature:\n    by: str\n    at: str\n    address: str", "Signature"),
    ],
)
def test_a_second_act_is_found(source: str, name: str) -> None:
    assert [place.rpartition(" ")[2] for place in second_acts({"sanctions/x.py": ast.parse(source)})] == [name]


@pytest.mark.parametrize(
    "source",
    [
        'NEEDED = "sanctions.publish_order"',
        'NEEDED = f"{app}.publish_{model}"',
        'NEEDED = ["view_proposal"]',
        "user.has_perm(name)",
        "users.with_perm(name)",
    ],
)
def test_a_permission_elsewhere_is_found(source: str) -> None:
    assert len(list(permission_names({"sanctions/x.py": ast.parse(source)}))) == 1
