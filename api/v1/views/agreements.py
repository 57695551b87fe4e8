"""Agreements."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from api.http.pagination import Ordering
from api.v1.citing import CITATION_FORMATS
from api.v1.filters.agreements import AgreementParameters
from api.v1.foreign import CalendarRenderer
from api.v1.views.base import BY_SLUG, RecordViewSet
from sanctions.models import Agreement
from sanctions.questions.standings import AddedKeys, agreements


class AgreementViewSet(RecordViewSet):
    """Treaties, plans of action and understandings, with their commitments and parties."""

    queryset = Agreement.objects.all()
    list_parameters = AgreementParameters
    orderings = (Ordering("dated_on", "dated_on", nullable=True), BY_SLUG)
    ordering = "-dated_on"
    list_formats = (*CITATION_FORMATS, CalendarRenderer)

    def added_keys(self, rows: Sequence[Any], day: date) -> AddedKeys:
        return agreements(rows, day)
