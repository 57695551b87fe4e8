"""Orders and their measures."""

from typing import Any

from sanctions.models import Measure, Order
from sanctions.vocabulary import GeographicScope, MeasureDirection, MeasureKind, OrderKind, State
from tests.factories.actors import make_actor
from tests.factories.slugs import unused


def make_order(slug: str = "", **values: Any) -> Order:
    """Create a published executive order."""
    slug = slug or unused("order")
    if "issuer" not in values:
        values["issuer"] = make_actor()
    defaults = {
        "title": slug,
        "kind": OrderKind.EXECUTIVE_ORDER,
        "geographic_scope": GeographicScope.COUNTRY,
        "state": State.PUBLISHED,
    }
    return Order.objects.create(slug=slug, **defaults | values)


def make_measure(order: Order, slug: str = "", **values: Any) -> Measure:
    """Create a measure at the end of the order's."""
    defaults = {
        "kind": MeasureKind.ASSET_FREEZE,
        "direction": MeasureDirection.IMPOSES,
        "ordinal": order.measures.count(),
    }
    return Measure.objects.create(order=order, slug=slug or unused("measure"), **defaults | values)
