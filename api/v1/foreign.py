"""Render formats of other programs: entities of FollowTheMoney, and iCalendar."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any

import orjson
from rest_framework.request import Request

from api.http.renderers import Collection, CollectionRenderer, records
from sanctions.exports import as_ftm, as_ical
from sanctions.questions.entities import EntityReader


class FTMRenderer(CollectionRenderer):
    """Records as entities of FollowTheMoney, one per line."""

    media_type = as_ftm.MEDIA_TYPE
    format = "ftm"
    extension = "ftm.json"

    def write(self, answer: Any, request: Request | None) -> bytes:
        """Return the entity of one record."""
        record = orjson.loads(answer)
        return as_ftm.lines([record], _facts_of(_required(request))([record]))

    def render_collection(self, collection: Collection) -> Iterator[bytes]:
        """Yield the entities."""
        return as_ftm.stream(records(collection.batches), _facts_of(collection.request))


class CalendarRenderer(CollectionRenderer):
    """The days of records as a calendar."""

    media_type = as_ical.MEDIA_TYPE
    format = "ics"
    charset = "utf-8"

    def render_collection(self, collection: Collection) -> Iterator[bytes]:
        """Yield the calendar. Its events have the day as DTSTAMP, so that answers of one day are identical."""
        view = collection.request.parser_context["view"]
        stamp = datetime.combine(view.now().date(), time(), UTC)
        origin = collection.request.build_absolute_uri("/").rstrip("/")
        calendar = as_ical.Calendar(f"Sanctions policy: {view.basename}", origin, stamp)
        return as_ical.stream(records(collection.batches), calendar)


def _facts_of(request: Request) -> Callable[[Sequence[Mapping[str, Any]]], as_ftm.Facts]:
    """Return the function that reads the facts for the entities of a batch of records, on the day of the question."""
    reader = EntityReader(request.parser_context["view"].query.day)

    def facts(batch: Sequence[Mapping[str, Any]]) -> as_ftm.Facts:
        known = reader.facts(batch)
        return as_ftm.Facts(request.build_absolute_uri, known.listed, known.countries, known.issuers, known.merged)

    return facts


def _required(request: Request | None) -> Request:
    if request is None:
        raise TypeError("The format needs the request: it contains absolute addresses.")
    return request
