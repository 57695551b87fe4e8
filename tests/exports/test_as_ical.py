"""iCalendar: what others' readers make of the days of a record."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import icalendar
import pytest

from sanctions.exports import as_ical

STAMP = datetime(2025, 1, 2, tzinfo=UTC)


def read(*records: dict[str, Any]) -> list[Any]:
    raw = b"".join(as_ical.stream([records], "example.org", "https://example.org", STAMP))
    return list(icalendar.Calendar.from_ical(raw).walk("VEVENT"))


def order(**said: Any) -> dict[str, Any]:
    return {"slug": "o", "url": "/api/v1/orders/o/", "title": "An order; of, many", **said}


def test_the_end_that_a_standing_has_is_a_day_of_its_own() -> None:
    (event,) = read(order(standing={"code": "in_force", "until": "2026-03-01", "certain": False}))
    assert event["summary"] == "No longer in force: An order; of, many"
    assert (event["dtstart"].dt, event["dtend"].dt) == (date(2026, 3, 1), date(2026, 3, 2))
    assert event["uid"] == "api.v1.orders.o.standing@example.org"
    assert event["dtstamp"].dt == STAMP
    assert event["status"] == "TENTATIVE"
    assert event["url"] == "https://example.org/api/v1/orders/o/"


def test_a_standing_without_an_end_is_in_no_calendar() -> None:
    assert read(order(standing={"code": "in_force", "until": None, "certain": True})) == []


@pytest.mark.parametrize(
    ("due", "first", "after"),
    [
        ("2026-03-01", date(2026, 3, 1), date(2026, 3, 2)),
        ("2026-03", date(2026, 3, 1), date(2026, 4, 1)),
        ("2026~", date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_a_due_date_covers_every_day_that_it_may_mean(due: str, first: date, after: date) -> None:
    (event,) = read(order(directives=[{"text": "Report.", "due_on": due}, {"text": "No date."}]))
    assert (event["dtstart"].dt, event["dtend"].dt) == (first, after)
    assert event["summary"] == "Due: Report."
    assert ("On: " in event["description"]) == (due != "2026-03-01")


@pytest.mark.parametrize("open_end", ["2026-03-01/..", "../2026-03-01"])
def test_a_date_without_an_end_is_in_no_calendar(open_end: str) -> None:
    assert read(order(directives=[{"text": "Report.", "due_on": open_end}])) == []


def test_terms_and_scheduled_events_are_days() -> None:
    commitment = {
        "slug": "c",
        "url": "/api/v1/commitments/c/",
        "text": "x" * 200,
        "starts_on": "2016",
        "sunset_on": "2031",
    }
    event = {"slug": "e", "url": "/e/", "title": "E", "happened_on": "2031-01-01", "modality": "scheduled"}
    starts, sunset, happens = read(commitment, event)
    assert starts["summary"] == f"Starts: {'x' * 200}"
    assert sunset["dtstart"].dt == date(2031, 1, 1)
    assert happens["status"] == "TENTATIVE"


def test_lines_are_folded_and_end_as_the_standard_wants() -> None:
    raw = b"".join(
        as_ical.stream([[order(directives=[{"text": "ä" * 200, "due_on": "2026"}])]], "h", "https://h", STAMP)
    )
    lines = raw.split(b"\r\n")
    assert lines[-1] == b""
    assert all(len(line) <= 75 and b"\n" not in line for line in lines)
    assert (lines[0], lines[-2]) == (b"BEGIN:VCALENDAR", b"END:VCALENDAR")
