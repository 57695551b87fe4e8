"""Events and their effects; and effects as the fold alone needs them, without a database."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sanctions import edtf
from sanctions.models import Effect, Event
from sanctions.vocabulary import EventKind, State
from tests.factories.slugs import unused


@dataclass(frozen=True, slots=True)
class Entry:
    """What the fold sees of an effect."""

    verb: str
    effective_earliest: date
    effective_latest: date
    sequence: int = 0
    in_part: bool = False
    until_earliest: date | None = None
    until_latest: date | None = None
    tie: str = ""


def entry(
    verb: str, effective_on: str, *, until: str = "", in_part: bool = False, sequence: int = 0, tie: str = ""
) -> Entry:
    """Return an entry of the ledger, its dates given as EDTF texts."""
    begins = edtf.parse(effective_on)
    ends = edtf.parse(until) if until else None
    return Entry(
        verb=verb,
        effective_earliest=begins.earliest,
        effective_latest=begins.latest,
        sequence=sequence,
        in_part=in_part,
        until_earliest=None if ends is None else ends.earliest,
        until_latest=None if ends is None else ends.latest,
        tie=tie,
    )


def make_event(slug: str = "", **values: Any) -> Event:
    """Create a published event that occurred."""
    slug = slug or unused("event")
    defaults = {"title": slug, "kind": EventKind.LEGAL_ACT, "happened_on": "2018-05-08", "state": State.PUBLISHED}
    return Event.objects.create(slug=slug, **defaults | values)


def make_effect(verb: str, effective_on: str, event: Event | None = None, **values: Any) -> Effect:
    """Create an effect on the subject given (``order=…``), of an event of its own unless one is given."""
    event = event or make_event(happened_on=effective_on)
    place = event.effects.count()
    return Effect.objects.create(event=event, verb=verb, effective_on=effective_on, **{"ordinal": place} | values)
