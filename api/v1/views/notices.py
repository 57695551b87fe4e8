"""/api/v1/notices/: what was corrected, retracted, restored or merged, when and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from django.db.models import QuerySet
from rest_framework.exceptions import NotFound

from api.http.pagination import Ordering
from api.http.renderers import JSONRenderer, PageRenderer
from api.v1.filters.base import Parameters
from api.v1.filters.notices import NoticeParameters
from api.v1.schemas.description import Operation
from api.v1.schemas.records import ref
from api.v1.views.base import RecordViewSet
from api.v1.views.questions import QuestionView
from sanctions.questions import notices


class NoticeViewSet(RecordViewSet):
    """Notices of corrections, retractions, restorations and merges, newest first.

    Each has its date and its reason. A change in the world is an update, not a notice.
    """

    list_parameters = NoticeParameters
    renderer_classes = [JSONRenderer, PageRenderer]
    orderings = (Ordering("sequence", "sequence"),)
    ordering = "-sequence"
    #: The rows are versions, which have no stored rendering.
    cells = ()
    operation = Operation("notices", "notices", "The notices", ref("Notice"))

    def get_view_name(self) -> str:
        return "Notices"

    def get_queryset(self) -> QuerySet[Any]:
        """Return the versions that are notices."""
        return notices.notices()

    def render_rows(self, rows: Sequence[Any]) -> Sequence[bytes]:
        return [orjson.dumps(row) for row in notices.shown(rows)]


class NoticeView(QuestionView):
    """One notice, at a permanent address: what was done to which record, when and why, and what changed."""

    operation = Operation("notice", "notices", "One of the notices", ref("Notice"), ("sequence",))

    def get_view_name(self) -> str:
        return f"Notice {self.kwargs.get('sequence', '')}"

    def answer(self, query: Parameters, **path: Any) -> Any:
        sequence = path["sequence"]
        notice = notices.notice(sequence, query.instant) if sequence < 2**63 else None
        if notice is None:
            raise NotFound(f"No notice has the number {sequence}.")
        return notice
