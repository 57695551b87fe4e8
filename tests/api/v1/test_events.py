"""/api/v1/events/"""

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("world")

Slugs = Callable[..., list[str]]
Ask = Callable[..., Any]


def test_events_are_listed_newest_first(slugs: Slugs) -> None:
    assert slugs("events")[:3] == ["strike-planned", "khamenei-speaks", "nspm-2-signed"]
    assert slugs("events", ordering="happened_on")[0] == "eo-13645-issued"


def test_an_event_shows_who_took_part_what_it_changed_and_what_was_said(ask: Ask) -> None:
    event = ask("events/khamenei-speaks/")
    assert [(part["actor"]["slug"], part["role"]) for part in event["participations"]] == [
        ("ali-khamenei", "speaker"),
        ("united-states", "accused"),
    ]
    assert [position["stance"] for position in event["positions"]] == ["rejects", "accuses"]
    assert (event["happened_on"], event["happened"]) == ("2025-02-07", "7 February 2025")


def test_an_event_has_its_class_where_there_is_one(ask: Ask) -> None:
    assert ask("events/us-withdraws/")["class"] == "reject"
    assert ask("events/khamenei-speaks/")["class"] is None


def test_actor_and_role_must_hold_of_one_participation(slugs: Slugs) -> None:
    assert slugs("events", actor="united-states", role="accused") == ["khamenei-speaks"]
    assert slugs("events", actor="ali-khamenei", role="accused") == []


def test_verb_and_subject_must_hold_of_one_effect(slugs: Slugs) -> None:
    assert slugs("events", order="us-eo-13645", verb="revoked") == ["implementation-day"]
    assert slugs("events", order="us-eo-13716", verb="revoked") == []
    assert slugs("events", agreement="jcpoa", verb="breached") == ["iaea-reports"]


def test_stance_speaker_and_subject_must_hold_of_one_position(slugs: Slugs) -> None:
    assert slugs("events", speaker="ali-khamenei", stance="rejects", about="united-states") == ["khamenei-speaks"]
    assert slugs("events", speaker="ali-khamenei", stance="rejects", violation="withdrawal-2018") == []
    assert slugs("events", speaker="iran", stance="rejects") == []


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"slug__in": "us-withdraws,iran-denies"}, ["iran-denies", "us-withdraws"]),
        ({"search": "honourable"}, ["khamenei-speaks"]),
        ({"search": "vienna plan"}, ["jcpoa-adopted"]),
        ({"kind": "report"}, ["iaea-reports"]),
        ({"kind__in": "report,withdrawal"}, ["iaea-reports", "us-withdraws"]),
        ({"class": "reject"}, ["us-withdraws"]),
        ({"class__in": "reject,agree"}, ["us-withdraws", "implementation-day", "jcpoa-adopted"]),
        ({"modality": "conditional"}, ["strike-planned"]),
        ({"happened_on": "2025-02"}, ["khamenei-speaks", "nspm-2-signed"]),
        ({"happened_on__gte": "2026"}, ["strike-planned"]),
        ({"happened_on__lte": "2013"}, ["eo-13645-issued"]),
        ({"place": "tehran"}, ["khamenei-speaks"]),
        ({"actor": "iaea"}, ["iaea-reports"]),
        ({"actor__in": "iaea,us-president"}, ["iaea-reports", "eo-13645-issued"]),
        ({"role": "denier"}, ["iran-denies"]),
        ({"speaker": "ali-khamenei"}, ["khamenei-speaks"]),
        ({"accused": "united-states"}, ["khamenei-speaks", "us-withdraws"]),
        ({"accused": "iran"}, ["iaea-reports"]),
        ({"stance": "accuses"}, ["khamenei-speaks"]),
        ({"stance__in": "accuses,offers"}, ["khamenei-speaks"]),
        ({"about": "united-states"}, ["khamenei-speaks"]),
        ({"order": "us-eo-13645"}, ["implementation-day", "eo-13645-issued"]),
        ({"measure": "us-eo-13645-freeze"}, []),
        (
            {"agreement": "jcpoa"},
            ["khamenei-speaks", "iaea-reports", "us-withdraws", "implementation-day", "jcpoa-adopted"],
        ),
        ({"commitment": "jcpoa-relief"}, ["us-withdraws", "implementation-day"]),
        ({"violation": "withdrawal-2018"}, ["khamenei-speaks", "us-withdraws"]),
        ({"verb": "revoked"}, ["implementation-day"]),
        ({"verb__in": "revoked,withdrew"}, ["us-withdraws", "implementation-day"]),
        ({"by_order": "us-eo-13716"}, ["implementation-day"]),
        ({"by_agreement": "jcpoa"}, []),
        ({"party": "iaea"}, ["iaea-reports"]),
        ({"source": "article"}, ["khamenei-speaks"]),
    ],
    ids=str,
)
def test_events_are_found_by(slugs: Slugs, parameters: dict[str, Any], expected: list[str]) -> None:
    assert slugs("events", **parameters) == expected
