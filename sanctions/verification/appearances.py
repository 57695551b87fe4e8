"""The check of appearances: they must be the participations in public events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from sanctions.models import Actor, Appearance, Event, Participation
from sanctions.records.encode import chunks
from sanctions.verification.mismatches import Mismatch, Progress, ignore_progress, name_row
from sanctions.vocabulary import State

#: The columns of an appearance that it has from its event.
_COPIED: Final = ("kind", "slug", "happened_earliest", "happened_latest")


def verify_appearances(progress: Progress = ignore_progress) -> Iterator[Mismatch]:
    """Yield appearances that are stored without a participation, missing, or stored twice."""
    for events in chunks(Event.objects.order_by("pk").values_list("pk", flat=True).iterator()):
        yield from _verify_events(events)
        progress(len(events))


def _verify_events(events: Sequence[int]) -> Iterator[Mismatch]:
    participations = Participation.objects.filter(event__keyed=events, event__state=State.PUBLISHED).order_by()
    copied = [f"event__{name}" for name in _COPIED]
    expected = set(participations.values_list("event_id", "actor_id", *copied).distinct())
    appearances = Appearance.objects.filter(event__keyed=events).order_by()
    stored = list(appearances.values_list("event_id", "actor_id", *_COPIED))
    slugs = dict(Event.objects.filter(pk__keyed=events).values_list("pk", "slug"))
    for event, actor, *_ in sorted(expected ^ set(stored), key=lambda row: row[:2]):
        yield Mismatch(
            f"event {slugs[event]}",
            f"the stored appearance of {name_row(Actor, actor)} does not match the participations.",
        )
    if len(stored) != len(set(stored)):
        yield Mismatch(f"events {slugs[events[0]]} and later", "an appearance is stored twice.")
