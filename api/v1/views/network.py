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
    """Actors, orders, agreements and, if asked for, programs, with the links between them.

    A link has a kind, the number of things that it rests on as its weight, the days of the first and the last of them,
    and the number of sources. Who belongs to whom, who issued what against whom, who is a party to what, and what
    orders and agreements do to each other: each with the standing on the day of the question.
    """

    name = "Network"
    parameters = NetworkParameters
    renderer_classes = [JSONRenderer, PageRenderer, GraphMLRenderer, GEXFRenderer]
    operation = Operation("network", "network", "Actors and records as nodes and links", ref("Network"))

    def cost(self, request: Request) -> int:
        """Return what a network costs."""
        return costs.NETWORK

    def answer(self, query: Parameters, **path: Any) -> Any:
        """Return the network; refuse a question whose answer would be too large."""
        if not isinstance(query, NetworkParameters):
            raise TypeError("The parameters of the network are its own.")
        try:
            return network(query.wanted, query.day, query.named)
        except TooMuch as error:
            message = f"{error} Ask for what touches some actors (actor__in), or for fewer kinds (kind__in)."
            raise InvalidParameters([ParameterFault("actor__in", "", "too_many", message)]) from error
