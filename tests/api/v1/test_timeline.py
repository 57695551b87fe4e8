"""/api/v1/timeline/: the events about any mix of subjects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sanctions.models import Event
from sanctions.vocabulary import Modality
from tests.api.conftest import Ask
from tests.api.v1.answer_schema import faults
from tests.api.v1.many import load_many

pytestmark = pytest.mark.usefixtures("world")
ALL = [
    *("strike-planned", "khamenei-speaks", "nspm-2-signed", "iran-denies", "iaea-reports", "us-withdraws"),
    *("implementation-day", "jcpoa-adopted", "eo-13645-issued"),
]
Timeline = Callable[..., list[str]]


@pytest.fixture
def timeline(ask: Ask) -> Timeline:
    """Ask for a timeline, and return the slugs of its events in their order."""

    def timeline(**parameters: Any) -> list[str]:
        return [row["slug"] for row in ask("timeline/", **parameters)["results"]]

    return timeline


def row(ask: Ask, slug: str, **parameters: Any) -> Any:
    (found,) = [row for row in ask("timeline/", **parameters)["results"] if row["slug"] == slug]
    return found


def test_without_a_mix_it_has_all_events_newest_first(timeline: Timeline) -> None:
    assert timeline() == ALL


def test_it_can_begin_with_the_oldest(timeline: Timeline) -> None:
    assert timeline(ordering="happened_on") == ALL[::-1]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"actor": "ali-khamenei"}, ["khamenei-speaks"]),
        ({"actor": "us-president"}, ["eo-13645-issued"]),
        (
            {"actor": "united-states"},
            ["khamenei-speaks", "us-withdraws", "jcpoa-adopted"],
        ),
        ({"actor": "united-states", "role": "issuer"}, ["us-withdraws"]),
        ({"actor__in": "united-states,iaea", "role__in": "issuer,reporter"}, ["iaea-reports", "us-withdraws"]),
        ({"order": "us-eo-13645"}, ["implementation-day", "eo-13645-issued"]),
        ({"order": "us-eo-13716"}, ["implementation-day"]),
        ({"order__in": "us-eo-13645,us-nspm-2"}, ["nspm-2-signed", "implementation-day", "eo-13645-issued"]),
        ({"measure": "us-eo-13645-freeze"}, []),
        (
            {"agreement": "jcpoa"},
            ["khamenei-speaks", "iaea-reports", "us-withdraws", "implementation-day", "jcpoa-adopted"],
        ),
        ({"commitment": "jcpoa-stockpile"}, ["iaea-reports", "implementation-day"]),
        ({"violation": "withdrawal-2018"}, ["khamenei-speaks", "us-withdraws"]),
        ({"violation__in": "withdrawal-2018,stockpile-2019"}, ALL[1:2] + ALL[3:6]),
        ({"program": "us-iran"}, ["implementation-day", "eo-13645-issued"]),
        ({"order": "us-nspm-2", "actor": "ali-khamenei"}, ["khamenei-speaks", "nspm-2-signed"]),
        ({"order": "us-nspm-2", "actor": "ali-khamenei", "match": "any"}, ["khamenei-speaks", "nspm-2-signed"]),
        ({"order": "us-nspm-2", "actor": "ali-khamenei", "match": "all"}, []),
        ({"agreement": "jcpoa", "actor": "iran", "match": "all"}, ["iaea-reports", "us-withdraws", "jcpoa-adopted"]),
        ({"agreement": "jcpoa", "actor__in": "iran,united-states", "match": "all"}, ["us-withdraws", "jcpoa-adopted"]),
        ({"kind": "statement"}, ["khamenei-speaks", "iran-denies"]),
        ({"kind__in": "withdrawal,strike"}, ["strike-planned", "us-withdraws"]),
        ({"class": "agree"}, ["implementation-day", "jcpoa-adopted"]),
        ({"class__in": "assault,reject"}, ["strike-planned", "us-withdraws"]),
        ({"modality": "conditional"}, ["strike-planned"]),
        ({"agreement": "jcpoa", "kind": "report"}, ["iaea-reports"]),
        ({"happened_on": "2019-07"}, ["iran-denies", "iaea-reports"]),
        ({"happened_on__gte": "2019-07-02", "happened_on__lte": "2025-02-04"}, ["nspm-2-signed", "iran-denies"]),
        ({"happened_on__gte": "2025-02-07"}, ["strike-planned", "khamenei-speaks"]),
        ({"happened_on": "2027"}, []),
        ({"happened_on": "2027", "include_possible": "true"}, ["strike-planned"]),
        ({"happened_on": "2027", "include_possible": "false"}, []),
        ({"happened_on__lte": "2027", "happened_on__gte": "2025-02-07", "include_possible": "true"}, ALL[:2]),
        (
            {"happened_on__lte": "2025", "happened_on__gte": "2025-02-07", "include_possible": "true"},
            ["khamenei-speaks"],
        ),
    ],
)
def test_what_is_asked_for_chooses_the_events(timeline: Timeline, asked: dict[str, str], found: list[str]) -> None:
    assert timeline(**asked) == found


# --- The rows -----------------------------------------------------------------------------------


def test_a_row_is_short_and_says_why_it_is_there(ask: Ask) -> None:
    event = row(ask, "us-withdraws", actor="united-states", violation="withdrawal-2018", as_of="2018-06-01")
    assert {key: event[key] for key in ("url", "happened_on", "happened", "kind", "class", "title", "modality")} == {
        "url": "/api/v1/events/us-withdraws/",
        "happened_on": "2018-05-08",
        "happened": "8 May 2018",
        "kind": "withdrawal",
        "class": "reject",
        "title": "The United States withdraws",
        "modality": "occurred",
    }
    assert event["upcoming"] is False
    assert [(participant["actor"]["slug"], participant["role"]) for participant in event["actors"]] == [
        ("united-states", "issuer")
    ]
    matches = event["matches"]
    assert set(matches) == {"participations", "effects"}
    assert [(participant["actor"]["slug"], participant["role"]) for participant in matches["participations"]] == [
        ("united-states", "issuer")
    ]
    assert [participant["verb"] for participant in matches["effects"]] == ["withdrew", "ceased_performing", "alleged"]


def test_the_reason_leaves_out_what_was_not_asked_for(ask: Ask) -> None:
    matches = row(ask, "implementation-day", order="us-eo-13716")["matches"]
    assert [(one["order"]["slug"], one["verb"], one.get("by_order", {}).get("slug")) for one in matches["effects"]] == [
        ("us-eo-13716", "took_effect", None),
        ("us-eo-13645", "revoked", "us-eo-13716"),
    ]


def test_what_was_measured_against_a_commitment_is_a_reason(ask: Ask) -> None:
    matches = row(ask, "iaea-reports", commitment="jcpoa-stockpile")["matches"]
    assert [(one["value"], one["limit"]) for one in matches["measurements"]] == [(305.5, 300)]
    assert [one["verb"] for one in matches["effects"]] == ["breached"]


def test_what_somebody_said_of_a_violation_is_a_reason(ask: Ask) -> None:
    matches = row(ask, "khamenei-speaks", violation="withdrawal-2018")["matches"]
    assert [(one["holder"]["slug"], one["stance"]) for one in matches["positions"]] == [("ali-khamenei", "accuses")]


def test_a_role_leaves_every_other_reason_of_the_actor_out(ask: Ask) -> None:
    assert set(row(ask, "us-withdraws", actor="united-states", role="issuer")["matches"]) == {"participations"}


@pytest.mark.parametrize(
    ("day", "slug", "upcoming"),
    [
        ("2018-05-07", "us-withdraws", True),
        ("2018-05-08", "us-withdraws", False),
        ("2025-12-31", "strike-planned", True),
        ("2026-06-01", "strike-planned", None),
    ],
)
def test_an_event_is_upcoming_while_it_certainly_lies_ahead(
    ask: Ask, day: str, slug: str, upcoming: bool | None
) -> None:
    assert row(ask, slug, as_of=day)["upcoming"] is upcoming


def test_an_event_that_was_cancelled_is_marked(ask: Ask) -> None:
    load_many(1)
    Event.objects.filter(slug="event-0").update(
        modality=Modality.CANCELLED,
        rendering=Event.objects.get(slug="event-0").rendering.replace("occurred", "cancelled"),
    )
    assert row(ask, "event-0", order="order-0")["modality"] == "cancelled"


def test_the_condition_of_an_effect_is_returned(ask: Ask, client: Client) -> None:
    event = Event.objects.get(slug="strike-planned")
    told = event.rendering.replace(
        '"effects":[]', '"effects":[{"condition":"If talks fail."},{"condition":"If talks fail."}]'
    )
    Event.objects.filter(pk=event.pk).update(rendering=told)
    assert row(ask, "strike-planned")["conditions"] == ["If talks fail."]


def test_every_row_is_as_the_schema_says(ask: Ask) -> None:
    load_many(2)
    mix = {"actor": "iran", "agreement": "jcpoa", "violation": "stockpile-2019", "program": "us-iran"}
    for parameters in ({}, mix, {"actor": "actor-1", "agreement": "agreement-1", "program": "program-0"}):
        page = ask("timeline/", **parameters)
        assert page["results"]
        assert faults("TimelineEventPage", page) == []


# --- Pages --------------------------------------------------------------------------------------


@pytest.mark.parametrize("ordering", ["-happened_on", "happened_on"])
@pytest.mark.parametrize("parameters", [{}, {"agreement": "jcpoa", "order": "us-nspm-2"}])
def test_pages_lead_through_all_of_it_and_back(client: Client, ordering: str, parameters: dict[str, str]) -> None:
    expected = client.get("/api/v1/timeline/", {**parameters, "ordering": ordering}).json()["results"]
    page = client.get("/api/v1/timeline/", {**parameters, "ordering": ordering, "limit": "2"}).json()
    forwards, addresses = list(page["results"]), []
    while page["next"]:
        addresses.append(page["next"])
        page = client.get(page["next"]).json()
        forwards += page["results"]
    assert forwards == expected
    backwards = list(page["results"])
    while page["previous"]:
        page = client.get(page["previous"]).json()
        backwards = page["results"] + backwards
    assert backwards == expected


def test_a_cursor_is_of_its_mix_only(client: Client) -> None:
    address = client.get("/api/v1/timeline/", {"agreement": "jcpoa", "limit": "1"}).json()["next"]
    assert client.get(address.replace("agreement=jcpoa", "order=us-nspm-2")).status_code == 400


@pytest.mark.parametrize("parameters", [{}, {"match": "any"}, {"match": "all"}])
def test_the_number_of_queries_does_not_depend_on_the_number_of_events(
    client: Client, parameters: dict[str, str]
) -> None:
    things = (
        {"actor": "body", "order": "base", "agreement": "agreement-0", "program": "program-0"} if parameters else {}
    )

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/api/v1/timeline/", {**parameters, **things}).status_code == 200
        return len(captured)

    load_many(2)
    few = queries()
    load_many(30)
    assert queries() == few <= 2 + 2 * len(things) + 1


# --- Refusals -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "refused"),
    [
        ({"role": "speaker"}, [("role", "needs_another")]),
        ({"role__in": "speaker,host", "order": "us-nspm-2"}, [("role__in", "needs_another")]),
        ({"include_possible": "true"}, [("include_possible", "needs_another")]),
        ({"match": "some"}, [("match", "unknown_code")]),
        ({"order": "us-eo-1364"}, [("order", "unknown_slug")]),
        ({"order__in": "us-eo-13645,none"}, [("order__in", "unknown_slug")]),
        ({"ordering": "slug"}, [("ordering", "unknown_code")]),
        ({"search": "x"}, [("search", "unknown_parameter")]),
    ],
)
def test_what_means_nothing_is_refused(ask: Ask, asked: dict[str, str], refused: list[tuple[str, str]]) -> None:
    problem = ask("timeline/", status=400, **asked)
    assert [(fault["parameter"], fault["code"]) for fault in problem["errors"]] == refused


def test_an_event_can_be_asked_to_concern_ten_things_at_most(ask: Ask, timeline: Timeline) -> None:
    load_many(11)
    ten = ",".join(f"actor-{place}" for place in range(10))
    assert timeline(actor__in=ten, match="all") == []
    problem = ask("timeline/", status=400, actor__in=ten, order="order-0", match="all")
    assert [(fault["parameter"], fault["code"]) for fault in problem["errors"]] == [("match", "too_many")]


def test_every_parameter_is_described(client: Client) -> None:
    document = client.get("/api/v1/schema/", headers={"accept": "application/json"}).json()
    operation = document["paths"]["/api/v1/timeline/"]["get"]
    described = {parameter["name"]: parameter for parameter in operation["parameters"]}
    pairs = {"actor", "order", "measure", "agreement", "commitment", "violation", "program", "role"}
    codes = {"kind", "class", "modality"}
    dates = {"", "__gte", "__lte", "__range", "__overlaps"}
    assert set(described) == {
        *pairs,
        *(f"{name}__in" for name in pairs),
        *(f"{name}{lookup}" for name in codes for lookup in ("", "__in", "__not", "__in__not")),
        *(f"happened_on{lookup}" for lookup in dates),
        *("overlaps", "include_possible", "possibly", "match", "facets", "count"),
        *("as_of", "known_at", "release", "ordering", "limit", "cursor", "format"),
        *("count", "fields", "omit", "expand"),
    }
    assert all(parameter["description"].endswith(".") for parameter in described.values())
    answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
    assert answer == {"$ref": "#/components/schemas/TimelineEventPage"}
