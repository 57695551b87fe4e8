"""Standings with their reasons, and lineages, on the real record."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import networkx
import pytest
from django.test import Client

from sanctions.models import Agreement, Commitment, Measure, Order, Violation
from tests.api.v1.answer_schema import faults
from tests.seeds.conftest import Ask

pytestmark = pytest.mark.django_db


def spans(answer: dict[str, Any]) -> list[tuple[str | None, str]]:
    return [(span["from"], span["code"]) for span in answer["spans"]]


def links(answer: dict[str, Any], kind: str) -> list[tuple[str, str]]:
    return [(link["from"], link["to"]) for link in answer["links"] if link["kind"] == kind]


def test_eo_13645_was_revoked_on_implementation_day_and_never_came_back(ask: Ask) -> None:
    """EO 13716, section 1(f), revoked it; EO 13846 took up its provisions and left the order itself revoked."""
    answer = ask("orders/us-eo-13645/standing", as_of="2019-06-01")
    assert spans(answer) == [(None, "not_yet_in_force"), ("2013-07-01", "in_force"), ("2016-01-16", "ended")]
    (decided,) = [effect for effect in answer["chain"] if effect["decided"]]
    assert (decided["verb"], decided["by_order"]["slug"]) == ("revoked", "us-eo-13716")
    assert "eo-13716" in " ".join(citation["source"]["slug"] for citation in decided["citations"])
    assert answer["rests_on"] == []


def test_the_relief_of_resolution_2231_waited_for_implementation_day(ask: Ask) -> None:
    answer = ask("measures/un-sc-res-2231-sanctions-relief/standing", as_of="2015-08-01")
    (rests,) = answer["rests_on"]
    assert (rests["kind"], rests["latest_on"]) == ("condition", "2016-01-16")
    assert rests["effect"]["condition"] == "Applies from Implementation Day."
    assert answer["upcoming"][0]["transition"] == "ends"
    assert (answer["upcoming"][0]["on"], answer["upcoming"][0]["standing"]) == ("2016-01-16", "in_force")


def test_the_iran_sanctions_act_is_to_end_in_2026_unless_it_is_extended(ask: Ask) -> None:
    answer = ask("orders/us-pl-104-172/standing", as_of="2025-06-01")
    assert answer["standing"]["code"] == "in_force"
    (turn,) = answer["upcoming"]
    assert (turn["verb"], turn["on"], turn["standing"], turn["modality"]) == (
        *("expired", "2026-12-31", "ended", "scheduled"),
    )
    extensions = [effect["until"] for effect in answer["chain"] if effect["verb"] == "extended"]
    assert extensions == ["2006-08", "2011-12-31", "2016-12-31", "2026-12-31"]


def test_a_sunset_of_the_jcpoa_rests_on_its_schedule(ask: Ask) -> None:
    answer = ask("commitments/jcpoa-natanz-centrifuges/standing", as_of="2026-06-01")
    assert (answer["standing"]["code"], [rests["kind"] for rests in answer["rests_on"]]) == ("lapsed", ["scheduled"])


def test_the_united_states_were_a_party_to_the_jcpoa_from_implementation_day_until_they_withdrew(ask: Ask) -> None:
    (party,) = ask("agreements/jcpoa/standing", party="united-states", as_of="2019-01-01")["parties"]
    assert spans(party) == [
        (None, "no_party"),
        ("2015-07-14", "signatory"),
        ("2016-01-16", "party"),
        ("2018-05-08", "withdrawn"),
    ]


def test_the_return_of_the_un_sanctions_is_contested(ask: Ask) -> None:
    (decided,) = [
        effect for effect in ask("orders/un-sc-res-1929/standing", as_of="2025-11-01")["chain"] if effect["decided"]
    ]
    assert (decided["verb"], decided["by_order"]["slug"]) == ("snapped_back", "un-snapback-2025")
    assert decided["contested"] is True


@pytest.mark.parametrize("day", ["2018-11-15", "2026-06-01"])
@pytest.mark.parametrize(
    ("noun", "model", "name"),
    [
        ("orders", Order, "Order"),
        ("measures", Measure, "Measure"),
        ("agreements", Agreement, "Agreement"),
        ("commitments", Commitment, "Commitment"),
        ("violations", Violation, "Violation"),
    ],
)
def test_every_standing_of_the_record_has_its_reasons(ask: Ask, noun: str, model: Any, name: str, day: str) -> None:
    slugs = model.objects.published().values_list("slug", flat=True)[::9]
    assert slugs
    for slug in slugs:
        answer = ask(f"{noun}/{slug}/standing", as_of=day)
        assert faults(f"{name}StandingExplanation", answer) == []
        decided = [effect for effect in answer["chain"] if effect["decided"]]
        assert len(decided) == (answer["standing"]["decided_by"] is not None)
        assert all(effect["citations"] for effect in answer["chain"])


def test_eo_13846_supersedes_and_revokes_because_the_official_tables_differ(ask: Ask) -> None:
    answer = ask("orders/us-eo-13846/lineage", as_of="2020-01-01")
    ends = [("order/us-eo-13846", "order/us-eo-13628"), ("order/us-eo-13846", "order/us-eo-13716")]
    assert links(answer, "supersedes") == links(answer, "revokes") == ends
    assert ("order/us-eo-13846", "order/us-eo-13645") in links(answer, "revives_policy_of")
    assert ("order/us-huaying-2025", "order/us-eo-13846") in links(answer, "implements")
    upcoming = {link["from"] for link in answer["links"] if link["upcoming"]}
    assert upcoming == {"order/iran-strategic-action-law-2020", "order/us-huaying-2025"}


def test_the_snapback_of_2025_reaches_six_resolutions(ask: Ask) -> None:
    answer = ask("orders/un-snapback-2025/lineage", as_of="2025-11-01")
    reached = [to.removeprefix("order/un-sc-res-") for _, to in links(answer, "snaps_back")]
    assert reached == ["1696", "1737", "1747", "1803", "1835", "1929"]
    assert all(link["contested"] for link in answer["links"] if link["kind"] == "snaps_back")


def test_every_lineage_of_the_record_is_as_the_schema_says_and_the_same_in_graphml(ask: Ask, client: Client) -> None:
    slugs = Order.objects.published().values_list("slug", flat=True)[::15]
    assert slugs
    for slug in slugs:
        answer = ask(f"orders/{slug}/lineage", depth="2")
        assert faults("Lineage", answer) == []
        file = client.get(f"/api/v1/orders/{slug}/lineage/", {"depth": "2", "format": "graphml"}).content
        graph = networkx.read_graphml(BytesIO(file), force_multigraph=True)
        assert sorted(graph) == sorted(node["id"] for node in answer["nodes"])
        assert graph.number_of_edges() == len(answer["links"])
