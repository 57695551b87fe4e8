"""The timeline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from api.pagination import Ordering
from api.v1.feeds import TimelineAtomRenderer
from api.v1.filters.timeline import TimelineParameters
from api.v1.foreign import CalendarRenderer
from api.v1.schemas.description import Operation
from api.v1.schemas.records import ref
from api.v1.views.base import RecordViewSet
from sanctions.models import Event
from sanctions.questions.timeline import rows_of


class Timeline(RecordViewSet):
    """The events of any mix of actors, orders, agreements, commitments, violations and programs, newest or oldest
    first; each in short, with why it is on this timeline. Without a mix, all events.
    """  # noqa: D205 - one sentence of the description

    queryset = Event.objects.all()
    list_parameters = TimelineParameters
    orderings = (Ordering("happened_on", "happened_latest"),)
    ordering = "-happened_on"
    list_formats = (CalendarRenderer, TimelineAtomRenderer)
    columns = ("happened_earliest", "happened_latest")
    operation = Operation("timeline", "questions", "The events of any mix of things", ref("TimelineEvent"))
    asked: TimelineParameters

    def get_view_name(self) -> str:
        """Return what stands above the page."""
        return "Timeline"

    def rendered(self, rows: Sequence[Any]) -> Sequence[bytes]:
        """Return each event in short, made of its stored rendering; a feed is made of the whole."""
        if self.request.accepted_renderer.format == TimelineAtomRenderer.format:
            return [row.rendering.encode() for row in rows]
        events = [(row, orjson.loads(row.rendering)) for row in rows]
        return [orjson.dumps(row) for row in rows_of(events, self.asked.things, self.asked.day)]
