"""Leave out what curated events already contain: the same signatures and actions."""

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
#: An effect by its order, its verb, and the order that caused it.
_What = tuple[str, str, str]


def without_curated_effects(source: str, contributions: Iterable[Contribution]) -> Iterator[Contribution]:
    """Yield the contributions, without the effects that a curated event has; skip events that have no others.

    A curated effect has its own day, section and sources, to which the Federal Register's notes add nothing.
    """
    all_contributions = list(contributions)
    events = [contribution for contribution in all_contributions if contribution.record_type is EVENT]
    curated = _curated_effects(
        source, {str(effect["order"]) for contribution in events for effect in contribution.document.get("effects", ())}
    )
    for contribution in all_contributions:
        if contribution.record_type is not EVENT:
            yield contribution
            continue
        effects = [effect for effect in contribution.document.get("effects", ()) if _what(effect) not in curated]
        if effects:
            yield Contribution(
                contribution.key, EVENT, {**contribution.document, "effects": effects}, contribution.place
            )


def _what(effect: Document) -> _What:
    return (str(effect.get("order", "")), str(effect["verb"]), str(effect.get("by_order", "")))


def _curated_effects(source: str, orders: Iterable[str]) -> set[_What]:
    """Return the effects on the orders in events that no import of the source wrote."""
    imported = Imported.objects.filter(source=source, record_type=EVENT.name).exclude(written="")
    imported_slugs = set(imported.values_list("slug", flat=True))
    by_event: dict[str, set[_What]] = defaultdict(set)
    for chunk in chunks(sorted(orders)):
        rows = Effect.objects.filter(order__slug__in=chunk, event__state__in=_STANDING)
        for event, order, verb, by in rows.values_list("event__slug", "order__slug", "verb", "by_order__slug"):
            by_event[event].add((order, verb, by or ""))
    return {what for event, effects in by_event.items() if event not in imported_slugs for what in effects}
