"""/api/v1/commitments/"""

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("world")

Slugs = Callable[..., list[str]]
Ask = Callable[..., Any]


def test_commitments_are_listed_by_slug(slugs: Slugs) -> None:
    assert slugs("commitments") == ["jcpoa-relief", "jcpoa-stockpile"]


def test_commitments_without_a_sunset_come_last_in_either_direction(slugs: Slugs) -> None:
    assert slugs("commitments", ordering="sunset_on") == ["jcpoa-stockpile", "jcpoa-relief"]
    assert slugs("commitments", ordering="-sunset_on") == ["jcpoa-stockpile", "jcpoa-relief"]


def test_a_commitment_names_its_agreement_and_what_it_is_owed_for(ask: Ask) -> None:
    commitment = ask("commitments/jcpoa-relief/")
    assert (commitment["type"], commitment["agreement"]["slug"]) == ("commitment", "jcpoa")
    assert [other["slug"] for other in commitment["in_return_for"]] == ["jcpoa-stockpile"]


def test_each_obligor_has_a_standing_of_its_own(ask: Ask) -> None:
    answer = ask("commitments/jcpoa-relief/", as_of="2018-05-09")
    standings = {obligor["actor"]["slug"]: obligor["standing"]["code"] for obligor in answer["by_obligor"]}
    assert standings == {"france": "binding", "united-states": "not_performed"}


def test_a_standing_asked_for_with_an_obligor_is_that_of_the_obligor(slugs: Slugs) -> None:
    asked = {"standing": "not_performed", "as_of": "2018-05-09"}
    assert slugs("commitments", obligor="united-states", **asked) == ["jcpoa-relief"]
    assert slugs("commitments", obligor="france", **asked) == []


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"slug__in": "jcpoa-relief"}, ["jcpoa-relief"]),
        ({"search": "uranium"}, ["jcpoa-stockpile"]),
        ({"agreement": "jcpoa"}, ["jcpoa-relief", "jcpoa-stockpile"]),
        ({"obligor": "iran"}, ["jcpoa-stockpile"]),
        ({"obligor__in": "iran,france"}, ["jcpoa-relief", "jcpoa-stockpile"]),
        ({"verifier": "iaea"}, ["jcpoa-stockpile"]),
        ({"measurable": "true"}, ["jcpoa-stockpile"]),
        ({"measurable": "false"}, ["jcpoa-relief"]),
        ({"comparator": "<="}, ["jcpoa-stockpile"]),
        ({"starts_on": "2016"}, ["jcpoa-stockpile"]),
        ({"sunset_on__gte": "2030"}, ["jcpoa-stockpile"]),
        ({"sunset_on__lte": "2030"}, []),
        ({"standing": "binding", "as_of": "2017-01-01"}, ["jcpoa-relief", "jcpoa-stockpile"]),
        ({"standing": "not_performed", "as_of": "2019-07-01"}, ["jcpoa-relief", "jcpoa-stockpile"]),
        ({"in_force_on": "2015-01-01"}, []),
        ({"source": "report"}, ["jcpoa-relief", "jcpoa-stockpile"]),
    ],
    ids=str,
)
def test_commitments_are_found_by(slugs: Slugs, parameters: dict[str, Any], expected: list[str]) -> None:
    assert slugs("commitments", **parameters) == expected
