"""/api/v1/measures/"""

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("world")

Slugs = Callable[..., list[str]]
Ask = Callable[..., Any]


def test_measures_are_listed_by_slug(slugs: Slugs) -> None:
    assert slugs("measures") == ["us-eo-13645-ban", "us-eo-13645-freeze", "us-eo-13716-relief"]


def test_a_measure_names_its_order_and_shows_its_targets(ask: Ask) -> None:
    measure = ask("measures/us-eo-13645-freeze/")
    assert (measure["type"], measure["order"]["slug"]) == ("measure", "us-eo-13645")
    assert [target["slug"] for target in measure["targets"]] == ["bank-melli"]
    assert [territory["slug"] for territory in measure["territories"]] == ["iran"]


def test_what_ends_an_order_ends_its_measures(ask: Ask) -> None:
    assert ask("measures/us-eo-13645-freeze/", as_of="2016-01-15")["standing"]["code"] == "in_force"
    after = ask("measures/us-eo-13645-freeze/", as_of="2016-01-16")["standing"]
    assert (after["code"], after["decided_by"]["verb"]) == ("ended", "revoked")


def test_measures_follow_the_day_of_their_order(slugs: Slugs) -> None:
    assert slugs("measures", ordering="-dated_on") == ["us-eo-13716-relief", "us-eo-13645-ban", "us-eo-13645-freeze"]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"slug__in": "us-eo-13645-ban"}, ["us-eo-13645-ban"]),
        ({"search": "freeze"}, ["us-eo-13645-freeze"]),
        ({"search": "freeze authorizing"}, ["us-eo-13645-freeze"]),
        ({"kind": "relief"}, ["us-eo-13716-relief"]),
        ({"kind__in": "relief,asset_freeze"}, ["us-eo-13645-freeze", "us-eo-13716-relief"]),
        ({"direction": "imposes"}, ["us-eo-13645-ban", "us-eo-13645-freeze"]),
        ({"order": "us-eo-13716"}, ["us-eo-13716-relief"]),
        ({"issuer": "us-president", "kind": "relief"}, ["us-eo-13716-relief"]),
        ({"program": "us-iran"}, ["us-eo-13645-ban", "us-eo-13645-freeze"]),
        ({"sector": "finance"}, ["us-eo-13645-freeze"]),
        ({"target": "iran"}, ["us-eo-13645-ban", "us-eo-13645-freeze", "us-eo-13716-relief"]),
        ({"target": "bank-melli"}, ["us-eo-13645-freeze"]),
        ({"dated_on__gte": "2016"}, ["us-eo-13716-relief"]),
        ({"standing": "in_force", "as_of": "2015-01-01"}, ["us-eo-13645-ban", "us-eo-13645-freeze"]),
        ({"in_force_on": "2017-01-01"}, ["us-eo-13716-relief"]),
        ({"overlaps": "2016-02/.."}, ["us-eo-13716-relief"]),
        ({"source": "law"}, ["us-eo-13645-ban", "us-eo-13645-freeze"]),
    ],
    ids=str,
)
def test_measures_are_found_by(slugs: Slugs, parameters: dict[str, Any], expected: list[str]) -> None:
    assert slugs("measures", **parameters) == expected
