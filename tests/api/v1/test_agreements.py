"""/api/v1/agreements/"""

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("world")

Slugs = Callable[..., list[str]]
Ask = Callable[..., Any]


def test_agreements_are_listed_newest_first_and_those_without_a_day_last(slugs: Slugs) -> None:
    assert slugs("agreements") == ["jcpoa", "a-treaty"]


def test_an_agreement_shows_its_commitments(ask: Ask) -> None:
    commitments = ask("agreements/jcpoa/")["commitments"]
    assert [commitment["slug"] for commitment in commitments] == ["jcpoa-stockpile", "jcpoa-relief"]
    assert commitments[0]["limit"] == 300


@pytest.mark.parametrize(
    ("day", "agreement", "united_states", "iran"),
    [
        ("2015-10-17", "pending", "no_party", "no_party"),
        ("2016-01-16", "in_effect", "party", "party"),
        ("2018-05-07", "in_effect", "party", "party"),
        ("2018-05-09", "in_effect", "withdrawn", "party"),
    ],
)
def test_each_party_has_a_standing_of_its_own(
    ask: Ask, day: str, agreement: str, united_states: str, iran: str
) -> None:
    answer = ask("agreements/jcpoa/", as_of=day)
    parties = {party["actor"]["slug"]: party["standing"]["code"] for party in answer["parties"]}
    assert answer["standing"]["code"] == agreement
    assert parties == {"iran": iran, "united-states": united_states}


def test_an_agreement_without_effects_has_no_parties(ask: Ask) -> None:
    answer = ask("agreements/a-treaty/")
    assert (answer["standing"]["code"], answer["parties"]) == ("pending", [])


def test_the_standing_of_a_party_needs_the_party(ask: Ask) -> None:
    problem = ask("agreements/", party_standing="withdrawn", status=400)
    assert [(fault["parameter"], fault["code"]) for fault in problem["errors"]] == [("party_standing", "needs_another")]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"slug__in": "jcpoa"}, ["jcpoa"]),
        ({"search": "comprehensive"}, ["jcpoa"]),
        ({"search": "jcpoa 2231"}, ["jcpoa"]),
        ({"search": "hexafluoride"}, ["jcpoa"]),
        ({"identifier": "un-symbol:S/RES/2231"}, ["jcpoa"]),
        ({"kind": "treaty"}, ["a-treaty"]),
        ({"dated_on": "2015-07"}, ["jcpoa"]),
        ({"dated_on__lte": "2014"}, []),
        ({"standing": "in_effect", "as_of": "2017-01-01"}, ["jcpoa"]),
        ({"in_force_on": "2017-01-01"}, ["jcpoa"]),
        ({"overlaps": "2014/2016"}, ["jcpoa"]),
        ({"overlaps": "2014"}, []),
        ({"party": "united-states"}, ["jcpoa"]),
        ({"party": "france"}, []),
        ({"party": "united-states", "party_standing": "withdrawn", "as_of": "2018-05-09"}, ["jcpoa"]),
        ({"party": "united-states", "party_standing": "withdrawn", "as_of": "2018-05-07"}, []),
        ({"party": "united-states", "party_standing__in": "withdrawn,party", "as_of": "2018-05-07"}, ["jcpoa"]),
        ({"obligor": "france"}, ["jcpoa"]),
        ({"verifier": "iaea"}, ["jcpoa"]),
        ({"source": "report"}, ["jcpoa"]),
    ],
    ids=str,
)
def test_agreements_are_found_by(slugs: Slugs, parameters: dict[str, Any], expected: list[str]) -> None:
    assert slugs("agreements", **parameters) == expected
