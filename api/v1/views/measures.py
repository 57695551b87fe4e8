"""Measures."""

from api.pagination import Ordering
from api.v1.filters.measures import MeasureParameters
from api.v1.standings import standings
from api.v1.views.base import BY_SLUG, RecordViewSet
from sanctions.models import Measure
from sanctions.vocabulary import Subject


class Measures(RecordViewSet):
    """What orders impose, or give back, each on its own."""

    queryset = Measure.objects.all()
    list_parameters = MeasureParameters
    orderings = (Ordering("dated_on", "order__dated_on", nullable=True), BY_SLUG)
    beside = staticmethod(standings(Subject.MEASURE))
    columns = ("order_id",)
