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
    """Every notice, newest first: what we said that was wrong and put right, taken back, brought back or merged.

    Each is dated and has its reason. A change in the world is no notice: it is an update.
    """

    list_parameters = NoticeParameters
    renderer_classes = [JSONRenderer, PageRenderer]
    orderings = (Ordering("sequence", "sequence"),)
    ordering = "-sequence"
    #: The rows are versions, which are shown by what they are.
    cells = ()
    operation = Operation("notices", "notices", "The notices", ref("Notice"))

    def get_view_name(self) -> str:
        """Return what stands above the page."""
        return "Notices"

    def get_queryset(self) -> QuerySet[Any]:
        """Return the versions that are notices."""
        return notices.notices()

    def render_rows(self, rows: Sequence[Any]) -> Sequence[bytes]:
        """Return the notices of the page."""
        return [orjson.dumps(row) for row in notices.shown(rows)]


class NoticeView(QuestionView):
    """One notice, at an address that never changes: what was done to which record, when, why, and what it changed."""

    operation = Operation("notice", "notices", "One of the notices", ref("Notice"), ("sequence",))

    def get_view_name(self) -> str:
        """Return what stands above the page."""
        return f"Notice {self.kwargs.get('sequence', '')}"

    def answer(self, query: Parameters, **path: Any) -> Any:
        """Return the notice."""
        sequence = path["sequence"]
        found = notices.notice(sequence, query.instant) if sequence < 2**63 else None
        if found is None:
            raise NotFound(f"There is no notice {sequence}.")
        return found
