"""The timeline, on the real record."""

from __future__ import annotations

import pytest
from django.test import Client

from sanctions.models import Event
from tests.api.v1.answer_schema import faults
from tests.seeds.conftest import Ask

pytestmark = pytest.mark.django_db


def test_the_life_of_an_executive_order(ask: Ask) -> None:
    rows = ask("timeline", order="us-eo-13645", ordering="happened_on")["results"]
    told = [(row["slug"], [effect["verb"] for effect in row["matches"].get("effects", [])]) for row in rows]
    assert told[0] == ("us-eo-13645-signed", ["issued", "published", "took_effect", "amended"])
    assert ("jcpoa-implementation-day", ["revoked"]) in told


def test_what_both_the_agreement_and_the_united_states_have_to_do_with(ask: Ask) -> None:
    both = ask("timeline", agreement="jcpoa", actor="united-states", match="all", limit="1000")["results"]
    agreement = ask("timeline", agreement="jcpoa", limit="1000")["results"]
    assert "us-withdraws-from-jcpoa" in {row["slug"] for row in both}
    assert {row["slug"] for row in both} < {row["slug"] for row in agreement}


def test_what_lies_ahead_is_marked(ask: Ask) -> None:
    rows = ask("timeline", as_of="2025-11-30", happened_on__gte="2025-12-01", ordering="happened_on")["results"]
    found = {row["slug"]: (row["modality"], row["upcoming"]) for row in rows}
    assert found["us-pl-104-172-scheduled-expiry"] == ("scheduled", True)
    assert {upcoming for _, upcoming in found.values()} == {True}


def test_all_of_it_is_answered_as_the_schema_says(seeded: None, client: Client) -> None:
    page = client.get("/api/v1/timeline/", {"limit": "1000", "program": "us-iran", "agreement": "jcpoa"}).json()
    assert faults("TimelineEventPage", page) == []
    assert all(row["matches"] for row in page["results"])
    page = client.get("/api/v1/timeline/", {"limit": "1000"}).json()
    assert len(page["results"]) == Event.objects.filter(state="published").count()
    assert faults("TimelineEventPage", page) == []
