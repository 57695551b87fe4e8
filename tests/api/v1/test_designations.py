"""/api/v1/designations/"""

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("world")

Slugs = Callable[..., list[str]]
Ask = Callable[..., Any]


def test_designations_are_listed_newest_first_and_those_without_a_date_last(slugs: Slugs) -> None:
    assert slugs("designations") == ["bank-melli-sdn", "bank-melli-eu", "khamenei-sdn"]


@pytest.mark.parametrize(
    ("slug", "day", "listed"),
    [
        ("bank-melli-sdn", "2013-06-30", False),
        ("bank-melli-sdn", "2013-07-01", True),
        ("bank-melli-sdn", "2016-01-15", True),
        ("bank-melli-sdn", "2016-01-16", False),
        ("bank-melli-eu", "2007-12-31", False),
        ("bank-melli-eu", "2008-06-01", None),
        ("bank-melli-eu", "2009-01-01", True),
        ("khamenei-sdn", "2020-01-01", None),
    ],
)
def test_whether_it_was_listed_on_the_day_may_stay_open(ask: Ask, slug: str, day: str, listed: bool | None) -> None:
    answer = ask(f"designations/{slug}/", as_of=day)
    assert (answer["as_of"], answer["listed"]) == (day, listed)


def test_a_designation_names_actor_program_and_order(ask: Ask) -> None:
    designation = ask("designations/bank-melli-sdn/")
    named = [designation[key]["slug"] for key in ("actor", "program", "order")]
    assert named == ["bank-melli", "us-iran", "us-eo-13645"]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"slug__in": "bank-melli-eu"}, ["bank-melli-eu"]),
        ({"search": "bmi proliferation"}, ["bank-melli-sdn"]),
        ({"actor": "bank-melli"}, ["bank-melli-sdn", "bank-melli-eu"]),
        ({"actor_kind": "person"}, ["khamenei-sdn"]),
        ({"program": "us-iran"}, ["bank-melli-sdn", "khamenei-sdn"]),
        ({"order": "us-eo-13645"}, ["bank-melli-sdn"]),
        ({"list_name": "consolidated"}, ["bank-melli-eu"]),
        ({"entry_id": "123"}, ["bank-melli-sdn"]),
        ({"listed_on": "2008"}, ["bank-melli-eu"]),
        ({"listed_on__gte": "2013"}, ["bank-melli-sdn"]),
        ({"delisted_on__lte": "2016"}, ["bank-melli-sdn"]),
        ({"listed_on_day": "2015-01-01"}, ["bank-melli-sdn", "bank-melli-eu"]),
        ({"listed": "true", "as_of": "2017-01-01"}, ["bank-melli-eu"]),
        ({"listed": "false", "as_of": "2017-01-01"}, ["bank-melli-sdn", "khamenei-sdn"]),
        ({"source": "law"}, ["bank-melli-sdn"]),
    ],
    ids=str,
)
def test_designations_are_found_by(slugs: Slugs, parameters: dict[str, Any], expected: list[str]) -> None:
    assert slugs("designations", **parameters) == expected
