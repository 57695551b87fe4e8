"""The lineage of an order."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request

from api.http import costs
from api.http.problems import InvalidParameters, ParameterFault
from api.http.renderers import DOTRenderer, GraphMLRenderer, JSONRenderer, PageRenderer
from api.v1.filters.base import Parameters
from api.v1.filters.lineage import LineageParameters
from api.v1.schemas.description import Operation
from api.v1.schemas.records import ref
from api.v1.views.questions import RecordQuestionView
from sanctions.exceptions import TooMuch
from sanctions.models import Order
from sanctions.questions.lineage import lineage


class OrderLineageView(RecordQuestionView):
    """What an order amends, revokes, reinstates, implements …, and what does so to it: instruments and their links.

    Every link reads in the active voice, from one instrument to another, with its day and its sources.
    """

    name = "Lineage"
    about = Order.objects.defer("rendering")
    parameters = LineageParameters
    renderer_classes = [JSONRenderer, PageRenderer, GraphMLRenderer, DOTRenderer]
    operation = Operation("orders_lineage", "orders", "The lineage of an order", ref("Lineage"), in_path=("slug",))

    def cost(self, request: Request) -> int:
        """Return what a lineage costs."""
        return costs.LINEAGE

    def answer(self, query: Parameters, **path: Any) -> Any:
        """Return the graph; refuse a question whose answer would be too large."""
        depth = query.given.get("depth") or 1
        kinds = query.kinds if isinstance(query, LineageParameters) else ()
        try:
            return lineage(self.record(path["slug"]), query.day, depth, kinds)
        except TooMuch as error:
            message = f"{error} Ask for a smaller depth, or for fewer kinds (kind__in)."
            raise InvalidParameters([ParameterFault("depth", str(depth), "too_many", message)]) from error
