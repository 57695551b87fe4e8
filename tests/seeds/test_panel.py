"""Who sanctioned Iran, year by year, on the real record."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.v1.answer_schema import faults
from tests.seeds.conftest import Ask

pytestmark = pytest.mark.django_db


def years(ask: Ask, **parameters: str) -> dict[int, Any]:
    asked = {"as_of": "2025-12-31", "target": "iran"} | parameters
    return {row["year"]: row for row in ask("panel", **asked)["rows"]}


def test_the_united_states_have_a_row_for_every_year_since_1979(ask: Ask) -> None:
    found = years(ask, sender="united-states", **{"from": "1979", "to": "2025"})
    assert list(found) == list(range(1979, 2026))
    assert all(row["measures_in_force"] for row in found.values())


def test_the_measures_of_the_hostage_crisis_ended_in_1981(ask: Ask) -> None:
    found = years(ask, sender="united-states", to="1982")
    assert (found[1979]["in_force_asset_freeze"], found[1979]["in_force_import_restrictions"]) == (1, 1)
    assert found[1981]["measures_ended"] > 0
    assert found[1982]["in_force_import_restrictions"] == 0


def test_measures_of_a_year_are_those_that_the_list_finds_in_force_on_its_last_day(ask: Ask) -> None:
    by_year = years(ask, sender="united-states")
    for year in (1990, 2012, 2016, 2018):
        day = f"{year}-12-31"
        listed = ask("measures", direction="imposes", in_force_on=day, as_of=day, limit="1000")["results"]
        ours = [
            row
            for row in listed
            if row["order"]["slug"].startswith("us-")
            and row["standing"]["certain"]
            and any(actor["slug"] in AGAINST_IRAN for actor in [*row["targets"], *row["territories"]])
        ]
        assert by_year[year]["measures_in_force_at_end"] == len(ours)


#: Iran, and the Iranian actors that American measures name.
AGAINST_IRAN = {
    *("iran", "iran-government", "irgc", "irgc-quds-force", "central-bank-of-iran", "nioc", "modafl", "irisl"),
    *("ali-khamenei", "office-of-the-supreme-leader", "etemad-tejarat-pars", "national-development-fund-of-iran"),
    *("bank-sepah", "bank-melli", "bank-saderat", "aeoi"),
}


def test_implementation_day_ended_american_and_european_measures(ask: Ask) -> None:
    american, european = (years(ask, sender=sender) for sender in ("united-states", "european-union"))
    assert american[2016]["measures_ended"] == 10
    assert european[2016]["measures_ended"] > 0
    assert european[2016]["measures_in_force_at_end"] < european[2015]["measures_in_force_at_end"]


def test_snapback_brought_the_measures_of_the_security_council_back(ask: Ask) -> None:
    found = years(ask, sender="united-nations")
    assert found[2024]["measures_in_force_at_end"] < found[2015]["measures_in_force_at_end"]
    assert found[2025]["measures_begun"] > 0


def test_a_threat_of_a_president_is_one_of_his_state(ask: Ask) -> None:
    found = years(ask, sender="united-states")
    assert found[2025]["threats"] == 1
    answered = ask("panel", as_of="2025-12-31", sender="iran", target="united-states")["rows"]
    assert {row["year"]: row["threats"] for row in answered if row["threats"]} == {2020: 1, 2025: 1}


def test_stocks_follow_from_flows(ask: Ask) -> None:
    before: dict[tuple[str, str], int] = {}
    rows = ask("panel", as_of="2025-12-31", frequency="month", target_level="actor")["rows"]
    assert rows
    for row in rows:
        pair = (row["sender"], row["target"])
        flow = row["measures_begun"] - row["measures_ended"]
        assert row["measures_in_force_at_end"] == before.get(pair, 0) + flow, (pair, row["period"])
        before[pair] = row["measures_in_force_at_end"]


@pytest.mark.parametrize("level", ["state", "actor"])
def test_the_panel_of_the_record_is_as_the_schema_says(ask: Ask, level: str) -> None:
    assert faults("Panel", ask("panel", as_of="2025-12-31", target_level=level)) == []
