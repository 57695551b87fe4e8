"""Orders."""

from api.pagination import Ordering
from api.v1.filters.orders import OrderParameters
from api.v1.standings import standings
from api.v1.views.base import BY_SLUG, RecordViewSet
from sanctions.models import Order
from sanctions.vocabulary import Subject


class Orders(RecordViewSet):
    """Legal instruments that impose, change, ease or end sanctions, with their measures and directives."""

    queryset = Order.objects.all()
    list_parameters = OrderParameters
    orderings = (Ordering("dated_on", "dated_on", nullable=True), BY_SLUG)
    ordering = "-dated_on"
    beside = staticmethod(standings(Subject.ORDER))
