"""Errors as problem details (RFC 9457): the one room where a status code is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views import defaults
from rest_framework import status
from rest_framework.exceptions import APIException, NotFound
from rest_framework.exceptions import PermissionDenied as Forbidden
from rest_framework.response import Response

MEDIA_TYPE: Final = "application/problem+json"
#: Where the pages that explain the types are; a type's URI is this and its name.
PAGES: Final = "/api/v1/docs/problems/"
#: Below this path every error is a problem document, whoever noticed it.
API_ROOT: Final = "/api/"
#: Characters of a refused value that an answer repeats.
SHOWN: Final = 100
#: Faults of one query that an answer tells.
MOST_FAULTS: Final = 10


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A kind of problem. ``name`` is part of the contract: it is never given another meaning."""

    name: str
    status: int
    title: str
    explanation: str

    @property
    def uri(self) -> str:
        """The stable identifier, which is also where the page about it is."""
        return f"{PAGES}{self.name}/"


TYPES: Final[tuple[ProblemType, ...]] = (
    ProblemType(
        "invalid-parameters",
        status.HTTP_400_BAD_REQUEST,
        "A parameter of the query is unknown or has a value that is not allowed.",
        "`errors` has one entry for each fault: the parameter, the value as it was given, a code, a sentence for "
        "people, and where there are few the allowed values. The codes are unknown_parameter, repeated, empty, "
        "unknown_code, unknown_slug, invalid_date, invalid_number, invalid_switch, invalid_identifier, "
        "invalid_text, too_long, too_many, invalid_cursor, needs_another.",
    ),
    ProblemType(
        "bad-request",
        status.HTTP_400_BAD_REQUEST,
        "The request cannot be read.",
        "The request is malformed, or larger than the server takes.",
    ),
    ProblemType(
        "not-authenticated",
        status.HTTP_401_UNAUTHORIZED,
        "The request needs valid credentials.",
        "Reading needs none. What was sent is missing, expired or not valid.",
    ),
    ProblemType(
        "forbidden",
        status.HTTP_403_FORBIDDEN,
        "The credentials do not allow this.",
        "Who asks is known, and may not do this.",
    ),
    ProblemType(
        "not-found",
        status.HTTP_404_NOT_FOUND,
        "There is nothing at this address.",
        "The address is wrong, or the record is not published. Both look the same from outside.",
    ),
    ProblemType(
        "method-not-allowed",
        status.HTTP_405_METHOD_NOT_ALLOWED,
        "This address does not take this method.",
        "The Allow header lists the methods it takes.",
    ),
    ProblemType(
        "not-acceptable",
        status.HTTP_406_NOT_ACCEPTABLE,
        "There is no such format of this answer.",
        "The Accept header names only formats that this address does not speak. Without the header the answer is JSON.",
    ),
    ProblemType(
        "unsupported-media-type",
        status.HTTP_415_UNSUPPORTED_MEDIA_TYPE,
        "The body is in a format that is not read here.",
        "The Content-Type header names a format that this address does not read.",
    ),
    ProblemType(
        "too-many-requests",
        status.HTTP_429_TOO_MANY_REQUESTS,
        "Too many requests were made.",
        "The Retry-After header says after how many seconds to ask again.",
    ),
    ProblemType(
        "internal-error",
        status.HTTP_500_INTERNAL_SERVER_ERROR,
        "Something went wrong on our side.",
        "The fault is ours and has been logged. Nothing of it is shown here.",
    ),
)
BY_NAME: Final = {kind.name: kind for kind in TYPES}
#: The general type of each status; a more specific one is chosen by the exception.
_BY_STATUS: Final = {kind.status: kind for kind in TYPES if kind.name != "invalid-parameters"}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one parameter: its name, its value, why, and what is allowed instead."""

    parameter: str
    value: str
    code: str
    message: str
    allowed: Sequence[str] = ()
    did_you_mean: str = ""

    def shown(self) -> dict[str, Any]:
        """Return the entry of ``errors``."""
        entry: dict[str, Any] = {
            "parameter": shorten(self.parameter),
            "value": shorten(self.value),
            "code": self.code,
            "detail": self.message,
        }
        if self.did_you_mean:
            entry["did_you_mean"] = self.did_you_mean
        if self.allowed:
            entry["allowed"] = list(self.allowed)
        return entry


class InvalidParameters(APIException):
    """Parameters of the query that cannot be answered; every fault at once, unless they are absurdly many."""

    status_code = status.HTTP_400_BAD_REQUEST

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = list(faults[:MOST_FAULTS])
        told = [f"{shorten(fault.parameter)}: {fault.message}" for fault in self.faults]
        more = [f"And {len(faults) - MOST_FAULTS} more."] if len(faults) > MOST_FAULTS else []
        super().__init__(" ".join(told + more))


def shorten(text: str) -> str:
    """Return a text that was sent to us, short enough to be repeated."""
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


def handle(exception: Exception, context: dict[str, Any]) -> Response | None:
    """Answer an exception raised in a view; ``None`` leaves it to Django, which logs it as ours."""
    known = _known(exception)
    if known is None:
        return None
    kind, extra = _BY_STATUS.get(known.status_code, BY_NAME["bad-request"]), {}
    if isinstance(known, InvalidParameters):
        kind, extra = BY_NAME["invalid-parameters"], {"errors": [fault.shown() for fault in known.faults]}
    headers = {
        name: str(value)
        for name, attribute in (("WWW-Authenticate", "auth_header"), ("Retry-After", "wait"))
        if (value := getattr(known, attribute, None)) is not None
    }
    detail = known.detail if isinstance(known.detail, str) else ""
    body = problem(kind, detail, context["request"].path, status_code=known.status_code, **extra)
    return Response(body, status=known.status_code, headers=headers)


def _known(exception: Exception) -> APIException | None:
    """Return an exception that has an answer, in the framework's terms."""
    match exception:
        case APIException():
            return exception
        case Http404():
            return NotFound()
        case PermissionDenied():
            return Forbidden()
        case SuspiciousOperation():
            return BadRequest()
    return None


class BadRequest(APIException):
    """A request that cannot be read."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_detail = "The request is malformed, or larger than the server takes."


def problem(kind: ProblemType, detail: str, instance: str, *, status_code: int = 0, **extra: Any) -> dict[str, Any]:
    """Return a problem document."""
    return {
        "type": kind.uri,
        "title": kind.title,
        "status": status_code or kind.status,
        "detail": detail or kind.explanation,
        "instance": shorten(instance),
        **extra,
    }


# --- Errors that no view of the API sees --------------------------------------------------------


def _outside(request: HttpRequest, kind: ProblemType, page: HttpResponseBase) -> HttpResponseBase:
    """Answer with a problem document below the API, else with Django's own page."""
    if not request.path.startswith(API_ROOT):
        return page
    body = orjson.dumps(problem(kind, "", request.path))
    return HttpResponse(body, status=kind.status, content_type=MEDIA_TYPE)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer a request that Django refused before any view saw it."""
    return _outside(request, BY_NAME["bad-request"], defaults.bad_request(request, exception))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer a request that Django forbade."""
    return _outside(request, BY_NAME["forbidden"], defaults.permission_denied(request, exception))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer a request for an address that no view has."""
    return _outside(request, BY_NAME["not-found"], defaults.page_not_found(request, exception))


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Answer a request that made us fail; Django has logged why."""
    return _outside(request, BY_NAME["internal-error"], defaults.server_error(request))
