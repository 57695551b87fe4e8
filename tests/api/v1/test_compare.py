"""/api/v1/compare/: what changed between two days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sanctions.ledger.versions import Act
from sanctions.loading.documents import Incoming, save_documents
from sanctions.records.registry import BY_NAME
from sanctions.vocabulary import VersionKind
from tests.api.conftest import Ask
from tests.api.v1.answer_schema import faults
from tests.api.v1.many import load_many

pytestmark = pytest.mark.usefixtures("world")
KINDS = ("orders", "measures", "agreements", "parties", "commitments", "violations", "designations")
IMPLEMENTATION = {"from_": "2016-01-15", "to": "2016-01-16"}


def words(answer: Any, kind: str, name: str) -> dict[str, str]:
    return {change[name]["slug"]: change["change"] for change in answer[kind]}


def test_what_implementation_day_changed(ask: Ask) -> None:
    answer = ask("compare/", **IMPLEMENTATION)
    assert answer["from"] == {"as_of": "2016-01-15", "known_at": None}
    assert answer["to"] == {"as_of": "2016-01-16", "known_at": None}
    assert words(answer, "orders", "order") == {"us-eo-13645": "ended", "us-eo-13716": "came_into_force"}
    assert words(answer, "measures", "measure") == {
        "us-eo-13645-ban": "ended",
        "us-eo-13645-freeze": "ended",
        "us-eo-13716-relief": "came_into_force",
    }
    assert words(answer, "agreements", "agreement") == {"jcpoa": "took_effect"}
    assert {(change["commitment"]["slug"], change["actor"]["slug"]) for change in answer["commitments"]} == {
        ("jcpoa-stockpile", "iran"),
        ("jcpoa-relief", "united-states"),
        ("jcpoa-relief", "france"),
    }
    assert words(answer, "designations", "designation") == {"bank-melli-sdn": "delisted"}
    assert answer["parties"] == answer["violations"] == []


def test_a_change_comes_with_the_effect_that_did_it(ask: Ask) -> None:
    change = next(row for row in ask("compare/", **IMPLEMENTATION)["orders"] if row["order"]["slug"] == "us-eo-13645")
    assert (change["before"]["code"], change["after"]["code"], change["after"]["since"]) == (
        "in_force",
        "ended",
        "2016-01-16",
    )
    assert change["decided_by"]["by_order"]["slug"] == "us-eo-13716"
    (step,) = change["steps"]
    assert (step["on"], step["code"], step["effect"]["event"]["slug"]) == ("2016-01-16", "ended", "implementation-day")


def test_who_left_who_no_longer_performs_and_what_is_disputed(ask: Ask) -> None:
    answer = ask("compare/", from_="2018-05-07", to="2019-07-02")
    assert words(answer, "parties", "actor") == {"united-states": "withdrew"}
    told = {(row["commitment"]["slug"], row["actor"]["slug"]): row["change"] for row in answer["commitments"]}
    assert told == {
        ("jcpoa-relief", "united-states"): "ceased_performing",
        ("jcpoa-stockpile", "iran"): "ceased_performing",
    }
    assert words(answer, "violations", "violation") == {"withdrawal-2018": "alleged", "stockpile-2019": "disputed"}


def test_a_day_compared_with_itself_has_no_change(ask: Ask) -> None:
    answer = ask("compare/", from_="2016-01-16", to="2016-01-16")
    assert {kind: answer[kind] for kind in KINDS} == {kind: [] for kind in KINDS}


def test_the_later_day_may_be_given_first(ask: Ask) -> None:
    there = ask("compare/", **IMPLEMENTATION)
    back = ask("compare/", from_="2016-01-16", to="2016-01-15")
    for kind in KINDS:
        assert [(row["before"], row["after"], row["change"]) for row in there[kind]] == [
            (row["after"], row["before"], row["change"]) for row in back[kind]
        ]


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({"program": "us-iran"}, {"orders": 1, "measures": 2, "designations": 1}),
        ({"program": "thematic"}, {}),
        ({"issuer": "us-president"}, {"orders": 2, "measures": 3, "designations": 1}),
        ({"issuer": "france"}, {}),
        ({"target": "bank-melli"}, {"orders": 1, "measures": 1, "designations": 1}),
        ({"target": "iran"}, {"orders": 2, "measures": 3}),
        ({"target": "iran", "program": "us-iran"}, {"orders": 1, "measures": 2}),
    ],
)
def test_a_comparison_can_be_narrowed(ask: Ask, parameters: dict[str, str], found: dict[str, int]) -> None:
    answer = ask("compare/", **IMPLEMENTATION, **parameters)
    assert {kind: len(answer[kind]) for kind in KINDS if answer[kind]} == found


@pytest.mark.parametrize(
    "parameters",
    [
        IMPLEMENTATION,
        {"from_": "1900-01-01", "to": "2100-01-01"},
        {"from_": "2018-05-07", "to": "2019-07-02"},
        {"from_": "2018-05-07", "to": "2019-07-02", "from_known_at": "2025-01-01T00:00:00Z"},
        {"from_": "2007-06-01", "to": "2008-06-01", "to_known_at": "2025-01-01T00:00:00Z"},
    ],
)
def test_every_answer_is_as_the_schema_says(ask: Ask, parameters: dict[str, str]) -> None:
    answer = ask("compare/", **parameters)
    assert any(answer[kind] for kind in KINDS)
    assert faults("Comparison", answer) == []


def test_every_kind_of_change_of_full_records_is_as_the_schema_says(ask: Ask) -> None:
    load_many(2)
    answer = ask("compare/", from_="1900-01-01", to="2100-01-01")
    assert all(answer[kind] for kind in KINDS)
    assert faults("Comparison", answer) == []


# --- The instants -------------------------------------------------------------------------------


def test_each_day_has_the_instant_that_it_is_seen_at(ask: Ask) -> None:
    known = {"known_at": "2025-01-01T00:00:00Z", "to_known_at": "2025-06-01T00:00:00+02:00"}
    answer = ask("compare/", **IMPLEMENTATION, **known)
    assert answer["from"]["known_at"] == "2025-01-01T00:00:00Z"
    assert answer["to"]["known_at"] == "2025-05-31T22:00:00Z"


@pytest.mark.parametrize("name", ["known_at", "from_known_at", "to_known_at"])
def test_what_will_be_known_nobody_knows(ask: Ask, name: str) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    problem = ask("compare/", status=400, **IMPLEMENTATION, **{name: tomorrow})
    assert [(fault["parameter"], fault["code"]) for fault in problem["errors"]] == [(name, "in_the_future")]


# --- Refusals -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parameters", "refused"),
    [
        ({}, [("from", "missing"), ("to", "missing")]),
        ({"from_": "2016-01-16"}, [("to", "missing")]),
        ({"from_": "2016-01", "to": "2016-01-16"}, [("from", "invalid_date")]),
        ({"from_": "2016-02-30"}, [("from", "invalid_date"), ("to", "missing")]),
        ({**IMPLEMENTATION, "as_of": "2016-01-16"}, [("as_of", "unknown_parameter")]),
        ({**IMPLEMENTATION, "program": "us-iram"}, [("program", "unknown_slug")]),
        ({**IMPLEMENTATION, "limit": "3"}, [("limit", "unknown_parameter")]),
        ({**IMPLEMENTATION, "from_known_at": "2016-01-16"}, [("from_known_at", "invalid_instant")]),
    ],
)
def test_what_cannot_be_compared_is_refused(
    ask: Ask, parameters: dict[str, str], refused: list[tuple[str, str]]
) -> None:
    problem = ask("compare/", status=400, **parameters)
    assert [(fault["parameter"], fault["code"]) for fault in problem["errors"]] == refused
    assert faults("Problem", problem) == []


def test_too_many_changes_are_refused_with_what_to_do(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sanctions.questions.compare.MOST", 1)
    (fault,) = ask("compare/", status=400, **IMPLEMENTATION)["errors"]
    assert (fault["parameter"], fault["code"]) == ("to", "too_many")
    assert "narrow by program, issuer or target" in fault["detail"]


# --- The rest -----------------------------------------------------------------------------------


def test_a_person_sees_a_page(client: Client) -> None:
    answer = client.get("/api/v1/compare/", {"from": "2016-01-15", "to": "2016-01-16", "format": "html"})
    assert answer.status_code == 200
    assert b"us-eo-13645" in answer.content


def test_the_number_of_queries_does_not_depend_on_the_number_of_changes(client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/api/v1/compare/", {"from": "1900-01-01", "to": "2100-01-01"}).status_code == 200
        return len(captured)

    few = queries()
    load_many(20)
    # Four kinds are asked twice: which differ, and then what is shown of them.
    assert queries() == few == 19


def test_every_parameter_is_described_and_the_days_are_needed(client: Client) -> None:
    document = client.get("/api/v1/schema/", headers={"accept": "application/json"}).json()
    described = {
        parameter["name"]: parameter for parameter in document["paths"]["/api/v1/compare/"]["get"]["parameters"]
    }
    assert set(described) == {
        *("from", "to", "known_at", "from_known_at", "to_known_at", "release"),
        *("program", "issuer", "target", "format"),
    }
    assert {name for name, parameter in described.items() if parameter.get("required")} == {"from", "to"}
    assert all(parameter["description"].endswith(".") for parameter in described.values())


# --- The second clock, with what was really known ------------------------------------------------


def test_a_correction_is_never_reported_as_a_change_in_the_world(ask: Ask) -> None:
    document = {
        "slug": "us-withdraws",
        "kind": "withdrawal",
        "title": "The United States withdraws",
        "happened_on": "2018-05-09",
        "effects": [{"agreement": "jcpoa", "party": "united-states", "verb": "withdrew", "effective_on": "2018-05-09"}],
    }
    act = Act(datetime(2025, 2, 1, tzinfo=UTC), kind=VersionKind.CORRECTION)
    save_documents([Incoming(BY_NAME["event"], document)], act)
    day = {"from_": "2018-05-08", "to": "2018-05-08"}
    assert not any(ask("compare/", **day)[noun] for noun in ("orders", "parties", "agreements"))
    (change,) = ask("compare/", **day, from_known_at="2025-01-15T00:00:00Z")["parties"]
    assert (change["actor"]["slug"], change["change"]) == ("united-states", "corrected")
    assert (change["before"]["code"], change["after"]["code"], change["revised"]["code"]) == (
        *("withdrawn", "party", "party"),
    )
    both = ask("compare/", from_="2018-05-07", to="2018-05-08", known_at="2025-01-15T00:00:00Z")["parties"]
    assert [(found["change"], found["after"]["code"]) for found in both] == [("withdrew", "withdrawn")]
