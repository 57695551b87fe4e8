"""/api/v1/sources/"""

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("world")

Slugs = Callable[..., list[str]]
Ask = Callable[..., Any]


def test_sources_are_listed_newest_first_and_those_without_a_date_last(slugs: Slugs) -> None:
    assert slugs("sources") == ["report", "law", "article"]
    assert slugs("sources", ordering="published_on") == ["law", "report", "article"]


def test_the_address_of_a_source_stands_beside_the_link_to_its_record(ask: Ask) -> None:
    source = ask("sources/law/")
    assert (source["url"], source["source_url"]) == ("/api/v1/sources/law/", "https://example.org/law")


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"slug__in": "law"}, ["law"]),
        ({"search": "director iaea"}, ["report"]),
        ({"search": "example.org"}, ["law"]),
        ({"kind": "news"}, ["article"]),
        ({"kind__in": "news,official_report"}, ["report", "article"]),
        ({"publisher": "federal"}, ["law"]),
        ({"language": "fa"}, ["article"]),
        ({"reliability": "A"}, ["report", "law"]),
        ({"reliability__in": "B,C"}, ["article"]),
        ({"published_on": "2019"}, ["report"]),
        ({"published_on__gte": "2019-07-15"}, []),
        ({"published_on__lte": "2018"}, ["law"]),
    ],
    ids=str,
)
def test_sources_are_found_by(slugs: Slugs, parameters: dict[str, Any], expected: list[str]) -> None:
    assert slugs("sources", **parameters) == expected
