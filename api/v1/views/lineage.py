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
    """The instruments that an order amends, revokes, reinstates or implements, those that do so to it, and the links.

    Every link is in the active voice, from one instrument to another, with its day and its sources.
    """

    name = "Lineage"
    queryset = Order.objects.defer("rendering")
    parameters = LineageParameters
    renderer_classes = [JSONRenderer, PageRenderer, GraphMLRenderer, DOTRenderer]
    operation = Operation("orders_lineage", "orders", "The lineage of an order", ref("Lineage"), in_path=("slug",))

    def cost(self, request: Request) -> int:
        return costs.LINEAGE

    def answer(self, query: Parameters, **path: Any) -> Any:
        """Return the graph. Raises :class:`InvalidParameters` if it would be too large."""
        depth = query.given.get("depth") or 1
        kinds = query.kinds if isinstance(query, LineageParameters) else ()
        try:
            return lineage(self.record(path["slug"]), query.day, depth, kinds)
        except TooMuch as error:
            message = f"{error} Give a smaller depth, or fewer kinds (kind__in)."
            raise InvalidParameters([ParameterFault("depth", str(depth), "too_many", message)]) from error
