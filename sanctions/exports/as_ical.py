"""iCalendar (RFC 5545): the days of records as events that last all day, for calendars that subscribe to them.

A date that is not a day covers every day that it may mean, and says so. A date without a first or a last day is in no
calendar. The identity of an event (``UID``) is made of the collection and slug of its record and of what the day is: it
stays when the day moves, when rows are put before others, and wherever the calendar is served. A day that will not come
is ``CANCELLED`` and stays in the calendar, because those who subscribed before it have it.
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
#: Ends every UID. It is no host: the same event has the same UID wherever it is served.
NAMESPACE: Final = "sanctions-policy-database"
#: How often a program that subscribes may ask again.
_REFRESH: Final = timedelta(days=1)
_FOOT: Final = b"END:VCALENDAR\r\n"
#: A calendar has one component at least (section 3.6); this one is in a calendar without events, and shows nothing.
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
#: Standings after which nothing falls due any more.
_OVER: Final = frozenset({Standing.ENDED, Standing.LAPSED})

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Calendar:
    """What a calendar says of itself: its name, scheme and host before each record's path, when it was made."""

    name: str
    origin: str
    stamp: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """A day of a record: ``part`` says which of its days, ``on`` is a date of any precision (EDTF)."""

    part: str
    on: str
    summary: str
    description: str = ""
    status: str = _CONFIRMED


def entries(record: Document) -> Iterator[Entry]:
    """Yield the days of a record: due dates, terms, the day on which its standing ends; of an event, its day."""
    name = str(record.get("title") or record.get("text") or record.get("name") or record["slug"])
    standing = record.get("standing") or {}
    if "happened_on" in record:
        conditions = dict.fromkeys(e["condition"] for e in record.get("effects", ()) if e.get("condition"))
        status = _MODALITIES[record["modality"]]
        yield Entry("happens", record["happened_on"], name, "; ".join(conditions), status)
    seen: Counter[str] = Counter()
    for directive in record.get("directives", ()):
        if due := directive.get("due_on"):
            part = f"due-{_digest(directive)}"
            seen[part] += 1
            # Only a directive that says the very same of the same body needs its place among these.
            part = part if seen[part] == 1 else f"{part}-{seen[part]}"
            words = f"Due: {directive['text']}", f"Directive of: {name}"
            yield Entry(part, due, *words, _status_of(due, standing))
    for field, word in (("starts_on", "Starts"), ("sunset_on", "Sunset")):
        if on := record.get(field):
            yield Entry(field, on, f"{word}: {name}", status=_status_of(on, standing))
    if until := standing.get("until"):
        word = standing["code"].replace("_", " ")
        certain = standing.get("certain", True)
        yield Entry("standing", until, f"No longer {word}: {name}", status=_CONFIRMED if certain else _TENTATIVE)


def _digest(directive: Document) -> str:
    """Return what a directive is known by as long as it says the same: who is to do what."""
    said = f"{(directive.get('addressee') or {}).get('slug', '')}\n{' '.join(directive['text'].split())}"
    return sha256(said.encode()).hexdigest()[:12]


def _status_of(on: str, standing: Document) -> str:
    """Return whether a day of what has such a standing comes: not if all had ended before it."""
    possible = {standing.get("code"), *(standing.get("possible") or ())}
    if not _OVER & possible:
        return _CONFIRMED
    since = standing.get("since")
    if since and edtf.parse(on).latest.isoformat() < since:
        return _CONFIRMED
    return _CANCELLED if standing.get("certain", True) else _TENTATIVE


def stream(batches: Iterable[Iterable[Document]], calendar: Calendar) -> Iterator[bytes]:
    """Yield a calendar of the days of records, a piece for each batch."""
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
    # RFC 7986, and the name that programs read which are older.
    head.add("name", calendar.name)
    head.add("x-wr-calname", calendar.name)
    head.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    written: bytes = head.to_ical(sorted=False)
    return written.removesuffix(_FOOT)


def _event(record: Document, entry: Entry, calendar: Calendar) -> Iterator[bytes]:
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
    # The end is the first day after it.
    event.add("dtend", extent.latest + timedelta(days=1))
    event.add("summary", " ".join(entry.summary.split()))
    told = [entry.description, "" if extent.is_day else f"On: {edtf.humanise(entry.on)}."]
    if description := " ".join(text for text in told if text):
        event.add("description", description)
    event.add("url", f"{calendar.origin}{record['url']}")
    event.add("status", entry.status)
    event.add("transp", "TRANSPARENT")
    yield event.to_ical()
