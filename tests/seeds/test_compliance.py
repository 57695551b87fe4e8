"""Who kept the nuclear agreement, on the real record: the same question for every party."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.v1.answer_schema import faults
from tests.seeds.conftest import Ask

pytestmark = pytest.mark.django_db

PATH = "agreements/jcpoa/compliance"


def standings(answer: Any, obligor: str) -> dict[str, str]:
    return {
        row["commitment"]["slug"]: row["standing"]["code"]
        for row in answer["obligations"]
        if row["obligor"]["slug"] == obligor
    }


def test_on_implementation_day_every_promise_that_began_then_binds(ask: Ask) -> None:
    answer = ask(PATH, as_of="2016-01-16")
    begun = [row for row in answer["obligations"] if row["starts_on"] == "2016-01-16"]
    assert len(begun) == 15
    assert {row["obligor"]["slug"] for row in begun} == {"iran", "united-states", "european-union"}
    assert {row["standing"]["code"] for row in begun} == {"binding"}


def test_after_the_withdrawal_the_american_promises_are_not_performed_and_the_iranian_ones_bind(ask: Ask) -> None:
    answer = ask(PATH, as_of="2019-01-01")
    assert set(standings(answer, "iran").values()) == {"binding", "lapsed"}
    assert standings(answer, "united-states") == {
        "jcpoa-us-sanctions": "not_performed",
        "jcpoa-us-no-reimpose": "not_performed",
        "jcpoa-trade-normal": "binding",
    }
    assert set(standings(answer, "european-union").values()) == {"binding"}


def test_the_stock_of_uranium_was_above_the_limit_each_time_it_was_measured(ask: Ask) -> None:
    [row] = ask(PATH, commitment="jcpoa-stockpile-cap", as_of="2025-11-01")["obligations"]
    assert [
        (one["observed_on"], one["value"], one["limit"], one["within_limit"], one["measured_by"]["slug"])
        for one in row["measurements"]
    ] == [
        ("2019-07-01", 205, 202.8, False, "iaea"),
        ("2021-08-30", 2441.3, 202.8, False, "iaea"),
        ("2023-05-13", 4744.5, 202.8, False, "iaea"),
        ("2024-10-26", 6604.4, 202.8, False, "iaea"),
        ("2025-06-13", 9874.9, 202.8, False, "iaea"),
    ]
    assert (row["limit"]["equivalent_limit"], row["limit"]["equivalent_unit"]) == (202.8, "kg U")


def test_grams_of_metal_are_not_compared_with_a_promise_without_a_number(ask: Ask) -> None:
    [row] = ask(PATH, commitment="jcpoa-metal", as_of="2025-11-01")["obligations"]
    assert [(one["value"], one["within_limit"]) for one in row["measurements"]] == [(3.6, None)]


def test_the_american_withdrawal_is_disputed_and_both_sides_are_named(ask: Ask) -> None:
    rows = ask(PATH, obligor="united-states", as_of="2025-03-01")["obligations"]
    withdrawal = next(
        one for row in rows for one in row["violations"] if one["violation"]["slug"] == "us-withdrawal-2018"
    )
    assert withdrawal["standing"]["code"] == "disputed"
    said = {(claim["verb"], claim["party"]["slug"]) for claim in withdrawal["claims"]}
    assert {verb for verb, _ in said} == {"alleged", "denied"}
    assert all(claim["citations"] for claim in withdrawal["claims"])


def test_the_three_european_states_are_accused_of_what_the_union_promised(ask: Ask) -> None:
    accused = {one["accused"]["slug"]: one["violations"] for one in ask(PATH, as_of="2025-11-01")["accusations"]}
    assert [one["violation"]["slug"] for one in accused["e3"]] == ["e3-inaction-iran-2020"]
    assert [one["violation"]["slug"] for one in accused["iran"]] == [
        "iran-repeated-violations-2024",
        "iran-significant-nonperformance-2025",
    ]


def test_every_agreement_of_the_record_is_answered_as_the_schema_says(ask: Ask) -> None:
    rows = ask("agreements", limit="1000")["results"]
    assert rows
    for row in rows:
        for day in ("2004-12-01", "2019-09-15", "2025-11-01"):
            assert faults("Compliance", ask(f"agreements/{row['slug']}/compliance", as_of=day)) == [], row["slug"]
