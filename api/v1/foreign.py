"""Formats that other programs read: graphs of entities, and calendars."""

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
    """Records as entities of FollowTheMoney, one a line."""

    media_type = as_ftm.MEDIA_TYPE
    format = "ftm"
    extension = "ftm.json"

    def write(self, answer: Any, request: Request | None) -> bytes:
        """Return the entity of one record."""
        record = orjson.loads(answer)
        return as_ftm.lines([record], _facts_of(_of(request))([record]))

    def whole(self, told: Collection) -> Iterator[bytes]:
        """Yield the entities."""
        return as_ftm.stream(records(told.batches), _facts_of(told.request))


class CalendarRenderer(CollectionRenderer):
    """The days of records as a calendar."""

    media_type = as_ical.MEDIA_TYPE
    format = "ics"
    charset = "utf-8"

    def whole(self, told: Collection) -> Iterator[bytes]:
        """Yield the calendar; its events are stamped with the day, so that one day's answers are the same."""
        view = told.request.parser_context["view"]
        stamp = datetime.combine(view.now().date(), time(), UTC)
        origin = told.request.build_absolute_uri("/").rstrip("/")
        calendar = as_ical.Calendar(f"Sanctions policy: {view.basename}", origin, stamp)
        return as_ical.stream(records(told.batches), calendar)


def _facts_of(request: Request) -> Callable[[Sequence[Mapping[str, Any]]], as_ftm.Facts]:
    """Return what reads the facts that the entities of a batch of records need, on the day that is asked for."""
    reader = EntityReader(request.parser_context["view"].query.day)

    def facts(batch: Sequence[Mapping[str, Any]]) -> as_ftm.Facts:
        found = reader.facts(batch)
        return as_ftm.Facts(request.build_absolute_uri, found.listed, found.countries, found.issuers, found.merged)

    return facts


def _of(request: Request | None) -> Request:
    if request is None:
        raise TypeError("The format needs the request: it names whole addresses.")
    return request
