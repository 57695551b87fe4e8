"""iCalendar (RFC 5545): the days of records as events that last all day, for calendars that subscribe to them.

A date that is not a day covers every day that it may mean, and says so. A date without a first or a last day is in no
calendar. The identity of an event (``UID``) is made of its record and of what the day is, and stays when the day moves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import icalendar

from sanctions import edtf

MEDIA_TYPE: Final = "text/calendar"
#: What stands before and after the events.
_HEAD: Final = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Sanctions policy database//API v1//EN\r\nCALSCALE:GREGORIAN\r\n"
)
_FOOT: Final = b"END:VCALENDAR\r\n"

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """A day of a record: ``part`` says which of its days, ``on`` is a date of any precision (EDTF)."""

    part: str
    on: str
    summary: str
    description: str = ""
    tentative: bool = False


def entries(record: Document) -> Iterator[Entry]:
    """Yield the days of a record: due dates, terms, the day on which its standing ends; of an event, its day."""
    name = str(record.get("title") or record.get("text") or record.get("name") or record["slug"])
    if "happened_on" in record:
        waiting = record["modality"] in ("scheduled", "conditional")
        yield Entry("happens", record["happened_on"], name, "; ".join(record.get("conditions", ())), waiting)
    for number, directive in enumerate(record.get("directives", ()), start=1):
        if "due_on" in directive:
            yield Entry(f"due-{number}", directive["due_on"], f"Due: {directive['text']}", f"Directive of: {name}")
    for field, words in (("starts_on", "Starts"), ("sunset_on", "Sunset")):
        if record.get(field):
            yield Entry(field, record[field], f"{words}: {name}")
    standing = record.get("standing") or {}
    if until := standing.get("until"):
        word = standing["code"].replace("_", " ")
        yield Entry("standing", until, f"No longer {word}: {name}", tentative=not standing.get("certain", True))


def stream(batches: Iterable[Iterable[Document]], host: str, origin: str, stamp: datetime) -> Iterator[bytes]:
    """Yield a calendar of the days of records, a piece for each batch.

    ``origin`` is scheme and host, before each record's path; ``host`` ends the UIDs; ``stamp`` is when it was made.
    """
    yield _HEAD
    for records in batches:
        yield b"".join(
            event
            for record in records
            for entry in entries(record)
            for event in _event(record, entry, host, origin, stamp)
        )
    yield _FOOT


def _event(record: Document, entry: Entry, host: str, origin: str, stamp: datetime) -> Iterator[bytes]:
    extent = edtf.parse(entry.on)
    if extent.earliest == edtf.OPEN_START or extent.latest == edtf.OPEN_END:
        return
    event = icalendar.Event()
    path = record["url"].strip("/").replace("/", ".")
    event.add("uid", f"{path}.{entry.part}@{host}")
    event.add("dtstamp", stamp)
    event.add("dtstart", extent.earliest)
    # The end is the first day after it.
    event.add("dtend", extent.latest + timedelta(days=1))
    event.add("summary", " ".join(entry.summary.split()))
    told = [entry.description, "" if extent.is_day else f"On: {edtf.humanise(entry.on)}."]
    if description := " ".join(text for text in told if text):
        event.add("description", description)
    event.add("url", f"{origin}{record['url']}")
    event.add("status", "TENTATIVE" if entry.tentative else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    yield event.to_ical()
