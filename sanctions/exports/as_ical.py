"""iCalendar (RFC 5545): the days of records as all-day events, for calendars that subscribe to them.

A date that is not a day covers every day that it may mean, and its description gives the date in words. Open intervals
are left out. The identity of an event (``UID``) is made of the collection and slug of its record and the kind of day:
it stays the same when the day moves, when rows are reordered, and wherever the calendar is served. A day that will not
come stays in the calendar with the status ``CANCELLED``, because earlier subscribers have it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

import icalendar

from sanctions import edtf
from sanctions.vocabulary import Modality, Standing

MEDIA_TYPE: Final = "text/calendar"
#: End of every UID. Not a host: the same event has the same UID wherever it is served.
NAMESPACE: Final = "sanctions-policy-database"
#: How often subscribers are asked to refresh.
_REFRESH: Final = timedelta(days=1)
_FOOT: Final = b"END:VCALENDAR\r\n"
#: A calendar needs at least one component (section 3.6): this invisible one is in calendars without events.
_NO_EVENTS: Final = (
    b"BEGIN:VTIMEZONE\r\nTZID:UTC\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0000\r\n"
    b"TZOFFSETTO:+0000\r\nTZNAME:UTC\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
)
_CONFIRMED, _TENTATIVE, _CANCELLED = "CONFIRMED", "TENTATIVE", "CANCELLED"
_MODALITIES: Final = {
    Modality.OCCURRED: _CONFIRMED,
    Modality.SCHEDULED: _TENTATIVE,
    Modality.CONDITIONAL: _TENTATIVE,
    Modality.CANCELLED: _CANCELLED,
}
#: Standings after which no due date applies.
_OVER: Final = frozenset({Standing.ENDED, Standing.LAPSED})

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Calendar:
    """The name of a calendar, the scheme and host for the URLs of records, and when it was made."""

    name: str
    origin: str
    stamp: datetime


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """A day of a record: ``part`` identifies it among the record's days, ``on`` is a date of any precision (EDTF)."""

    part: str
    on: str
    summary: str
    description: str = ""
    status: str = _CONFIRMED


def entries(record: Document) -> Iterator[CalendarEntry]:
    """Yield the days of a record: due dates, start and sunset, the end of its standing; of an event its own day."""
    name = str(record.get("title") or record.get("text") or record.get("name") or record["slug"])
    standing = record.get("standing") or {}
    if "happened_on" in record:
        conditions = dict.fromkeys(e["condition"] for e in record.get("effects", ()) if e.get("condition"))
        status = _MODALITIES[record["modality"]]
        yield CalendarEntry("happens", record["happened_on"], name, "; ".join(conditions), status)
    seen: Counter[str] = Counter()
    for directive in record.get("directives", ()):
        if due := directive.get("due_on"):
            part = f"due-{_digest(directive)}"
            seen[part] += 1
            # Directives with the same text for the same body are numbered.
            part = part if seen[part] == 1 else f"{part}-{seen[part]}"
            words = f"Due: {directive['text']}", f"Directive of: {name}"
            yield CalendarEntry(part, due, *words, _status_of(due, standing))
    for field, word in (("starts_on", "Starts"), ("sunset_on", "Sunset")):
        if on := record.get(field):
            yield CalendarEntry(field, on, f"{word}: {name}", status=_status_of(on, standing))
    if until := standing.get("until"):
        word = standing["code"].replace("_", " ")
        certain = standing.get("certain", True)
        yield CalendarEntry(
            "standing", until, f"No longer {word}: {name}", status=_CONFIRMED if certain else _TENTATIVE
        )


def _digest(directive: Document) -> str:
    """Return an identity of a directive that stays while its addressee and text do."""
    content = f"{(directive.get('addressee') or {}).get('slug', '')}\n{' '.join(directive['text'].split())}"
    return sha256(content.encode()).hexdigest()[:12]


def _status_of(on: str, standing: Document) -> str:
    """Return the status of a day: cancelled if the standing ended before it, tentative if it may have ended."""
    possible = {standing.get("code"), *(standing.get("possible") or ())}
    if not _OVER & possible:
        return _CONFIRMED
    since = standing.get("since")
    if since and edtf.parse(on).latest.isoformat() < since:
        return _CONFIRMED
    return _CANCELLED if standing.get("certain", True) else _TENTATIVE


def stream(batches: Iterable[Iterable[Document]], calendar: Calendar) -> Iterator[bytes]:
    """Yield a calendar with the days of records, a piece for each batch."""
    yield _head(calendar)
    is_empty = True
    for records in batches:
        events = b"".join(
            event for record in records for entry in entries(record) for event in _event(record, entry, calendar)
        )
        is_empty = is_empty and not events
        yield events
    yield (_NO_EVENTS if is_empty else b"") + _FOOT


def _head(calendar: Calendar) -> bytes:
    head = icalendar.Calendar()
    head.add("version", "2.0")
    head.add("prodid", "-//Sanctions policy database//API v1//EN")
    head.add("calscale", "GREGORIAN")
    # NAME is from RFC 7986; older programs read X-WR-CALNAME.
    head.add("name", calendar.name)
    head.add("x-wr-calname", calendar.name)
    head.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    written: bytes = head.to_ical(sorted=False)
    return written.removesuffix(_FOOT)


def _event(record: Document, entry: CalendarEntry, calendar: Calendar) -> Iterator[bytes]:
    extent = edtf.parse(entry.on)
    if extent.earliest == edtf.OPEN_START or extent.latest == edtf.OPEN_END:
        return
    event = icalendar.Event()
    collection, slug = record["url"].strip("/").split("/")[-2:]
    event.add("uid", f"{collection}.{slug}.{entry.part}@{NAMESPACE}")
    event.add("dtstamp", calendar.stamp)
    if version := record.get("version"):
        event.add("last-modified", datetime.fromisoformat(version["recorded_from"]))
    event.add("dtstart", extent.earliest)
    # DTEND is exclusive.
    event.add("dtend", extent.latest + timedelta(days=1))
    event.add("summary", " ".join(entry.summary.split()))
    details = [entry.description, "" if extent.is_day else f"On: {edtf.humanise(entry.on)}."]
    if description := " ".join(text for text in details if text):
        event.add("description", description)
    event.add("url", f"{calendar.origin}{record['url']}")
    event.add("status", entry.status)
    event.add("transp", "TRANSPARENT")
    yield event.to_ical()
