"""/api/v1/reconcile/: match names in a table with records, for OpenRefine and other clients.

Requests and answers follow the Reconciliation Service API 0.2. Its own schemas describe them, so they are not in the
schema of this API. As that specification requires, pages of any origin may read the answers.
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

#: The largest number of queries in one request.
MOST_QUERIES = 50


class ReconciliationView(ConditionalView):
    """The base class of the addresses of the service."""

    schema = None

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Let pages of any origin read the answer."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["Access-Control-Allow-Origin"] = "*"
        return answer


class ReconcileView(ReconciliationView):
    """The service: its manifest, candidates for names (`queries`), and properties of records (`extend`)."""

    name = "Reconciliation"
    parser_classes = [FormParser]
    parameters: ClassVar[tuple[str, ...]] = ("queries", "extend")

    def cost(self, request: Request) -> int:
        """Return the cost of candidates or properties; the manifest costs 1."""
        return costs.RECONCILE if request.method == "POST" or request.query_params else 1

    def get(self, request: Request) -> Response:
        """Answer the parameters in the address; without any, answer the manifest."""
        return self._answer(request, request.query_params)

    def post(self, request: Request) -> Response:
        """Answer the parameters in a form: queries are often too long for an address."""
        return self._answer(request, cast("QueryDict", request.data))

    def _answer(self, request: Request, parameters: QueryDict) -> Response:
        if faults := unknown_parameters(parameters, [*self.parameters, "format"]):
            raise InvalidParameters(faults)
        if "queries" in parameters:
            queries = _json_object(parameters, "queries")
            if len(queries) > MOST_QUERIES:
                raise _fault("queries", f"At most {MOST_QUERIES} queries are allowed, these are {len(queries)}.")
            read = {key: _read_query(key, query) for key, query in queries.items()}
            return Response({key: {"result": reconciling.find_candidates(query)} for key, query in read.items()})
        if "extend" in parameters:
            return Response(_extend(_json_object(parameters, "extend")))
        return Response(_manifest(request))


class SuggestView(ReconciliationView):
    """Records whose names begin with a text, to complete what a user types."""

    name = "Suggestions"

    def cost(self, request: Request) -> int:
        return costs.SEARCH

    def get(self, request: Request) -> Response:
        """Answer the records for `prefix`, without the first `cursor` of them."""
        if faults := unknown_parameters(request.query_params, ["prefix", "cursor", "format"]):
            raise InvalidParameters(faults)
        prefix, cursor = request.query_params.get("prefix", ""), request.query_params.get("cursor", "0")
        if len(prefix) > LONGEST or "\x00" in prefix:
            raise _fault("prefix", f"This is a text of at most {LONGEST} characters.")
        if not (cursor.isascii() and cursor.isdigit() and len(cursor) < len("10000")):
            raise _fault("cursor", "This is a whole number from 0 to 9999.")
        candidates = reconciling.find_candidates(ReconciliationQuery(prefix, most=int(cursor) + 10))[int(cursor) :]
        return Response(
            {"result": [{"id": row["id"], "name": row["name"], "notable": row["type"]} for row in candidates]}
        )


class PropertiesView(ReconciliationView):
    """The properties that `extend` can return for the records of a type."""

    name = "Properties"

    def get(self, request: Request) -> Response:
        """Answer the properties of a `type`, at most `limit`."""
        if faults := unknown_parameters(request.query_params, ["type", "limit", "format"]):
            raise InvalidParameters(faults)
        kind, limit = request.query_params.get("type", ""), request.query_params.get("limit", str(len(PROPERTIES)))
        if kind and kind not in TYPES:
            raise _fault("type", f"This is not one of the types. Allowed: {', '.join(TYPES)}.")
        if not (limit.isascii() and limit.isdigit() and len(limit) < len("10000")):
            raise _fault("limit", "This is a whole number from 0 to 9999.")
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


def _fault(parameter: str, message: str) -> InvalidParameters:
    return InvalidParameters([ParameterFault(parameter, "", "invalid_query", message)])


def _json_object(parameters: QueryDict, name: str) -> dict[str, Any]:
    """Return the value of a parameter that is a JSON object. Raises :class:`InvalidParameters`."""
    try:
        value = orjson.loads(str(parameters[name]))
    except orjson.JSONDecodeError as error:
        raise _fault(name, f"This is not JSON: {error}.") from error
    if not isinstance(value, dict):
        raise _fault(name, "This must be a JSON object.")
    return value


def _read_query(key: str, query: Any) -> ReconciliationQuery:
    """Return one of the queries. Raises :class:`InvalidParameters` with its first fault."""
    if not isinstance(query, dict):
        raise _fault(f"queries.{key}", "A query must be a JSON object.")
    text, kinds, most = query.get("query"), query.get("type") or list(TYPES), query.get("limit", reconciling.MOST)
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST or "\x00" in text:
        raise _fault(f"queries.{key}.query", f"This is a text of 1 to {LONGEST} characters.")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if not isinstance(kinds, list) or not all(isinstance(kind, str) and kind in TYPES for kind in kinds):
        raise _fault(f"queries.{key}.type", f"This is not one of the types. Allowed: {', '.join(TYPES)}.")
    if not isinstance(most, int) or isinstance(most, bool) or not 1 <= most <= MOST:
        raise _fault(f"queries.{key}.limit", f"This is a whole number from 1 to {MOST}.")
    return ReconciliationQuery(text, kinds, most, list(_identifiers(key, query.get("properties", []))))


def _identifiers(key: str, properties: Any) -> Any:
    """Yield the identifiers among the properties of a query, as (scheme, value); other properties are ignored."""
    if not isinstance(properties, list) or not all(isinstance(item, Mapping) for item in properties):
        raise _fault(f"queries.{key}.properties", "This is a list of objects with `pid` and `v`.")
    for item in properties:
        values = item.get("v")
        for value in values if isinstance(values, list) else [values]:
            if isinstance(item.get("pid"), str) and isinstance(value, str):
                yield item["pid"], value


def _extend(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return properties of records. Raises :class:`InvalidParameters` with the first fault of the request."""
    ids, properties = request.get("ids"), request.get("properties")
    if (
        not isinstance(ids, list)
        or len(ids) > MOST
        or not all(isinstance(slug, str) and len(slug) <= LONGEST for slug in ids)
    ):
        raise _fault("extend.ids", f"This is a list of at most {MOST} identifiers.")
    if not isinstance(properties, list) or not all(isinstance(item, Mapping) for item in properties):
        raise _fault("extend.properties", "This is a list of objects with `id`.")
    keys = [item.get("id") for item in properties]
    if unknown := [key for key in keys if key not in PROPERTIES]:
        message = f"{unknown[0]!r} is not one of the properties. Allowed: {', '.join(PROPERTIES)}."
        raise _fault("extend.properties", message)
    return reconciling.extend_records(ids, [str(key) for key in keys])
