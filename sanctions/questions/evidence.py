"""Rows of events, such as claims and measurements, with their event and the sources of just that row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import models

from sanctions.models import Event
from sanctions.projections.rendered_documents import reference
from sanctions.questions.citations import citations_of, supporting
from sanctions.questions.standings import named
from sanctions.records.base import Document, Key
from sanctions.records.encode import Labels, assemble, load, referenced_keys


def shown_rows(model: type[models.Model], keys: Sequence[Key], ids: Sequence[int]) -> dict[int, Document]:
    """Return primary key → row as in the renderings."""
    loaded = load(model, tuple(keys), ids)
    labels = Labels()
    labels.learn(referenced_keys(loaded))
    return {pk: assemble(loaded, pk, labels, reference) for pk in loaded.rows}


class Evidence:
    """Some events and their citations, read in two queries."""

    def __init__(self, events: Iterable[int]) -> None:
        ids = sorted(set(events))
        rows = Event.objects.filter(pk__in=ids).only("slug", "title", "state", "happened_earliest", "happened_latest")
        self._events: Mapping[int, Event] = {event.pk: event for event in rows}
        self._citations = citations_of("event", ids)

    def event(self, pk: int) -> Event:
        """Return one of the events."""
        return self._events[pk]

    def behind(self, pk: int, rows: str, ordinal: int) -> dict[str, Any]:
        """Return the event and its citations for one of its rows (``rows`` and the place among them) or as a whole."""
        citations = supporting(self._citations.get(pk, ()), rows, ordinal)
        return {"event": named(self._events[pk]), "citations": citations}


def begun(earliest: date | None, day: date) -> bool:
    """Whether something can have happened by the day."""
    return earliest is not None and earliest <= day


def certainly(latest: date | None, day: date) -> bool:
    """Whether something has certainly happened by the day."""
    return latest is not None and latest <= day
