"""What is held already of what the Federal Register says: curated events tell of the same signatures and acts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from sanctions.importers.base import Contribution
from sanctions.models import Effect, Imported
from sanctions.records.base import Document
from sanctions.records.encode import chunks
from sanctions.records.events import EVENT
from sanctions.vocabulary import State

_STANDING: Final = (State.DRAFT, State.IN_REVIEW, State.PUBLISHED)
#: An effect by what it is: on which order, with which verb, by which order.
_What = tuple[str, str, str]


def without_what_is_held(source: str, contributions: Iterable[Contribution]) -> Iterator[Contribution]:
    """Yield the contributions, events without the effects that an event of somebody else has; not at all without any.

    A curated effect has its own day, section and sources: the notes of the Federal Register add nothing to it.
    """
    found = list(contributions)
    events = [one for one in found if one.record_type is EVENT]
    held = _held(source, {str(effect["order"]) for one in events for effect in one.document.get("effects", ())})
    for one in found:
        if one.record_type is not EVENT:
            yield one
            continue
        effects = [effect for effect in one.document.get("effects", ()) if _what(effect) not in held]
        if effects:
            yield Contribution(one.key, EVENT, {**one.document, "effects": effects}, one.place)


def _what(effect: Document) -> _What:
    return (str(effect.get("order", "")), str(effect["verb"]), str(effect.get("by_order", "")))


def _held(source: str, orders: Iterable[str]) -> set[_What]:
    """Return the effects on the orders that stand in events which no import of the source has written."""
    told = Imported.objects.filter(source=source, record_type=EVENT.name).exclude(written="")
    own = set(told.values_list("slug", flat=True))
    by_event: dict[str, set[_What]] = defaultdict(set)
    for some in chunks(sorted(orders)):
        rows = Effect.objects.filter(order__slug__in=some, event__state__in=_STANDING)
        for event, order, verb, by in rows.values_list("event__slug", "order__slug", "verb", "by_order__slug"):
            by_event[event].add((order, verb, by or ""))
    return {what for event, effects in by_event.items() if event not in own for what in effects}
