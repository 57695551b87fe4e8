"""The questions that the tour asks, on the real record."""

from __future__ import annotations

import pytest

from tests.seeds.conftest import Ask

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("day", "standing", "verb", "by"),
    [
        ("2015-06-01", "in_force", "took_effect", None),
        ("2016-06-01", "ended", "revoked", "us-eo-13716"),
        ("2019-06-01", "ended", "revoked", "us-eo-13716"),
    ],
)
def test_what_became_of_executive_order_13645(ask: Ask, day: str, standing: str, verb: str, by: str | None) -> None:
    found = ask("orders/us-eo-13645", as_of=day)["standing"]
    decided = found["decided_by"]
    assert (found["code"], found["certain"], decided["verb"]) == (standing, True, verb)
    assert decided.get("by_order", {}).get("slug") == by


def test_what_a_later_order_took_over_from_it(ask: Ask) -> None:
    later = ask("orders", to_order="us-eo-13645", relation="revives_policy_of")["results"]
    assert [row["slug"] for row in later] == ["us-eo-13846"]
    note = next(row["note"] for row in later[0]["relations"] if row.get("to_order", {}).get("slug") == "us-eo-13645")
    assert "stays revoked" in note


@pytest.mark.parametrize(
    ("day", "head"),
    [
        ("1990-01-01", "hans-blix"),
        ("2005-09-24", "mohamed-elbaradei"),
        ("2015-07-14", "yukiya-amano"),
        ("2019-09-01", "cornel-feruta"),
        ("2024-06-17", "rafael-grossi"),
    ],
)
def test_who_headed_the_iaea(ask: Ask, day: str, head: str) -> None:
    assert [row["slug"] for row in ask("actors", head_of="iaea", as_of=day)["results"]] == [head]


def test_what_is_claimed_under_the_stockpile_limit_and_by_whom(ask: Ask) -> None:
    claimed = ask("violations", accused="iran", commitment="jcpoa-stockpile-cap", as_of="2025-11-30")["results"]
    told = {row["slug"]: {effect["party"]["slug"] for effect in row["history"]} for row in claimed}
    assert told == {
        "stockpile-2019-07": {"iaea"},
        "stockpile-2021-08": {"iaea"},
        "stockpile-2023-05": {"iaea"},
        "stockpile-2024-10": {"iaea"},
        "stockpile-2025-06": {"iaea", "rafael-grossi"},
    }
    assert {row["standing"]["code"] for row in claimed} == {"reported"}


def test_orders_are_found_by_the_numbers_of_others(ask: Ask) -> None:
    for identifier, slug in (
        ("us-eo:13716", "us-eo-13716"),
        ("public-law:114-17", "us-pl-114-17"),
        ("un-symbol:S/RES/2231 (2015)", "un-sc-res-2231"),
        ("celex:32012R0267", "eu-reg-267-2012"),
        ("uk-si:2019/461", "uk-si-2019-461"),
        ("fr-citation:81 FR 3693", "us-eo-13716"),
    ):
        assert [row["slug"] for row in ask("orders", identifier=identifier)["results"]] == [slug]


def test_iran_sanctions_orders_are_a_filter_and_not_a_guess(ask: Ask) -> None:
    found = ask("orders", program="us-iran", topic="sanctions", in_force_on="2015-06-01", limit="100")["results"]
    slugs = {row["slug"] for row in found}
    assert {"us-eo-12957", "us-eo-13599", "us-eo-13645", "us-pl-111-195"} <= slugs
    assert "us-eo-13769" not in slugs
    assert "us-nspm-2" not in slugs
