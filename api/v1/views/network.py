"""The network of actors and records."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request

from api.http import costs
from api.http.problems import InvalidParameters, ParameterFault
from api.http.renderers import GEXFRenderer, GraphMLRenderer, JSONRenderer, PageRenderer
from api.v1.filters.base import Parameters
from api.v1.filters.network import NetworkParameters
from api.v1.schemas.description import Operation
from api.v1.schemas.records import ref
from api.v1.views.questions import QuestionView
from sanctions.exceptions import TooMuch
from sanctions.questions.network import network


class NetworkView(QuestionView):
    """Actors, orders, agreements and, with `programs=true`, programs, with the links between them.

    Links state who belongs to whom, who issued what against whom, who is a party to what, and what orders and
    agreements do to each other, as of the day of the question. A link has a kind, a weight (the number of facts behind
    it), the days of the first and the last of these facts, and the number of sources.
    """

    name = "Network"
    parameters = NetworkParameters
    renderer_classes = [JSONRenderer, PageRenderer, GraphMLRenderer, GEXFRenderer]
    operation = Operation("network", "network", "Actors and records as nodes and links", ref("Network"))

    def cost(self, request: Request) -> int:
        return costs.NETWORK

    def answer(self, query: Parameters, **path: Any) -> Any:
        """Return the network. Raises :class:`InvalidParameters` if it would be too large."""
        if not isinstance(query, NetworkParameters):
            raise TypeError(f"{type(query).__name__} are not the parameters of the network.")
        try:
            return network(query.edge_query, query.day, query.given_nodes)
        except TooMuch as error:
            message = f"{error} Give actors that every link must touch (actor__in), or fewer kinds (kind__in)."
            raise InvalidParameters([ParameterFault("actor__in", "", "too_many", message)]) from error
