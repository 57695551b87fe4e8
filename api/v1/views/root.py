"""The root of version 1, with links to all collections and questions."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from api.http.conditional import ConditionalView
from api.http.negotiation import PARAMETER
from api.http.parameters.query import repeated_parameters, unknown_parameters
from api.http.problems import InvalidParameters
from api.v1.deprecating import DeprecationsMixin
from api.v1.schemas.description import Operation


class RootView(DeprecationsMixin, ConditionalView):
    """An open database of sanctions policy: orders, agreements, violations, actors, and what happened."""

    name = "Sanctions policy"
    operation = Operation(
        "root",
        "root",
        "All collections and questions",
        {"type": "object", "additionalProperties": {"type": "string", "format": "uri-reference"}},
    )
    #: Names of the collections, in the order in which they are shown.
    collections: tuple[str, ...] = ()
    #: Names of the questions that are not about one record; they follow the collections.
    questions: tuple[str, ...] = ()

    def get(self, request: Request) -> Response:
        """Answer the addresses of the collections, the questions, the schema and the documentation."""
        query = request.query_params
        if faults := [*unknown_parameters(query, [PARAMETER]), *repeated_parameters(query)]:
            raise InvalidParameters(faults)
        links = {name: reverse(f"v1:{name}-list") for name in self.collections}
        links |= {name: reverse(f"v1:{name}") for name in self.questions}
        return Response(links | {"schema": reverse("v1:schema"), "documentation": reverse("v1:docs")})
