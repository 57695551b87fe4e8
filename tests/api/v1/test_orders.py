"""/api/v1/orders/"""

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("world")

Slugs = Callable[..., list[str]]
Ask = Callable[..., Any]


def test_orders_are_listed_newest_first_and_those_without_a_day_last(slugs: Slugs) -> None:
    assert slugs("orders") == ["us-nspm-2", "us-eo-13716", "us-eo-13645", "undated"]
    assert slugs("orders", ordering="dated_on") == ["us-eo-13645", "us-eo-13716", "us-nspm-2", "undated"]


def test_an_order_shows_its_measures_directives_identifiers_and_history(ask: Ask) -> None:
    order = ask("orders/us-nspm-2/")
    assert (order["type"], order["url"]) == ("order", "/api/v1/orders/us-nspm-2/")
    assert [directive["section"] for directive in order["directives"]] == ["2(a)", "2(b)"]
    assert order["directives"][0]["addressee"]["url"] == "/api/v1/actors/us-treasury/"
    assert [effect["verb"] for effect in order["history"]] == ["issued", "took_effect"]


@pytest.mark.parametrize(
    ("day", "code", "since", "verb"),
    [
        ("2013-06-30", "not_yet_in_force", None, None),
        ("2013-07-01", "in_force", "2013-07-01", "took_effect"),
        ("2016-01-15", "in_force", "2013-07-01", "took_effect"),
        ("2016-01-16", "ended", "2016-01-16", "revoked"),
    ],
)
def test_the_standing_is_that_of_the_day_and_says_why(
    ask: Ask, day: str, code: str, since: str | None, verb: str | None
) -> None:
    standing = ask("orders/us-eo-13645/", as_of=day)["standing"]
    assert (standing["code"], standing["as_of"], standing["since"]) == (code, day, since)
    assert standing["certain"] is True
    assert standing["possible"] == [code]
    assert (standing["decided_by"] or {}).get("verb") == verb


def test_what_decided_names_the_event_and_the_instrument(ask: Ask) -> None:
    reason = ask("orders/us-eo-13645/", as_of="2019-06-01")["standing"]["decided_by"]
    assert reason == {
        "event": {
            "slug": "implementation-day",
            "name": "Implementation Day",
            "url": "/api/v1/events/implementation-day/",
        },
        "by_order": {
            "slug": "us-eo-13716",
            "name": "Revocation of orders",
            "url": "/api/v1/orders/us-eo-13716/",
        },
        "verb": "revoked",
        "effective_on": "2016-01-16",
    }


def test_a_draft_event_changes_no_standing(ask: Ask) -> None:
    assert ask("orders/us-nspm-2/", as_of="2025-06-01")["standing"]["code"] == "in_force"


def test_the_list_shows_the_same_standing_as_the_detail(ask: Ask) -> None:
    rows = ask("orders/", as_of="2015-06-01")["results"]
    assert rows
    for row in rows:
        assert row == ask(f"orders/{row['slug']}/", as_of="2015-06-01")


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"slug__in": "us-nspm-2,undated"}, ["us-nspm-2", "undated"]),
        ({"search": "RIAL"}, ["us-eo-13645"]),
        ({"search": "automotive order"}, ["us-eo-13645"]),
        ({"search": "automotive pressure"}, []),
        ({"search": "13716"}, ["us-eo-13716"]),
        ({"identifier": "us-eo:13716"}, ["us-eo-13716"]),
        ({"identifier": ["us-eo:13716", "us-eo:13645"]}, ["us-eo-13716", "us-eo-13645"]),
        ({"identifier": "us-eo:99999"}, []),
        ({"kind": "statute"}, ["undated"]),
        ({"kind__in": "statute,presidential_memorandum"}, ["us-nspm-2", "undated"]),
        ({"issuer": "france"}, ["undated"]),
        ({"issuer__in": "france,iran"}, ["undated"]),
        ({"signatory": "rafael-grossi"}, ["us-eo-13645"]),
        ({"geographic_scope": "thematic"}, ["undated"]),
        ({"topic": "sanctions"}, ["us-eo-13645"]),
        ({"topic__in": "sanctions,non_proliferation"}, ["us-nspm-2", "us-eo-13645"]),
        ({"program": "us-iran"}, ["us-eo-13645"]),
        ({"dated_on": "2013"}, ["us-eo-13645"]),
        ({"dated_on__gte": "2016"}, ["us-nspm-2", "us-eo-13716"]),
        ({"dated_on__lte": "2016-01"}, ["us-eo-13716", "us-eo-13645"]),
        ({"dated_on__gte": "2014", "dated_on__lte": "2016"}, ["us-eo-13716"]),
        ({"standing": "in_force", "as_of": "2015-01-01"}, ["us-eo-13645"]),
        ({"standing": "ended", "as_of": "2017-01-01"}, ["us-eo-13645"]),
        ({"standing__in": "ended,in_force", "as_of": "2017-01-01"}, ["us-eo-13716", "us-eo-13645"]),
        ({"in_force_on": "2016-01-16"}, ["us-eo-13716"]),
        ({"overlaps": "2016"}, ["us-eo-13716", "us-eo-13645"]),
        ({"overlaps": "2016-01-16/2016-12"}, ["us-eo-13716"]),
        ({"overlaps": "../2012"}, []),
        ({"measure": "asset_freeze"}, ["us-eo-13645"]),
        ({"measure__in": "asset_freeze,relief"}, ["us-eo-13716", "us-eo-13645"]),
        ({"direction": "relieves"}, ["us-eo-13716"]),
        ({"target": "bank-melli"}, ["us-eo-13645"]),
        ({"target": "iran"}, ["us-eo-13716", "us-eo-13645"]),
        ({"target__in": "bank-melli,france"}, ["us-eo-13645"]),
        ({"sector": "automotive"}, ["us-eo-13645"]),
        ({"relation": "implements", "to_agreement": "jcpoa"}, ["us-eo-13716"]),
        ({"addressee": "us-treasury"}, ["us-nspm-2"]),
        ({"source": "law"}, ["us-eo-13645"]),
    ],
    ids=str,
)
def test_orders_are_found_by(slugs: Slugs, parameters: dict[str, Any], expected: list[str]) -> None:
    assert slugs("orders", **parameters) == expected


def test_conditions_on_measures_must_hold_of_one_measure(slugs: Slugs) -> None:
    assert slugs("orders", measure="asset_freeze", target="bank-melli", sector="finance") == ["us-eo-13645"]
    assert slugs("orders", measure="asset_freeze", sector="automotive") == []
    assert slugs("orders", measure="import_restrictions", target="bank-melli") == []
