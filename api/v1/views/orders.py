"""Orders."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from api.http.pagination import Ordering
from api.v1.citing import CITATION_FORMATS
from api.v1.filters.orders import OrderParameters
from api.v1.foreign import CalendarRenderer
from api.v1.views.base import BY_SLUG, RecordViewSet
from sanctions.models import Order
from sanctions.questions.standings import AddedKeys, standings
from sanctions.vocabulary import Subject


class OrderViewSet(RecordViewSet):
    """Legal instruments that impose, change, ease or end sanctions, with their measures and directives."""

    queryset = Order.objects.all()
    list_parameters = OrderParameters
    orderings = (Ordering("dated_on", "dated_on", nullable=True), BY_SLUG)
    ordering = "-dated_on"
    list_formats = (*CITATION_FORMATS, CalendarRenderer)

    def added_keys(self, rows: Sequence[Any], day: date) -> AddedKeys:
        return standings(Subject.ORDER, rows, day)
