"""/api/v1/programs/"""

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("world")

Slugs = Callable[..., list[str]]
Ask = Callable[..., Any]


def test_programs_are_listed_by_name(slugs: Slugs) -> None:
    assert slugs("programs") == ["thematic", "us-iran"]


def test_a_program_shows_its_territories_and_its_list(ask: Ask) -> None:
    program = ask("programs/us-iran/")
    assert [territory["slug"] for territory in program["territories"]] == ["iran"]
    assert program["list_name"] == "SDN List"


def test_a_program_does_not_depend_on_the_day(ask: Ask) -> None:
    assert ask("programs/us-iran/", as_of="1900-01-01") == ask("programs/us-iran/")


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"slug__in": "thematic"}, ["thematic"]),
        ({"search": "eo13645"}, ["us-iran"]),
        ({"identifier": "ofac-program:iran-eo13645"}, ["us-iran"]),
        ({"issuer": "france"}, ["thematic"]),
        ({"territory": "iran"}, ["us-iran"]),
        ({"order": "us-eo-13645"}, ["us-iran"]),
        ({"designated": "bank-melli"}, ["us-iran"]),
        ({"list_name": "sdn"}, ["us-iran"]),
        ({"source": "law"}, ["us-iran"]),
    ],
    ids=str,
)
def test_programs_are_found_by(slugs: Slugs, parameters: dict[str, Any], expected: list[str]) -> None:
    assert slugs("programs", **parameters) == expected
