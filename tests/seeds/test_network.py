"""The network of the real record: what is tied there is what the seeds say."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.v1.answer_schema import faults
from tests.seeds.conftest import Ask

pytestmark = pytest.mark.django_db

SIGNED_IN_2015 = {
    *("china", "european-union", "france", "germany"),
    *("iran", "russia", "united-kingdom", "united-states"),
}


def ends(answer: Any, kind: str, start: str = "", end: str = "") -> set[str]:
    """Return what the links of a kind tie to the node given: slugs."""
    found = [link for link in answer["links"] if link["kind"] == kind]
    there = [link["to"] for link in found if link["from"] == start] + [
        link["from"] for link in found if link["to"] == end
    ]
    return {name.partition("/")[2] for name in there}


def test_the_whole_record_is_one_network_within_its_bounds(ask: Ask) -> None:
    answer = ask("network", events="true", programs="true", as_of="2025-11-30")
    assert faults("Network", answer) == []
    assert len(answer["nodes"]) > 300
    strongest = max(answer["nodes"], key=lambda node: (node["degree"], node["weight"]))
    assert strongest["id"] == "actor/iran"


def test_the_parties_to_the_plan_the_day_after_the_withdrawal(ask: Ask) -> None:
    answer = ask("network", agreement="jcpoa", kind="party_to", as_of="2018-05-09")
    assert ends(answer, "party_to", end="agreement/jcpoa") == SIGNED_IN_2015
    standings = {link["from"]: link["standing"] for link in answer["links"]}
    assert {party for party, standing in standings.items() if standing == "withdrawn"} == {"actor/united-states"}
    assert set(standings.values()) == {"party", "withdrawn"}


def test_what_the_order_of_implementation_day_did_to_others_and_what_was_done_to_it(ask: Ask) -> None:
    answer = ask("network", order="us-eo-13716")
    ours = "order/us-eo-13716"
    revoked = {"us-eo-13574", "us-eo-13590", "us-eo-13622", "us-eo-13645"}
    assert revoked < ends(answer, "revokes", start=ours)
    assert ends(answer, "implements", start=ours) == {"jcpoa"}
    # Of EO 13628 it ended some sections only.
    partly = [link["to"] for link in answer["links"] if link["kind"] == "revokes" and link["in_part"]]
    assert partly == ["order/us-eo-13628"]
    # Two official sources use two words: both stay.
    assert ends(answer, "revokes", end=ours) == ends(answer, "supersedes", end=ours) == {"us-eo-13846"}


def test_measures_that_target_iran_weigh_by_their_number_and_cease_to_be_in_force(ask: Ask) -> None:
    asked = {"order": "us-eo-13846", "actor": "iran"}
    (link,) = ask("network", **asked, as_of="2018-08-06")["links"]
    assert (link["kind"], link["weight"], link["in_force"]) == ("targets", 4, 0)
    (link,) = ask("network", **asked, as_of="2019-01-01")["links"]
    assert (link["weight"], link["in_force"]) == (4, 4)
