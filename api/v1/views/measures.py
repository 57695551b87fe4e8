"""Measures."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from api.http.pagination import Ordering
from api.v1.citing import CITATION_FORMATS
from api.v1.filters.measures import MeasureParameters
from api.v1.foreign import CalendarRenderer
from api.v1.views.base import BY_SLUG, RecordViewSet
from sanctions.models import Measure
from sanctions.questions.standings import AddedKeys, standings
from sanctions.vocabulary import Subject


class MeasureViewSet(RecordViewSet):
    """The measures of orders: each restriction that an order imposes, or relief that it grants."""

    queryset = Measure.objects.all()
    list_parameters = MeasureParameters
    orderings = (Ordering("dated_on", "order__dated_on", nullable=True), BY_SLUG)
    list_formats = (*CITATION_FORMATS, CalendarRenderer)
    columns = ("order_id",)

    def added_keys(self, rows: Sequence[Any], day: date) -> AddedKeys:
        return standings(Subject.MEASURE, rows, day)
