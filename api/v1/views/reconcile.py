"""/api/v1/reconcile/: names of a table brought together with records, as OpenRefine asks for it.

The form of questions and answers is that of the Reconciliation Service API 0.2, whose own schemas describe them; so
they are not in ours. Browsers of any origin may ask, as that specification demands.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, cast

import orjson
from django.conf import settings
from django.http import QueryDict
from rest_framework.parsers import FormParser
from rest_framework.request import Request
from rest_framework.response import Response

from api.http import costs
from api.http.conditional import ConditionalView
from api.http.parameters.base import LONGEST, MOST
from api.http.parameters.query import unknown_parameters
from api.http.problems import InvalidParameters, ParameterFault
from sanctions.search import reconciling
from sanctions.search.reconciling import PROPERTIES, TYPES, ReconciliationQuery

#: Queries of one request.
MOST_QUERIES = 50


class ReconciliationView(ConditionalView):
    """What the addresses of the service share."""

    schema = None

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Let pages of any origin read the answer."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["Access-Control-Allow-Origin"] = "*"
        return answer


class ReconcileView(ReconciliationView):
    """The service: what it is, candidates for names (`queries`), and what can be added to records (`extend`)."""

    name = "Reconciliation"
    parser_classes = [FormParser]
    parameters: ClassVar[tuple[str, ...]] = ("queries", "extend")

    def cost(self, request: Request) -> int:
        """Return what candidates cost; what the service is costs less."""
        return costs.RECONCILE if request.method == "POST" or request.query_params else 1

    def get(self, request: Request) -> Response:
        """Answer what the parameters of the address ask for; what the service is, if they ask for nothing."""
        return self._answered(request, request.query_params)

    def post(self, request: Request) -> Response:
        """Answer what a form asks for: queries are often too long for an address."""
        return self._answered(request, cast("QueryDict", request.data))

    def _answered(self, request: Request, asked: QueryDict) -> Response:
        if faults := unknown_parameters(asked, [*self.parameters, "format"]):
            raise InvalidParameters(faults)
        if "queries" in asked:
            queries = _object(asked, "queries")
            if len(queries) > MOST_QUERIES:
                raise _refused("queries", f"At most {MOST_QUERIES} queries are taken, these are {len(queries)}.")
            wanted = {key: _wanted(key, query) for key, query in queries.items()}
            return Response({key: {"result": reconciling.find_candidates(one)} for key, one in wanted.items()})
        if "extend" in asked:
            return Response(_extended(_object(asked, "extend")))
        return Response(_manifest(request))


class SuggestView(ReconciliationView):
    """Records whose names begin so, while somebody types."""

    name = "Suggestions"

    def cost(self, request: Request) -> int:
        """Return what suggestions cost."""
        return costs.SEARCH

    def get(self, request: Request) -> Response:
        """Answer the records for the `prefix`, after so many as `cursor` says."""
        if faults := unknown_parameters(request.query_params, ["prefix", "cursor", "format"]):
            raise InvalidParameters(faults)
        prefix, cursor = request.query_params.get("prefix", ""), request.query_params.get("cursor", "0")
        if len(prefix) > LONGEST or "\x00" in prefix:
            raise _refused("prefix", f"This is a text of at most {LONGEST} characters.")
        if not (cursor.isascii() and cursor.isdigit() and len(cursor) < len("10000")):
            raise _refused("cursor", "This is a whole number from 0 to 9999.")
        found = reconciling.find_candidates(ReconciliationQuery(prefix, most=int(cursor) + 10))[int(cursor) :]
        return Response({"result": [{"id": one["id"], "name": one["name"], "notable": one["type"]} for one in found]})


class PropertiesView(ReconciliationView):
    """What can be added to the records of a type."""

    name = "Properties"

    def get(self, request: Request) -> Response:
        """Answer the properties of a `type`, at most `limit`."""
        if faults := unknown_parameters(request.query_params, ["type", "limit", "format"]):
            raise InvalidParameters(faults)
        kind, limit = request.query_params.get("type", ""), request.query_params.get("limit", str(len(PROPERTIES)))
        if kind and kind not in TYPES:
            raise _refused("type", f"This is not one of the types. Allowed: {', '.join(TYPES)}.")
        if not (limit.isascii() and limit.isdigit() and len(limit) < len("10000")):
            raise _refused("limit", "This is a whole number from 0 to 9999.")
        shown = [{"id": key, "name": name} for key, name in PROPERTIES.items()]
        return Response({"type": kind, "limit": int(limit), "properties": shown[: int(limit)]})


def _manifest(request: Request) -> dict[str, Any]:
    root = request.build_absolute_uri(settings.API_ROOT)
    return {
        "versions": ["0.2"],
        "name": "Sanctions policy: actors, orders, programs",
        "identifierSpace": root,
        "schemaSpace": f"{root}schema/",
        "documentation": f"{root}docs/",
        "defaultTypes": [{"id": noun, "name": name} for noun, name in TYPES.items()],
        "view": {"url": f"{root}{{{{id}}}}/"},
        "suggest": {"entity": {"service_url": f"{root}reconcile", "service_path": "/suggest/"}},
        "extend": {
            "propose_properties": {"service_url": f"{root}reconcile", "service_path": "/properties/"},
            "property_settings": [],
        },
    }


def _refused(parameter: str, message: str) -> InvalidParameters:
    return InvalidParameters([ParameterFault(parameter, "", "invalid_query", message)])


def _object(asked: QueryDict, name: str) -> dict[str, Any]:
    """Return a parameter that is a JSON object."""
    try:
        found = orjson.loads(str(asked[name]))
    except orjson.JSONDecodeError as error:
        raise _refused(name, f"This is no JSON: {error}.") from error
    if not isinstance(found, dict):
        raise _refused(name, "This is a JSON object.")
    return found


def _wanted(key: str, query: Any) -> ReconciliationQuery:
    """Return one of the queries; a problem that names what is wrong with it."""
    if not isinstance(query, dict):
        raise _refused(f"queries.{key}", "A query is a JSON object.")
    text, kinds, most = query.get("query"), query.get("type") or list(TYPES), query.get("limit", reconciling.MOST)
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST or "\x00" in text:
        raise _refused(f"queries.{key}.query", f"This is a text of 1 to {LONGEST} characters.")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if not isinstance(kinds, list) or not all(isinstance(kind, str) and kind in TYPES for kind in kinds):
        raise _refused(f"queries.{key}.type", f"There is no such type. Allowed: {', '.join(TYPES)}.")
    if not isinstance(most, int) or isinstance(most, bool) or not 1 <= most <= MOST:
        raise _refused(f"queries.{key}.limit", f"This is a whole number from 1 to {MOST}.")
    return ReconciliationQuery(text, kinds, most, list(_identifiers(key, query.get("properties", []))))


def _identifiers(key: str, properties: Any) -> Any:
    """Yield the identifiers among the properties of a query: (scheme, value); others say nothing here."""
    if not isinstance(properties, list) or not all(isinstance(one, Mapping) for one in properties):
        raise _refused(f"queries.{key}.properties", "This is a list of objects with `pid` and `v`.")
    for one in properties:
        values = one.get("v")
        for value in values if isinstance(values, list) else [values]:
            if isinstance(one.get("pid"), str) and isinstance(value, str):
                yield one["pid"], value


def _extended(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return properties of records; a problem that names what is wrong with the request."""
    ids, properties = asked.get("ids"), asked.get("properties")
    if (
        not isinstance(ids, list)
        or len(ids) > MOST
        or not all(isinstance(one, str) and len(one) <= LONGEST for one in ids)
    ):
        raise _refused("extend.ids", f"This is a list of at most {MOST} identifiers.")
    if not isinstance(properties, list) or not all(isinstance(one, Mapping) for one in properties):
        raise _refused("extend.properties", "This is a list of objects with `id`.")
    keys = [one.get("id") for one in properties]
    if wrong := [key for key in keys if key not in PROPERTIES]:
        raise _refused("extend.properties", f"There is no property {wrong[0]!r}. Allowed: {', '.join(PROPERTIES)}.")
    return reconciling.extend_records(ids, [str(key) for key in keys])
