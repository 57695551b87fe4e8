"""The timeline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from django.http import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from api.http.pagination import Ordering, limit_of
from api.v1.feeds import TimelineAtomRenderer
from api.v1.filters.timeline import TimelineParameters
from api.v1.foreign import CalendarRenderer
from api.v1.schemas.description import Operation
from api.v1.schemas.records import ref
from api.v1.views.base import RecordViewSet
from sanctions.models import Event
from sanctions.questions.timeline import last_recorded, rows_of


class TimelineViewSet(RecordViewSet):
    """The events about any mix of actors, orders, agreements, commitments, violations and programs, newest first.

    Each event is in short, with the parts of it that match the request. Without subjects, all events.
    """

    queryset = Event.objects.all()
    list_parameters = TimelineParameters
    orderings = (Ordering("happened_on", "happened_latest"),)
    ordering = "-happened_on"
    list_formats = (CalendarRenderer, TimelineAtomRenderer)
    columns = ("happened_earliest", "happened_latest")
    operation = Operation("timeline", "questions", "The events about any mix of subjects", ref("TimelineEvent"))
    query: TimelineParameters

    def list(self, request: Request) -> HttpResponseBase:
        """Answer a page; an Atom feed has the events that were recorded last, unless the request has an ordering.

        A feed ordered by the day of the events would start with future ones, and never show additions to the past.
        """
        has_ordering = {"ordering", "cursor"} & set(request.query_params)
        if not isinstance(request.accepted_renderer, TimelineAtomRenderer) or has_ordering:
            return super().list(request)
        rows = last_recorded(self.filter_queryset(self.get_queryset()))[: limit_of(request, self)]
        results = self.shape.apply(self.render_rows(list(rows)))
        return Response(orjson.dumps({"results": [orjson.Fragment(row) for row in results]}))

    def get_view_name(self) -> str:
        return "Timeline"

    def render_rows(self, rows: Sequence[Any]) -> Sequence[bytes]:
        """Return each event in short; feeds and calendars need the whole stored rendering."""
        if isinstance(self.request.accepted_renderer, (CalendarRenderer, TimelineAtomRenderer)):
            return [row.rendering.encode() for row in rows]
        events = [(row, orjson.loads(row.rendering)) for row in rows]
        return [orjson.dumps(row) for row in rows_of(events, self.query.things, self.query.day)]
