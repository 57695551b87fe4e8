"""/api/v1/agreements/{slug}/compliance/: who kept which commitment, and who claims or denies a breach."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.api.conftest import Ask
from tests.api.v1.answer_schema import faults
from tests.api.v1.many import load_many
from tests.factories.texts import save_text

PATH = "agreements/jcpoa/compliance/"

#: At most: the agreement, its effects and parties, the commitments, claims, measurements, citations, and their names.
MOST_QUERIES = 32

world = pytest.mark.usefixtures("world")


def obligation(answer: Any, commitment: str, obligor: str) -> Any:
    """Return the one row of a commitment and an obligor."""
    [row] = [
        row
        for row in answer["obligations"]
        if (row["commitment"]["slug"], row["obligor"]["slug"]) == (commitment, obligor)
    ]
    return row


@world
def test_there_is_one_row_for_each_commitment_and_each_who_promised_it(ask: Ask) -> None:
    rows = ask(PATH, as_of="2019-07-02")["obligations"]
    assert [(row["commitment"]["slug"], row["obligor"]["slug"]) for row in rows] == [
        ("jcpoa-stockpile", "iran"),
        ("jcpoa-relief", "france"),
        ("jcpoa-relief", "united-states"),
    ]
    assert {tuple(row) for row in rows} == {tuple(rows[0])}, "Every obligor is told in the same shape."


@world
def test_a_promise_that_one_ceased_to_perform_still_binds_the_other(ask: Ask) -> None:
    answer = ask(PATH, as_of="2018-05-08")
    left = obligation(answer, "jcpoa-relief", "united-states")["standing"]
    stayed = obligation(answer, "jcpoa-relief", "france")["standing"]
    assert (left["code"], left["since"], left["decided_by"]["event"]["slug"]) == (
        "not_performed",
        "2018-05-08",
        "us-withdraws",
    )
    assert (stayed["code"], stayed["since"]) == ("binding", "2016-01-16")


@world
@pytest.mark.parametrize(
    ("day", "standing"),
    [
        ("2016-01-15", "not_yet_binding"),
        ("2016-01-16", "binding"),
        ("2019-06-30", "binding"),
        ("2019-07-01", "not_performed"),
    ],
)
def test_a_promise_stands_as_of_the_day(ask: Ask, day: str, standing: str) -> None:
    row = obligation(ask(PATH, as_of=day), "jcpoa-stockpile", "iran")
    assert (row["standing"]["code"], row["standing"]["as_of"]) == (standing, day)


@world
def test_what_was_measured_stands_beside_the_limit_then_in_force(ask: Ask) -> None:
    row = obligation(ask(PATH, as_of="2019-07-01"), "jcpoa-stockpile", "iran")
    assert row["limit"] == {
        "metric": "stockpile",
        "comparator": "<=",
        "limit": 300,
        "unit": "kg",
        "equivalent_limit": None,
        "equivalent_unit": None,
    }
    [measured] = row["measurements"]
    assert (measured["value"], measured["unit"], measured["limit"]) == (305.5, "kg", 300)
    assert measured["within_limit"] is False
    assert measured["measured_by"]["slug"] == "iaea"
    assert measured["event"]["slug"] == "iaea-reports"
    assert [citation["source"]["slug"] for citation in measured["citations"]] == ["report"]
    assert row["verifier"]["slug"] == "iaea"


@world
def test_nothing_is_measured_or_claimed_before_it_was(ask: Ask) -> None:
    row = obligation(ask(PATH, as_of="2019-06-30"), "jcpoa-stockpile", "iran")
    assert (row["measurements"], row["violations"]) == ([], [])


@world
def test_a_claim_that_is_denied_is_disputed_and_each_is_attributed(ask: Ask) -> None:
    [claimed] = obligation(ask(PATH, as_of="2019-07-01"), "jcpoa-stockpile", "iran")["violations"]
    assert (claimed["violation"]["slug"], claimed["standing"]["code"]) == ("stockpile-2019", "reported")
    [disputed] = obligation(ask(PATH, as_of="2019-07-02"), "jcpoa-stockpile", "iran")["violations"]
    assert disputed["standing"]["code"] == "disputed"
    assert [
        (said["verb"], said["party"]["slug"], said["effective_on"], said["event"]["slug"])
        for said in disputed["claims"]
    ] == [
        ("reported", "iaea", "2019-07-01", "iaea-reports"),
        ("denied", "iran", "2019-07-02", "iran-denies"),
    ]
    assert [[one["source"]["slug"] for one in claim["citations"]] for claim in disputed["claims"]] == [["report"], []]
    assert (disputed["gravity"], disputed["report_number"]) == ("significant", "GOV/INF/2019/8")
    assert disputed["against"][0]["commitment"]["slug"] == "jcpoa-stockpile"
    assert disputed["against"][0]["section"] == "56"


@world
def test_what_is_claimed_of_the_agreement_as_a_whole_has_a_section_of_its_own(ask: Ask) -> None:
    answer = ask(PATH, as_of="2018-05-10")
    [accused] = answer["accusations"]
    assert accused["accused"]["slug"] == "united-states"
    [claimed] = accused["violations"]
    assert claimed["violation"]["slug"] == "withdrawal-2018"
    assert claimed["claims"][0]["party"]["slug"] == "iran"
    assert obligation(answer, "jcpoa-relief", "united-states")["violations"] == []
    assert ask(PATH, as_of="2018-05-09")["accusations"] == []


@world
def test_what_was_said_of_a_violation_stands_beside_it_and_decides_nothing(ask: Ask) -> None:
    [accused] = ask(PATH, as_of="2025-02-07")["accusations"]
    [claimed] = accused["violations"]
    [position] = claimed["positions"]
    assert (position["holder"]["slug"], position["stance"]) == ("ali-khamenei", "accuses")
    assert position["event"]["slug"] == "khamenei-speaks"
    assert [citation["source"]["slug"] for citation in position["citations"]] == ["article"]
    assert claimed["standing"]["code"] == "alleged"


@world
def test_what_is_owed_in_return_stands_with_its_own_standing(ask: Ask) -> None:
    answer = ask(PATH, as_of="2019-07-01")
    [owed] = obligation(answer, "jcpoa-stockpile", "iran")["owed_for"]
    assert owed["commitment"]["slug"] == "jcpoa-relief"
    assert [(row["obligor"]["slug"], row["code"]) for row in owed["by_obligor"]] == [
        ("france", "binding"),
        ("united-states", "not_performed"),
    ]
    [given] = obligation(answer, "jcpoa-relief", "france")["in_return_for"]
    assert [(row["obligor"]["slug"], row["code"]) for row in given["by_obligor"]] == [("iran", "not_performed")]


@world
def test_the_parties_stand_beside(ask: Ask) -> None:
    answer = ask(PATH, as_of="2018-05-08")
    assert answer["standing"]["code"] == "in_effect"
    assert [(party["actor"]["slug"], party["standing"]["code"]) for party in answer["parties"]] == [
        ("iran", "party"),
        ("united-states", "withdrawn"),
    ]


@world
@pytest.mark.parametrize(
    ("parameters", "rows", "accused"),
    [
        ({"obligor": "iran"}, ["jcpoa-stockpile iran"], []),
        ({"obligor": "united-states"}, ["jcpoa-relief united-states"], ["united-states"]),
        ({"obligor__in": "france,iran"}, ["jcpoa-stockpile iran", "jcpoa-relief france"], []),
        ({"obligor": "iran", "obligor__in": "france"}, [], []),
        ({"commitment": "jcpoa-relief"}, ["jcpoa-relief france", "jcpoa-relief united-states"], []),
        ({"commitment__in": "jcpoa-stockpile"}, ["jcpoa-stockpile iran"], []),
        ({"standing": "binding"}, ["jcpoa-relief france"], ["united-states"]),
        (
            {"standing__in": "not_performed,lapsed"},
            ["jcpoa-stockpile iran", "jcpoa-relief united-states"],
            ["united-states"],
        ),
        ({"obligor": "yukiya-amano"}, [], []),
    ],
    ids=str,
)
def test_it_is_narrowed(ask: Ask, parameters: dict[str, str], rows: list[str], accused: list[str]) -> None:
    answer = ask(PATH, as_of="2019-07-02", **parameters)
    assert [f"{row['commitment']['slug']} {row['obligor']['slug']}" for row in answer["obligations"]] == rows
    assert [one["accused"]["slug"] for one in answer["accusations"]] == accused


@world
@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"obligor": "nobody"}, "unknown_slug"),
        ({"standing": "in_force"}, "unknown_code"),
        ({"commitments": "jcpoa-relief"}, "unknown_parameter"),
        ({"as_of": "2018"}, "invalid_date"),
    ],
    ids=str,
)
def test_what_it_does_not_take_is_refused(ask: Ask, parameters: dict[str, str], code: str) -> None:
    problem = ask(PATH, status=400, **parameters)
    assert [error["code"] for error in problem["errors"]] == [code]


@world
def test_an_agreement_without_commitments_has_no_obligations(ask: Ask) -> None:
    answer = ask("agreements/a-treaty/compliance/", as_of="2020-01-01")
    assert (answer["obligations"], answer["accusations"], answer["parties"]) == ([], [], [])
    assert answer["standing"]["code"] == "pending"


@world
def test_an_agreement_that_is_not_public_is_not_there(ask: Ask) -> None:
    ask("agreements/no-such-agreement/compliance/", status=404)


@world
@pytest.mark.parametrize("day", ["2015-01-01", "2019-07-02", "2026-01-01"])
def test_the_answer_is_as_the_schema_says(ask: Ask, day: str) -> None:
    assert faults("Compliance", ask(PATH, as_of=day)) == []


@pytest.mark.django_db
def test_full_records_are_answered_as_the_schema_says(ask: Ask) -> None:
    load_many(2)
    answer = ask("agreements/agreement-0/compliance/", as_of="2019-01-01")
    assert answer["obligations"][0]["violations"]
    assert faults("Compliance", answer) == []


PARTS = {
    "actors": "{slug: actor-N, kind: state, name: Actor N}",
    "commitments": "{slug: promise-N, obligors: [actor-N], text: Promise N, comparator: '<=', limit: 1, unit: kg, "
    "in_return_for: [promise-0]}",
    "violations": "{slug: breach-N, title: Breach N, accused: [actor-N], "
    "against: [{commitment: promise-N}, {agreement: pact}], citations: [{source: paper}]}",
    "events": """{slug: event-N, kind: claim, title: Event N, happened_on: '2018', citations: [{source: paper}],
  effects: [{commitment: promise-N, verb: took_effect, effective_on: '2018'},
    {agreement: pact, party: actor-N, verb: joined, effective_on: '2018'},
    {violation: breach-N, party: actor-N, verb: denied, effective_on: '2018'}],
  positions: [{holder: actor-N, stance: denies, violation: breach-N}],
  measurements: [{commitment: promise-N, violation: breach-N, value: 2, unit: kg, measured_by: actor-N}]}""",
}


def _save_pact(size: int) -> None:
    """Save an agreement with so many commitments, each measured and claimed to be broken by an obligor of its own."""
    rows = {name: ", ".join(part.replace("N", str(n)) for n in range(size)) for name, part in PARTS.items()}
    save_text(
        f"""
sources: [{{slug: paper, kind: news, title: A paper}}]
actors: [{rows["actors"]}]
agreements: [{{slug: pact, kind: treaty, title: A pact, commitments: [{rows["commitments"]}]}}]
violations: [{rows["violations"]}]
events: [{rows["events"]}]
"""
    )


@pytest.mark.django_db
def test_it_takes_the_same_queries_however_many_commitments_there_are(client: Client) -> None:
    counts = []
    for size in (2, 30):
        _save_pact(size)
        with CaptureQueriesContext(connection) as captured:
            answer = client.get("/api/v1/agreements/pact/compliance/", {"as_of": "2020-01-01"}).json()
        assert len(answer["obligations"]) == len(answer["accusations"]) == size
        assert all(row["violations"] and row["measurements"] and row["in_return_for"] for row in answer["obligations"])
        counts.append(len(captured))
    assert counts[0] == counts[1] <= MOST_QUERIES


@world
def test_a_page_for_people_shows_the_same(client: Client) -> None:
    page = client.get(f"/api/v1/{PATH}", headers={"accept": "text/html"})
    assert page.status_code == 200
    assert "jcpoa: compliance" in page.content.decode()
