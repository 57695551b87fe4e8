"""What changed between two days, on the real record."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from django.test import Client

from tests.api.v1.answer_schema import faults
from tests.seeds.conftest import Ask

pytestmark = pytest.mark.django_db
KINDS = ("orders", "measures", "agreements", "parties", "commitments", "violations", "designations")


def changes_of(answer: Any, kind: str, name: str) -> dict[str, tuple[str, str, str]]:
    """Return the changes of one kind: what changed → the word, and the standings on both days."""
    return {
        change[name]["slug"]: (change["change"], change["before"]["code"], change["after"]["code"])
        for change in answer[kind]
    }


def compared(ask: Ask, one: str, two: str, **more: str) -> Any:
    return ask("compare", **{"from": one, "to": two}, **more)


def test_the_snapback_of_2025_reinstated_six_resolutions(ask: Ask) -> None:
    answer = compared(ask, "2025-09-27", "2025-09-28", issuer="un-security-council")
    reinstated = ("reinstated", "ended", "in_force")
    assert changes_of(answer, "orders", "order") == {
        **{f"un-sc-res-{number}": reinstated for number in (1696, 1737, 1747, 1803, 1835, 1929)},
        "un-snapback-2025": ("came_into_force", "not_yet_in_force", "in_force"),
    }
    for change in answer["orders"][:-1]:
        assert change["decided_by"]["verb"] == "snapped_back"
        assert change["decided_by"]["event"]["slug"] == "un-snapback-takes-effect"
        assert change["decided_by"]["by_order"]["slug"] == "un-snapback-2025"
    assert changes_of(answer, "measures", "measure")["un-sc-res-2231-sanctions-relief"] == (
        "ended",
        "in_force",
        "ended",
    )


def test_the_united_states_left_and_performed_no_longer_in_part(ask: Ask) -> None:
    answer = compared(ask, "2018-05-07", "2018-05-09")
    assert changes_of(answer, "parties", "actor") == {"united-states": ("withdrew", "party", "withdrawn")}
    assert answer["parties"][0]["decided_by"]["by_order"]["slug"] == "us-nspm-11"
    assert changes_of(answer, "commitments", "commitment") == {
        "jcpoa-us-sanctions": ("ceased_in_part", "binding", "not_performed_in_part")
    }
    assert changes_of(answer, "violations", "violation") == {
        "us-withdrawal-2018": ("disputed", "not_claimed", "disputed")
    }
    (change,) = answer["violations"]
    assert {effect["party"]["slug"] for effect in change["contested_by"]} == {"united-states"}


def test_what_became_of_executive_order_13645_in_between_is_told_by_its_steps(ask: Ask) -> None:
    answer = compared(ask, "2013-06-01", "2019-01-01", program="us-iran")
    (change,) = [row for row in answer["orders"] if row["order"]["slug"] == "us-eo-13645"]
    assert (change["change"], change["after"]["since"]) == ("ended", "2016-01-16")
    assert [(step["on"], step["code"]) for step in change["steps"]] == [
        ("2013-07-01", "in_force"),
        ("2016-01-16", "ended"),
    ]


def test_an_end_that_a_waiver_set_itself_is_a_step(ask: Ask) -> None:
    answer = compared(ask, "2018-05-07", "2018-11-06", program="us-iran")
    (change,) = [row for row in answer["measures"] if row["measure"]["slug"] == "us-eo-13846-oil-export-restriction"]
    assert [(step["on"], step["code"], step["effect"].get("until")) for step in change["steps"]] == [
        ("2018-08-07", "suspended", "2018-11-05"),
        ("2018-11-05", "in_force", "2018-11-05"),
    ]


def test_no_day_differs_from_itself_and_the_years_compose(ask: Ask) -> None:
    days = ["1979-11-01", "1996-08-05", "2010-07-01", "2016-01-16", "2018-08-07", "2025-09-28", "2025-11-30"]
    assert not any(compared(ask, days[3], days[3])[kind] for kind in KINDS)
    names = {"orders": "order", "measures": "measure", "violations": "violation", "designations": "designation"}
    for kind, name in names.items():
        sides: dict[str, tuple[str, str]] = {}
        for one, two in pairwise(days):
            for slug, (_, before, after) in changes_of(compared(ask, one, two), kind, name).items():
                sides[slug] = (sides[slug][0] if slug in sides else before, after)
        whole = changes_of(compared(ask, days[0], days[-1]), kind, name)
        assert {slug: found for slug, found in sides.items() if found[0] != found[1]} == {
            slug: (before, after) for slug, (_, before, after) in whole.items()
        }


def test_the_whole_record_is_answered_as_the_schema_says(seeded: None, client: Client) -> None:
    answer = client.get("/api/v1/compare/", {"from": "1950-01-01", "to": "2050-01-01"}).json()
    assert all(answer[kind] for kind in KINDS)
    assert faults("Comparison", answer) == []
