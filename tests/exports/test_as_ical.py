"""iCalendar: what others' readers make of the days of a record."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import icalendar
import pytest

from sanctions.exports import as_ical
from sanctions.records.base import Document
from tests.exports.conftest import Published
from tests.exports.rendered import publish

pytestmark = pytest.mark.django_db
STAMP = datetime(2025, 1, 2, tzinfo=UTC)
CALENDAR = as_ical.Calendar("Days", "https://example.org", STAMP)
ISSUER: Document = {"slug": "i", "kind": "state", "name": "I"}
IN_FORCE = {"code": "in_force", "since": "2020-01-01", "until": None, "certain": True, "possible": ["in_force"]}
ENDED = {"code": "ended", "since": "2026-01-01", "until": None, "certain": True, "possible": ["ended"]}


def read(*records: dict[str, Any], calendar: as_ical.Calendar = CALENDAR) -> list[Any]:
    raw = b"".join(as_ical.stream([records], calendar))
    return list(icalendar.Calendar.from_ical(raw).walk("VEVENT"))


def order(*directives: Document, standing: Any = None, title: str = "An order; of, many") -> dict[str, Any]:
    """Return the rendering of an order, with the standing that an answer adds to it."""
    completed = [{"addressee": "i", **directive} for directive in directives]
    document = {
        "slug": "o",
        "kind": "statute",
        "title": title,
        "issuer": "i",
        "geographic_scope": "country",
        "directives": completed,
    }
    return publish(actor=ISSUER, order=document) | ({"standing": standing} if standing else {})


def event(modality: str) -> dict[str, Any]:
    document = {"slug": "e", "kind": "signing", "title": "E", "happened_on": "2031-01-01"}
    return publish(event={**document, "modality": modality})


def test_the_end_that_a_standing_has_is_a_day_of_its_own() -> None:
    (event,) = read(order(standing={"code": "in_force", "until": "2026-03-01", "certain": False}))
    assert event["summary"] == "No longer in force: An order; of, many"
    assert (event["dtstart"].dt, event["dtend"].dt) == (date(2026, 3, 1), date(2026, 3, 2))
    assert event["uid"] == "orders.o.standing@sanctions-policy-database"
    assert event["dtstamp"].dt == STAMP
    assert event["last-modified"].dt == datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert event["status"] == "TENTATIVE"
    assert event["url"] == "https://example.org/api/v1/orders/o/"


def test_a_standing_without_an_end_is_in_no_calendar() -> None:
    assert read(order(standing=IN_FORCE)) == []


@pytest.mark.parametrize(
    ("due", "first", "after"),
    [
        ("2026-03-01", date(2026, 3, 1), date(2026, 3, 2)),
        ("2026-03", date(2026, 3, 1), date(2026, 4, 1)),
        ("2026~", date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_a_due_date_covers_every_day_that_it_may_mean(due: str, first: date, after: date) -> None:
    (found,) = read(order({"text": "Report.", "due_on": due}, {"text": "No date."}))
    assert (found["dtstart"].dt, found["dtend"].dt) == (first, after)
    assert found["summary"] == "Due: Report."
    assert ("On: " in found["description"]) == (due != "2026-03-01")


@pytest.mark.parametrize("open_end", ["2026-03-01/..", "../2026-03-01"])
def test_a_date_without_an_end_is_in_no_calendar(open_end: str) -> None:
    assert read(order({"text": "Report.", "due_on": open_end})) == []


@pytest.mark.parametrize(
    ("due", "standing", "status"),
    [
        ("2026-03-01", IN_FORCE, "CONFIRMED"),
        ("2026-03-01", ENDED, "CANCELLED"),
        ("2026-01-01", ENDED, "CANCELLED"),
        ("2026", ENDED, "CANCELLED"),
        ("2025-12-31", ENDED, "CONFIRMED"),
        ("2026-03-01", ENDED | {"since": None}, "CANCELLED"),
        ("2026-03-01", IN_FORCE | {"certain": False, "possible": ["in_force", "ended"]}, "TENTATIVE"),
    ],
)
def test_a_deadline_of_a_revoked_order_is_cancelled(due: str, standing: Any, status: str) -> None:
    (found,) = read(order({"text": "Report.", "due_on": due}, standing=standing))
    assert found["status"] == status


@pytest.mark.parametrize(
    ("modality", "status"),
    [
        ("occurred", "CONFIRMED"),
        ("scheduled", "TENTATIVE"),
        ("conditional", "TENTATIVE"),
        ("cancelled", "CANCELLED"),
    ],
)
def test_a_cancelled_event_is_cancelled(modality: str, status: str) -> None:
    (found,) = read(event(modality))
    assert (found["status"], found["uid"]) == (status, "events.e.happens@sanctions-policy-database")


def test_terms_are_days() -> None:
    commitment = {"slug": "c", "text": "x" * 200, "obligors": ["i"], "starts_on": "2016", "sunset_on": "2031"}
    agreement = {"slug": "g", "kind": "treaty", "title": "G", "commitments": [commitment]}
    publish(actor=ISSUER, agreement=agreement)
    rows = Published().rows("commitments")
    starts, sunset = read(*rows)
    assert starts["summary"] == f"Starts: {'x' * 200}"
    assert sunset["dtstart"].dt == date(2031, 1, 1)
    assert sunset["uid"] == "commitments.c.sunset_on@sanctions-policy-database"
    lapsed = [row | {"standing": ENDED | {"code": "lapsed"}} for row in rows]
    assert [event["status"] for event in read(*lapsed)] == ["CONFIRMED", "CANCELLED"]


def test_an_event_keeps_its_identity_when_rows_are_put_before_it_and_wherever_it_is_served() -> None:
    report: Document = {"text": "Report.", "due_on": "2026"}
    publish(actor={**ISSUER, "slug": "j"})
    once = [str(event["uid"]) for event in read(order(report, {**report, "addressee": "j"}, report))]
    assert len(set(once)) == 3
    moved = {**report, "due_on": "2027-01"}
    record = order({"text": "List.", "due_on": "2025"}, moved, {**report, "addressee": "j"}, report)
    elsewhere = as_ical.Calendar("Days", "http://other.example:8080", STAMP)
    assert [str(event["uid"]) for event in read(record, calendar=elsewhere)][1:] == once


def test_a_calendar_without_events_has_a_component_all_the_same() -> None:
    raw = b"".join(as_ical.stream([[]], CALENDAR))
    found = icalendar.Calendar.from_ical(raw)
    assert [part.name for part in found.subcomponents] == ["VTIMEZONE"]
    assert (found["name"], found["x-wr-calname"]) == ("Days", "Days")
    assert b"VTIMEZONE" not in b"".join(as_ical.stream([[order({"text": "R.", "due_on": "2026"})]], CALENDAR))


def test_lines_are_folded_and_end_as_the_standard_wants() -> None:
    raw = b"".join(as_ical.stream([[order({"text": "ä" * 200, "due_on": "2026"})]], CALENDAR))
    lines = raw.split(b"\r\n")
    assert lines[-1] == b""
    assert all(len(line) <= 75 and b"\n" not in line for line in lines)
    assert (lines[0], lines[-2]) == (b"BEGIN:VCALENDAR", b"END:VCALENDAR")


@pytest.mark.parametrize("noun", ["orders", "measures", "agreements", "commitments", "events", "timeline"])
def test_every_day_of_everything_that_is_published_can_be_read(published: Published, noun: str) -> None:
    found = icalendar.Calendar.from_ical(published.file(f"{noun}/", format="ics"))
    assert found.subcomponents
    events: list[Any] = list(found.walk("VEVENT"))
    uids = [str(one["uid"]) for one in events]
    assert len(set(uids)) == len(uids)
    for one in events:
        assert {"DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "STATUS", "LAST-MODIFIED", "URL"} <= one.keys()
        assert one["dtstart"].dt < one["dtend"].dt
    if noun in ("events", "timeline"):
        dated = {row["slug"] for row in published.rows("events")}
        assert {uid.split(".")[1] for uid in uids} <= dated
        assert uids
