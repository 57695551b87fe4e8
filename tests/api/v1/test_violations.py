"""/api/v1/violations/"""

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("world")

Slugs = Callable[..., list[str]]
Ask = Callable[..., Any]


def test_violations_are_listed_newest_first_and_those_without_a_date_last(slugs: Slugs) -> None:
    assert slugs("violations") == ["stockpile-2019", "withdrawal-2018", "evasion"]


def test_a_claim_that_is_denied_is_disputed_and_both_stay_attributed(ask: Ask) -> None:
    before = ask("violations/stockpile-2019/", as_of="2019-07-01")["standing"]
    assert (before["code"], before["decided_by"]["party"]["slug"]) == ("reported", "iaea")
    after = ask("violations/stockpile-2019/", as_of="2019-07-02")["standing"]
    assert (after["code"], after["since"]) == ("disputed", "2019-07-02")
    assert after["decided_by"]["party"]["slug"] == "iaea"
    assert [denial["party"]["slug"] for denial in after["contested_by"]] == ["iran"]


def test_a_violation_that_nobody_claims_yet_says_so(ask: Ask) -> None:
    assert ask("violations/evasion/")["standing"]["code"] == "not_claimed"


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"slug__in": "evasion"}, ["evasion"]),
        ({"search": "gov/inf"}, ["stockpile-2019"]),
        ({"accused": "iran"}, ["stockpile-2019"]),
        ({"accused__in": "iran,united-states"}, ["stockpile-2019", "withdrawal-2018"]),
        ({"claimed_by": "iaea"}, ["stockpile-2019"]),
        ({"claimed_by": "iran"}, ["withdrawal-2018"]),
        ({"denied_by": "iran"}, ["stockpile-2019"]),
        ({"commitment": "jcpoa-stockpile"}, ["stockpile-2019"]),
        ({"agreement": "jcpoa"}, ["withdrawal-2018"]),
        ({"under_agreement": "jcpoa"}, ["stockpile-2019", "withdrawal-2018"]),
        ({"order": "us-eo-13645"}, ["evasion"]),
        ({"gravity": "significant"}, ["stockpile-2019"]),
        ({"gravity__in": "significant,minor"}, ["stockpile-2019"]),
        ({"committed_on": "2018"}, ["withdrawal-2018"]),
        ({"committed_on": "2018-05-01"}, []),
        ({"committed_on__gte": "2019"}, ["stockpile-2019"]),
        ({"committed_on__lte": "2018-05-30"}, []),
        ({"standing": "disputed", "as_of": "2020-01-01"}, ["stockpile-2019"]),
        ({"source": "report"}, ["stockpile-2019"]),
    ],
    ids=str,
)
def test_violations_are_found_by(slugs: Slugs, parameters: dict[str, Any], expected: list[str]) -> None:
    assert slugs("violations", **parameters) == expected
