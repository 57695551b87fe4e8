"""Every fact of the news report of February 2025, found through the API by those who would ask for it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.seeds.conftest import Ask

pytestmark = pytest.mark.django_db
REPORT = "news-report-2025-02"
SPEECH = {"speaker": "ali-khamenei", "happened_on": "2025-02-07"}


def slugs(page: Any) -> set[str]:
    """Return the slugs of a page of results."""
    return {row["slug"] for row in page["results"]}


def sources(record: Any) -> set[str]:
    """Return the slugs of the sources that a record cites."""
    return {row["source"]["slug"] for row in record["citations"]}


def positions(ask: Ask, event: str, holder: str) -> list[Any]:
    """Return the positions of a holder in an event."""
    return [row for row in ask(f"events/{event}")["positions"] if row["holder"]["slug"] == holder]


def party(ask: Ask, agreement: str, actor: str, day: str) -> str:
    """Return the standing of a party on a day."""
    parties = ask(f"agreements/{agreement}", as_of=day)["parties"]
    return str(next(row["standing"]["code"] for row in parties if row["actor"]["slug"] == actor))


def offices(ask: Ask, actor: str) -> dict[str, Any]:
    """Return the offices of an actor: slug → tenure."""
    return {row["slug"]: row for row in ask(f"actors/{actor}")["tenures"]}


def test_the_report_is_a_source(ask: Ask) -> None:
    source = ask(f"sources/{REPORT}")
    assert (source["kind"], source["published_on"], source["publisher"]) == ("news", "2025-02", None)
    assert len(ask("events", source=REPORT, limit="100")["results"]) >= 15


# --- Khamenei on 7 February 2025 ------------------------------------------------------------------


def test_khamenei_rejects_negotiation_before_air_force_personnel(ask: Ask) -> None:
    assert "khamenei-rules-out-talks" in slugs(ask("events", **SPEECH, stance="rejects", about="united-states"))
    event = ask("events/khamenei-rules-out-talks")
    roles = {(row["actor"]["slug"], row["role"]) for row in event["participations"]}
    assert {("ali-khamenei", "speaker"), ("iran-air-force", "audience")} <= roles
    said = positions(ask, "khamenei-rules-out-talks", "ali-khamenei")[0]
    assert "honourable" in said["paraphrase"]
    assert "Air Force" in said["audience"]
    assert REPORT in sources(event)


def test_khamenei_says_that_iran_was_generous_and_the_americans_did_not_perform(ask: Ask) -> None:
    assert "khamenei-on-the-jcpoa" in slugs(ask("events", **SPEECH, stance="accuses", agreement="jcpoa"))
    assert "khamenei-on-the-jcpoa" in slugs(ask("events", accused="united-states", speaker="ali-khamenei"))
    said = positions(ask, "khamenei-on-the-jcpoa", "ali-khamenei")
    assert {"generous" in row["paraphrase"] for row in said} == {True}
    assert slugs(ask("violations", claimed_by="ali-khamenei", accused="united-states")) == {
        "us-nonimplementation-khamenei-2025"
    }
    violation = ask("violations/us-nonimplementation-khamenei-2025", as_of="2025-02-08")
    assert violation["standing"]["code"] == "alleged"
    assert REPORT in sources(violation)


def test_khamenei_threatens_to_answer_threats_and_attacks(ask: Ask) -> None:
    assert slugs(ask("events", **SPEECH, stance="threatens")) == {"khamenei-answers-threats"}
    said = positions(ask, "khamenei-answers-threats", "ali-khamenei")[0]["paraphrase"]
    assert "threaten" in said
    assert "attack" in said


# --- The memorandum and the policy ----------------------------------------------------------------


def test_the_memorandum_restores_maximum_pressure_with_each_of_its_directives(ask: Ask) -> None:
    assert slugs(ask("orders", identifier="us-nspm:2")) == {"us-nspm-2"}
    assert "us-nspm-2" in slugs(ask("orders", search="maximum pressure"))
    order = ask("orders/us-nspm-2", as_of="2025-02-07")
    assert (order["kind"], order["standing"]["code"]) == ("presidential_memorandum", "in_force")
    assert order["standing"]["since"] == "2025-02-04"
    assert REPORT in sources(order)
    told: dict[str, list[str]] = {}
    for row in order["directives"]:
        told.setdefault(row["addressee"]["slug"], []).append(row["section"])
    assert {addressee: len(sections) for addressee, sections in told.items()} == {
        "us-treasury": 5,
        "us-state-department": 4,
        "us-mission-to-the-un": 3,
        "us-commerce-department": 1,
        "us-justice-department": 5,
    }
    texts = {row["section"]: row["text"] for row in order["directives"]}
    assert "violating Iran sanctions" in texts["2(a)(i)"]
    assert "waivers" in texts["2(b)(i)"]
    assert "oil exports" in texts["2(b)(ii)"]
    assert "us-nspm-2" in slugs(ask("orders", addressee="us-treasury"))


def test_the_white_house_account_names_treasury_state_and_oil(ask: Ask) -> None:
    event = ask("events/white-house-on-nspm-2")
    assert slugs(ask("events", speaker="white-house", order="us-nspm-2")) == {"white-house-on-nspm-2"}
    said = event["positions"][0]["paraphrase"]
    assert all(word in said for word in ("Treasury", "State", "gaps", "waivers", "oil"))


def test_the_policy_is_that_of_the_first_term(ask: Ask) -> None:
    relations = ask("orders/us-nspm-2")["relations"]
    assert ("revives_policy_of", "us-nspm-11") in {(row["kind"], row["to_order"]["slug"]) for row in relations}
    assert "us-nspm-2" in slugs(ask("orders", to_order="us-nspm-11", relation="revives_policy_of"))


# --- The agreement ----------------------------------------------------------------------------------


def test_the_agreement_of_2015_and_its_bargain(ask: Ask) -> None:
    assert "jcpoa" in slugs(ask("agreements", dated_on="2015", search="nuclear"))
    agreement = ask("agreements/jcpoa")
    assert agreement["dated_on"] == "2015-07-14"
    commitments = {row["slug"]: row for row in agreement["commitments"]}
    relief = {row["slug"] for row in commitments["jcpoa-us-sanctions"]["in_return_for"]}
    assert {"jcpoa-enrichment-cap", "jcpoa-stockpile-cap", "jcpoa-fordow"} <= relief
    assert REPORT in sources(agreement)


def test_the_united_states_left_in_the_first_term(ask: Ask) -> None:
    assert party(ask, "jcpoa", "united-states", "2018-05-07") == "party"
    assert party(ask, "jcpoa", "united-states", "2018-05-09") == "withdrawn"
    assert slugs(ask("events", agreement="jcpoa", verb="withdrew")) == {"us-withdraws-from-jcpoa"}
    assert REPORT in sources(ask("events/us-withdraws-from-jcpoa"))


def test_biden_did_not_bring_the_united_states_back(ask: Ask) -> None:
    assert party(ask, "jcpoa", "united-states", "2025-01-19") == "withdrawn"
    event = ask("events/news-report-on-obama-and-biden")
    assert event["kind"] == "characterisation"
    assert "Biden did not bring the United States back" in event["summary"]


def test_the_policy_of_obama_is_told_as_the_report_characterises_it(ask: Ask) -> None:
    found = slugs(ask("events", actor="barack-obama", kind="characterisation"))
    assert found == {"news-report-on-obama-and-biden"}
    event = ask("events/news-report-on-obama-and-biden")
    assert "sanctions relief in return for giving up" in event["summary"]
    assert "Opinion" in event["note"]
    assert sources(event) == {REPORT}


def test_the_iaea_and_others_assert_repeated_violations(ask: Ask) -> None:
    assert "iran-repeated-violations-2024" in slugs(ask("violations", source=REPORT, claimed_by="iaea"))
    by_iaea = slugs(ask("violations", accused="iran", under_agreement="jcpoa", claimed_by="iaea", limit="100"))
    by_e3 = slugs(ask("violations", accused="iran", under_agreement="jcpoa", claimed_by="e3", limit="100"))
    assert len(by_iaea) >= 15
    assert len(by_e3) >= 5
    assert slugs(ask("violations", commitment="jcpoa-stockpile-cap")) == {
        "stockpile-2019-07",
        "stockpile-2021-08",
        "stockpile-2023-05",
        "stockpile-2024-10",
        "stockpile-2025-06",
    }
    assert "iaea-board-2024-06" in slugs(ask("events", actor="iaea-board-of-governors", source=REPORT))


def test_grossi_finds_in_june_2024_that_it_exists_on_paper_only(ask: Ask) -> None:
    found = ask("events", speaker="rafael-grossi", happened_on="2024-06", agreement="jcpoa", stance="assesses")
    assert slugs(found) == {"grossi-jcpoa-only-on-paper"}
    assert found["results"][0]["positions"][0]["quote"] == "exists only on paper"
    assert REPORT in sources(found["results"][0])


def test_european_states_and_china_still_take_part(ask: Ask) -> None:
    for actor in ("china", "france", "germany", "united-kingdom"):
        assert party(ask, "jcpoa", actor, "2025-02-07") == "party"
    roles = {row["actor"]["slug"] for row in ask("events/news-report-on-the-jcpoa")["participations"]}
    assert {"china", "e3"} <= roles


# --- People -----------------------------------------------------------------------------------------


def test_pezeshkian_is_in_office_and_what_is_said_of_his_line(ask: Ask) -> None:
    assert "masoud-pezeshkian" in slugs(ask("actors", head_of="iran-government", as_of="2025-02-07"))
    event = ask("events/news-report-on-pezeshkian")
    assert "unity and harmony" in event["summary"]
    assert event["kind"] == "characterisation"


def test_zarif_negotiated_then_and_is_vice_president_now(ask: Ask) -> None:
    concluded = ask("events/jcpoa-concluded")["participations"]
    assert ("mohammad-javad-zarif", "negotiator") in {(row["actor"]["slug"], row["role"]) for row in concluded}
    held = offices(ask, "mohammad-javad-zarif")["mohammad-javad-zarif-iran-government-vice-president"]
    assert held["title"] == "Vice President for Strategic Affairs"
    assert "mohammad-javad-zarif" in slugs(ask("actors", office_of="iran-government", as_of="2025-02-07"))


def test_soleimani_commanded_the_quds_force_and_was_killed_in_2020(ask: Ask) -> None:
    assert slugs(ask("actors", head_of="irgc-quds-force", as_of="2019-12-01")) == {"qasem-soleimani"}
    event = ask("events/killing-of-soleimani")
    roles = {(row["actor"]["slug"], row["role"]) for row in event["participations"]}
    assert {("united-states", "perpetrator"), ("qasem-soleimani", "victim")} <= roles
    assert event["happened_on"] == "2020-01-03"
    assert "Trump" in event["summary"]
    assert REPORT in sources(event)


def test_iranian_officials_call_for_the_death_of_trump(ask: Ask) -> None:
    found = slugs(ask("events", speaker="iran-government", about="donald-trump", stance="threatens"))
    assert found == {"iranian-calls-for-death-of-trump"}


def test_trump_pompeo_and_others_are_charged_and_redress_is_demanded(ask: Ask) -> None:
    charged = slugs(ask("events", accused="donald-trump", kind="court_action", limit="50"))
    assert {"iran-warrants-for-trump", "tehran-court-soleimani-judgment"} <= charged
    assert "iran-warrants-for-trump" in slugs(ask("events", accused="mike-pompeo", source=REPORT))
    judgment = ask("events/tehran-court-soleimani-judgment")
    accused = {row["actor"]["slug"] for row in judgment["participations"] if row["role"] == "accused"}
    assert {"donald-trump", "mike-pompeo", "mark-esper"} <= accused
    assert judgment["penalties"][0]["amount"] == 49_770_000_000
    assert REPORT in sources(judgment)


def test_trump_says_that_iran_would_be_obliterated(ask: Ask) -> None:
    found = ask("events", speaker="donald-trump", about="iran", stance="threatens", happened_on="2025-02")
    assert slugs(found) == {"trump-iran-would-be-obliterated"}
    assert found["results"][0]["positions"][0]["quote"] == "they get obliterated"
