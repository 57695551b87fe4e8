"""/api/v1/actors/"""

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("world")

Slugs = Callable[..., list[str]]
Ask = Callable[..., Any]


def test_actors_are_listed_by_name(ask: Ask) -> None:
    names = [row["name"] for row in ask("actors/")["results"]]
    assert names == sorted(names)
    assert names[0] == "A club"


def test_an_actor_shows_its_names_and_the_offices_held_on_the_day(ask: Ask) -> None:
    actor = ask("actors/ali-khamenei/", as_of="2025-02-07")
    assert [name["text"] for name in actor["names"]] == ["Khameneh'i"]
    assert actor["as_of"] == "2025-02-07"
    assert actor["offices"] == [
        {
            "slug": "khamenei-leader",
            "body": {"slug": "iran", "name": "Iran", "url": "/api/v1/actors/iran/"},
            "title": "Supreme Leader",
            "rank": "head",
            "from": "1989-06-04",
        }
    ]
    assert ask("actors/ali-khamenei/", as_of="1989-06-03")["offices"] == []


@pytest.mark.parametrize(
    ("day", "heads"),
    [
        ("2009-11-30", []),
        ("2009-12-01", ["yukiya-amano"]),
        ("2019-07-17", ["yukiya-amano"]),
        ("2019-07-18", []),
        ("2024-06-01", ["rafael-grossi"]),
    ],
)
def test_who_headed_a_body_depends_on_the_day(slugs: Slugs, day: str, heads: list[str]) -> None:
    assert slugs("actors", head_of="iaea", as_of=day) == heads


def test_a_relationship_counts_unless_its_dates_say_otherwise(slugs: Slugs) -> None:
    assert slugs("actors", member_of="nuclear-club", as_of="1995-01-01") == ["ali-khamenei"]
    assert slugs("actors", member_of="nuclear-club", as_of="2001-01-01") == []
    assert slugs("actors", country="iran", kind="bank", as_of="1800-01-01") == ["bank-melli"]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"slug__in": "iran"}, ["iran"]),
        ({"search": "islamic"}, ["iran"]),
        ({"search": "ایران"}, ["iran"]),
        ({"search": "Q794"}, ["iran"]),
        ({"name": "america"}, ["united-states"]),
        ({"name": "khameneh ali"}, ["ali-khamenei"]),
        ({"identifier": "iso-3166:ir"}, ["iran"]),
        ({"identifier": ["iso-3166:IR", "iso-3166:US"]}, ["iran", "united-states"]),
        ({"kind": "bank"}, ["bank-melli"]),
        ({"kind__in": "bank,intergovernmental_organisation"}, ["bank-melli", "iaea"]),
        ({"country": "iran"}, ["ali-khamenei", "bank-melli"]),
        ({"country__in": "iran,france"}, ["ali-khamenei", "bank-melli"]),
        ({"part_of": "united-states"}, ["us-treasury", "us-president"]),
        ({"office_of": "iran", "as_of": "2025-01-01"}, ["ali-khamenei"]),
        ({"office_of": "iran", "rank": "deputy", "as_of": "2025-01-01"}, []),
        ({"office_of": "iaea", "rank__in": "head,deputy", "as_of": "2025-01-01"}, ["rafael-grossi"]),
        ({"rank": "head", "as_of": "2015-01-01"}, ["ali-khamenei", "yukiya-amano"]),
        ({"program": "us-iran"}, ["ali-khamenei", "bank-melli"]),
        ({"source": "article"}, ["iran"]),
    ],
    ids=str,
)
def test_actors_are_found_by(slugs: Slugs, parameters: dict[str, Any], expected: list[str]) -> None:
    assert slugs("actors", **parameters) == expected
