"""Atom: the timeline and the changes for feed readers (RFC 4287)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from django.test import Client

from sanctions.vocabulary import VersionKind
from tests.api.conftest import Ask
from tests.api.v1.test_notices import IRAN, LAW, PERSIA, publish

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def feed(client: Client, path: str, **parameters: str) -> Any:
    """Return a feed that has everything that the standard wants of it."""
    answer = client.get(f"/api/v1/{path}", {"format": "atom", **parameters})
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    root: Any = fromstring(answer.content)
    for one in (root, *root.iter(f"{ATOM}entry")):
        assert one.find(f"{ATOM}title").text
        assert one.find(f"{ATOM}id").text.startswith("http://testserver/api/v1/")
        assert datetime.fromisoformat(one.find(f"{ATOM}updated").text).tzinfo
        assert all(link.get("href").startswith("http://testserver/") for link in one.iter(f"{ATOM}link"))
    ids = [entry.find(f"{ATOM}id").text for entry in root.iter(f"{ATOM}entry")]
    assert len(set(ids)) == len(ids)
    assert root.find(f"{ATOM}link[@rel='self']").get("href").startswith(f"http://testserver/api/v1/{path}")
    return root


def texts(root: Any, name: str) -> list[str]:
    return [entry.findtext(ATOM + name, "") for entry in root.iter(f"{ATOM}entry")]


def test_the_latest_changes_are_a_feed_the_last_one_first(client: Client) -> None:
    publish(PERSIA, 0, reason="First.")
    publish(LAW, 1)
    publish(IRAN, 2, VersionKind.CORRECTION, "The name is <Iran> & no other.")
    root = feed(client, "changes/")
    assert texts(root, "title") == ["Actor iran corrected", "Order law created", "Actor iran created"]
    versions = ("actors/iran/versions/2/", "orders/law/versions/1/", "actors/iran/versions/1/")
    assert [one.removeprefix("http://testserver/api/v1/") for one in texts(root, "id")] == list(versions)
    assert texts(root, "summary")[0] == "The name is <Iran> & no other."
    categories = [one.get("term") for one in next(root.iter(f"{ATOM}entry")).iter(f"{ATOM}category")]
    assert categories == ["actor", "corrected"]
    assert texts(feed(client, "changes/", limit="1"), "title") == ["Actor iran corrected"]
    assert texts(feed(client, "changes/", limit="1", after="0"), "title") == ["Actor iran created"]
    assert texts(feed(client, "changes/", kind="corrected"), "title") == ["Actor iran corrected"]


def test_nothing_is_a_feed_too(client: Client) -> None:
    assert texts(feed(client, "changes/"), "title") == []
    assert texts(feed(client, "timeline/"), "title") == []


def test_a_feed_that_is_wrongly_asked_for_is_a_problem(client: Client) -> None:
    answer = client.get("/api/v1/timeline/?format=atom&fields=slug")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


@pytest.mark.usefixtures("world")
def test_the_timeline_is_a_feed_of_its_events_in_their_order(client: Client, ask: Ask) -> None:
    events = ask("timeline/")["results"]
    root = feed(client, "timeline/")
    assert texts(root, "title") == [f"{event['happened']}: {event['title']}" for event in events]
    assert texts(root, "id") == [f"http://testserver{event['url']}" for event in events]
    one = ask("timeline/", limit="1", ordering="happened_on")["results"][0]
    assert texts(feed(client, "timeline/", limit="1", ordering="happened_on"), "id") == [
        f"http://testserver{one['url']}"
    ]
    version = ask(f"events/{one['slug']}/")["version"]["recorded_from"]
    (updated,) = texts(feed(client, "timeline/", limit="1", ordering="happened_on"), "updated")
    assert datetime.fromisoformat(updated) == datetime.fromisoformat(version).replace(microsecond=0)
