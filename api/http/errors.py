"""Turn exceptions into problem documents (RFC 9457): for views of the API, and for errors outside of them."""

from __future__ import annotations

import logging
import sys
from typing import Any

import orjson
from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views import defaults
from rest_framework import status
from rest_framework.exceptions import APIException, NotFound
from rest_framework.exceptions import PermissionDenied as Forbidden
from rest_framework.response import Response

from api.http.problem_types import PROBLEM_TYPES_BY_NAME, ProblemType, type_of_status
from api.http.problems import (
    ClocksDisagreeProblem,
    ConflictingProposal,
    DatabaseUnavailable,
    InvalidBody,
    MergedRecord,
    MoveNotAllowed,
    ProblemException,
    StaleRequest,
    typed_problem_document,
)
from sanctions import exceptions
from sanctions.database.unavailability import Unavailable, unavailable
from sanctions.server.problem_documents import MEDIA_TYPE
from sanctions.server.unavailable_page import unavailable_page

logger = logging.getLogger(__name__)


class BadRequest(APIException):
    """Django rejected the request as suspicious."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_detail = "The request is malformed, or larger than the server accepts."


def handle_exception(exception: Exception, context: dict[str, Any]) -> Response | None:
    """Return the problem document of an exception in a view; ``None`` lets Django log it and answer 500."""
    known = _as_api_exception(exception)
    if known is None:
        return None
    if isinstance(known, DatabaseUnavailable):
        request = context["request"]._request
        if getattr(request, "replica", None):
            # The replica failed, not the primary: ReplicaMiddleware queries the primary next.
            return None
        request.unavailable = known.cause
        logger.warning("%s: %s", request.path, exception)
    if isinstance(known, ProblemException):
        kind, members = known.kind, known.members
    else:
        kind, members = type_of_status(known.status_code), {}
    detail = known.detail if isinstance(known.detail, str) else ""
    body = typed_problem_document(kind, detail, context["request"].path, status_code=known.status_code, **members)
    return Response(body, status=known.status_code, headers=_headers(known, context))


def _headers(known: APIException, context: dict[str, Any]) -> dict[str, str]:
    headers = {
        name: str(value)
        for name, attribute in (("WWW-Authenticate", "auth_header"), ("Retry-After", "wait"))
        if (value := getattr(known, attribute, None)) is not None
    }
    if isinstance(known, MergedRecord):
        headers |= known.headers(context["request"].get_full_path())
    return headers


def _as_api_exception(exception: Exception) -> APIException | None:
    match exception:
        case APIException():
            return exception
        case Http404():
            return NotFound()
        case PermissionDenied():
            return Forbidden()
        case SuspiciousOperation():
            return BadRequest()
        case exceptions.MoveRefused():
            return _as_editorial_problem(exception)
        case exceptions.InvalidDocument():
            return InvalidBody(
                [
                    (f"document.{problem.path}" if problem.path else "document", problem.message)
                    for problem in exception.problems
                ]
            )
        case Error():
            cause = unavailable(exception)
            return DatabaseUnavailable(cause) if cause else None
    return None


def _as_editorial_problem(refused: exceptions.MoveRefused) -> APIException:
    match refused:
        case exceptions.NotPermitted():
            return Forbidden(str(refused))
        case exceptions.ClocksDisagree():
            return ClocksDisagreeProblem(str(refused), refused.wait)
        case exceptions.InvalidReason():
            return InvalidBody([("reason", str(refused))])
        case exceptions.Stale():
            return StaleRequest(str(refused))
        case exceptions.Conflicting():
            return ConflictingProposal(str(refused), paths=list(refused.paths))
    return MoveNotAllowed(str(refused))


# --- Errors outside the views of the API --------------------------------------------------------


def _problem_or_page(request: HttpRequest, kind: ProblemType, page: HttpResponseBase) -> HttpResponseBase:
    """Return a problem document below the API, and Django's own page elsewhere."""
    if not request.path.startswith(settings.API_PREFIX):
        return page
    body = orjson.dumps(typed_problem_document(kind, "", request.path))
    return HttpResponse(body, status=kind.status, content_type=MEDIA_TYPE)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer a request that Django rejected before any view (handler400)."""
    return _problem_or_page(request, PROBLEM_TYPES_BY_NAME["bad-request"], defaults.bad_request(request, exception))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer a request that Django forbade (handler403)."""
    return _problem_or_page(request, PROBLEM_TYPES_BY_NAME["forbidden"], defaults.permission_denied(request, exception))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer a request for an address without a view (handler404)."""
    return _problem_or_page(request, PROBLEM_TYPES_BY_NAME["not-found"], defaults.page_not_found(request, exception))


def uri_too_long(request: HttpRequest, most: int) -> HttpResponse:
    """Answer a request whose address has more than ``most`` characters."""
    message = f"An address may have at most {most:,} characters."
    body = typed_problem_document(PROBLEM_TYPES_BY_NAME["uri-too-long"], message, request.path)
    return HttpResponse(orjson.dumps(body), status=body["status"], content_type=MEDIA_TYPE)


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Answer a request that failed (handler500); Django has logged why."""
    error = sys.exception()
    cause = unavailable(error) if error else None
    if cause:
        return database_unavailable(request, cause)
    return _problem_or_page(request, PROBLEM_TYPES_BY_NAME["internal-error"], defaults.server_error(request))


def database_unavailable(request: HttpRequest, cause: Unavailable) -> HttpResponseBase:
    """Answer 503 with Retry-After, and set ``request.unavailable`` for the middleware."""
    request.unavailable = cause  # type: ignore[attr-defined]
    if not request.path.startswith(settings.API_PREFIX):
        return unavailable_page(request, cause)
    body = typed_problem_document(
        PROBLEM_TYPES_BY_NAME["unavailable"], cause.message, request.path, reason=cause.reason
    )
    headers = {"Retry-After": str(cause.retry_after), "Cache-Control": "no-store"}
    return HttpResponse(orjson.dumps(body), status=body["status"], content_type=MEDIA_TYPE, headers=headers)
