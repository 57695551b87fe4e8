"""Atom: the timeline and the changes for feed readers (RFC 4287)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from django.test import Client

from sanctions.ledger.versions import Act
from sanctions.loading.documents import Incoming, save_documents
from sanctions.records.events import EVENT
from sanctions.vocabulary import State, VersionKind
from tests.api.conftest import Ask
from tests.api.v1.publishing import DAY, IRAN, LAW, PERSIA, publish

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def feed(client: Client, path: str, **parameters: str) -> Any:
    """Return a feed that has everything that the standard wants of it (RFC 4287, sections 4.1.1 and 4.1.2)."""
    answer = client.get(f"/api/v1/{path}", {"format": "atom", **parameters})
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    root: Any = fromstring(answer.content)
    assert root.tag == f"{ATOM}feed"
    # An author of the feed is that of its entries.
    assert [author.findtext(f"{ATOM}name") for author in root.findall(f"{ATOM}author")] == ["Sanctions policy database"]
    for element in (root, *root.iter(f"{ATOM}entry")):
        for name in ("title", "id", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1, name
        assert element.find(f"{ATOM}title").text
        assert element.find(f"{ATOM}id").text.startswith("urn:uuid:")
        assert datetime.fromisoformat(element.find(f"{ATOM}updated").text).tzinfo
        assert all(link.get("href").startswith("http://testserver/") for link in element.iter(f"{ATOM}link"))
        links = [(link.get("rel"), link.get("type")) for link in element.findall(f"{ATOM}link")]
        assert links.count(("alternate", None)) == 1
        for text in (
            *element.findall(f"{ATOM}summary"),
            *(element.findall(f"{ATOM}title") if element is not root else ()),
        ):
            assert text.get("type") == "text"
            assert not len(text)
    ids = [entry.find(f"{ATOM}id").text for entry in root.iter(f"{ATOM}entry")]
    assert len(set(ids)) == len(ids)
    updated = [entry.findtext(f"{ATOM}updated") for entry in root.iter(f"{ATOM}entry")]
    if updated:
        assert root.findtext(f"{ATOM}updated") == max(updated)
    assert root.find(f"{ATOM}link[@rel='self']").get("href").startswith(f"http://testserver/api/v1/{path}")
    return root


def pages(root: Any) -> list[str]:
    """Return where people read of each entry."""
    entries = root.iter(f"{ATOM}entry")
    return [entry.find(f"{ATOM}link").get("href").removeprefix("http://testserver/api/v1/") for entry in entries]


def texts(root: Any, name: str) -> list[str]:
    return [entry.findtext(ATOM + name, "") for entry in root.iter(f"{ATOM}entry")]


def test_the_latest_changes_are_a_feed_the_last_one_first(client: Client) -> None:
    publish(PERSIA, 0, reason="First.")
    publish(LAW, 1)
    publish(IRAN, 2, VersionKind.CORRECTION, "The name is <Iran> & no other.")
    root = feed(client, "changes/")
    assert texts(root, "title") == ["Iran: actor corrected", "A law: order created", "Persia: actor created"]
    assert pages(root) == ["notices/3/", "orders/law/versions/1/", "actors/iran/versions/1/"]
    assert texts(root, "summary")[0] == "The name is <Iran> & no other."
    categories = [one.get("term") for one in next(root.iter(f"{ATOM}entry")).iter(f"{ATOM}category")]
    assert categories == ["actor", "corrected"]
    assert texts(feed(client, "changes/", limit="1"), "title") == ["Iran: actor corrected"]
    assert texts(feed(client, "changes/", limit="1", after="0"), "title") == ["Persia: actor created"]
    assert texts(feed(client, "changes/", kind="corrected"), "title") == ["Iran: actor corrected"]


@pytest.mark.parametrize("limit", ["1", "2", "100"])
def test_a_filtered_feed_has_the_last_that_match_however_far_back_they_lie(client: Client, limit: str) -> None:
    publish(PERSIA, 0)
    publish(LAW, 1)
    publish({**LAW, "title": "The law"}, 2)
    for day in range(3, 8):
        publish({**IRAN, "summary": f"Day {day}."}, day)
    orders = ["The law: order updated", "A law: order created"][: int(limit)]
    assert texts(feed(client, "changes/", limit=limit, type="order"), "title") == orders
    assert texts(feed(client, "changes/", limit=limit, type="order", kind="created"), "title") == [
        "A law: order created"
    ]
    assert texts(feed(client, "changes/", limit=limit, type="source"), "title") == []


def test_a_retracted_record_is_not_named_by_a_feed(client: Client) -> None:
    publish(PERSIA, 0)
    publish({**LAW, "title": "A secret"}, 1)
    publish({**LAW, "title": "A secret"}, 2, VersionKind.RETRACTION, "Never made.", State.RETRACTED)
    titles = texts(feed(client, "changes/"), "title")
    assert titles == ["law: order retracted", "law: order created", "Persia: actor created"]


def test_what_looks_like_markup_is_text(client: Client) -> None:
    reason = "Wrong <b>person</b>: <script>alert(1)</script> a < b &amp; c."
    publish({**IRAN, "name": "<i>Iran</i>"}, 0, reason=reason)
    root = feed(client, "changes/")
    assert texts(root, "summary") == [reason]
    assert texts(root, "title") == ["<i>Iran</i>: actor created"]


def test_an_entry_is_the_same_one_wherever_it_is_served(client: Client) -> None:
    publish(IRAN, 0)
    here = feed(client, "changes/")
    answer = client.get("/api/v1/changes/", {"format": "atom"}, headers={"host": "testserver:8080"})
    there: Any = fromstring(answer.content)
    assert texts(there, "id") == texts(here, "id")
    assert there.findtext(f"{ATOM}id") == here.findtext(f"{ATOM}id")
    assert feed(client, "changes/", type="actor").findtext(f"{ATOM}id") != here.findtext(f"{ATOM}id")


@pytest.mark.parametrize("path", ["changes/", "timeline/"])
def test_nothing_is_a_feed_too_that_was_never_updated(client: Client, path: str) -> None:
    root = feed(client, path)
    assert texts(root, "title") == []
    assert root.findtext(f"{ATOM}updated") == "1970-01-01T00:00:00+00:00"


def test_a_feed_that_is_wrongly_asked_for_is_a_problem(client: Client) -> None:
    answer = client.get("/api/v1/timeline/?format=atom&fields=slug")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


@pytest.mark.usefixtures("world")
def test_the_timeline_is_a_feed_of_its_events(client: Client, ask: Ask) -> None:
    events = ask("timeline/")["results"]
    root = feed(client, "timeline/")
    assert sorted(texts(root, "title")) == sorted(f"{event['happened']}: {event['title']}" for event in events)
    assert sorted(pages(root)) == sorted(event["url"].removeprefix("/api/v1/") for event in events)
    one = ask("timeline/", limit="1", ordering="happened_on")["results"][0]
    first = feed(client, "timeline/", limit="1", ordering="happened_on")
    assert pages(first) == [one["url"].removeprefix("/api/v1/")]
    version = ask(f"events/{one['slug']}/")["version"]["recorded_from"]
    (updated,) = texts(first, "updated")
    assert datetime.fromisoformat(updated) == datetime.fromisoformat(version)


def test_the_timeline_as_a_feed_begins_with_what_was_recorded_last(client: Client) -> None:
    days = {"of-2041": "2041-01-16", "of-1951": "1951-03-15", "of-2015": "2015-07-14"}
    for number, (slug, day) in enumerate(days.items()):
        event = {"slug": slug, "kind": "signing", "title": slug, "happened_on": day, "modality": "occurred"}
        save_documents([Incoming(EVENT, event)], Act(at=DAY + timedelta(days=number)))

    def ours(**parameters: str) -> list[str]:
        return [page for page in pages(feed(client, "timeline/", **parameters)) if "/of-" in page]

    assert ours() == ["events/of-2015/", "events/of-1951/", "events/of-2041/"]
    assert ours(limit="1") == ["events/of-2015/"]
    known = (DAY + timedelta(days=1, hours=1)).isoformat()
    assert ours(known_at=known) == ["events/of-1951/", "events/of-2041/"]
    again = {"slug": "of-2041", "kind": "signing", "title": "Again", "happened_on": "2041", "modality": "occurred"}
    save_documents([Incoming(EVENT, again)], Act(at=DAY + timedelta(days=5)))
    assert ours()[0] == "events/of-2041/"
    assert ours(happened_on__lte="1960") == ["events/of-1951/"]
    answer = client.get("/api/v1/timeline/?format=atom&limit=0")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
