"""The root of version 1: what there is."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from api.errors import InvalidParameters
from api.negotiation import PARAMETER
from api.parameters import repeated, unknown


class Root(APIView):
    """An open database of sanctions policy: orders, agreements, violations, actors, and what happened."""

    name = "Sanctions policy"
    #: Names of the collections, in the order in which they are shown.
    collections: tuple[str, ...] = ()

    def get(self, request: Request) -> Response:
        """Answer the address of each collection, of the schema and of the documentation."""
        query = request.query_params
        if faults := [*unknown(query, [PARAMETER]), *repeated(query)]:
            raise InvalidParameters(faults)
        links = {name: reverse(f"v1:{name}-list") for name in self.collections}
        return Response(links | {"schema": reverse("v1:schema"), "documentation": reverse("v1:docs")})
