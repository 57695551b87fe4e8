"""Errors as problem details (RFC 9457): the one room where a status code is made."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

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

from sanctions import exceptions
from sanctions.database.unavailability import Unavailable, unavailable
from sanctions.server.problem_documents import MEDIA_TYPE, problem_document, shorten
from sanctions.server.unavailable_page import unavailable_page

logger = logging.getLogger(__name__)

#: Where the pages that explain the types are; a type's URI is this and its name.
PAGES: Final = f"{settings.API_ROOT}docs/problems/"
#: Seconds for which a client may remember where a merged record leads.
REMEMBERED: Final = 3600
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
        "unknown_code, unknown_slug, unknown_field, invalid_date, invalid_instant, invalid_number, invalid_range, "
        "invalid_switch, invalid_identifier, invalid_text, too_long, too_many, invalid_cursor, missing, needs_another, "
        "contradiction, in_the_future, unknown_release.",
    ),
    ProblemType(
        "merged",
        status.HTTP_308_PERMANENT_REDIRECT,
        "The record was merged into another, which is the same thing.",
        "The Location header has the same address with the slug that stands for both. Single versions of the merged "
        "record stay where they are, and with `known_at` before the merge its address answers as it did then.",
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
        "move-refused",
        status.HTTP_409_CONFLICT,
        "The editorial rules do not allow this now.",
        "`detail` says which rule: the state of the record, a source that is missing, what refers to it. Who asks may "
        "make such moves; if they may not, the type is forbidden.",
    ),
    ProblemType(
        "conflicting",
        status.HTTP_409_CONFLICT,
        "The same was changed meanwhile in another way.",
        "`paths` names what both changed. The author of the proposal decides what shall stand, and proposes that.",
    ),
    ProblemType(
        "retracted",
        status.HTTP_410_GONE,
        "The record was retracted: it is not public any more.",
        "`detail` has the day and the reason; `notice` is where its notice is. The versions of the record stay listed, "
        "and with `known_at` before the retraction its address answers as it did then.",
    ),
    ProblemType(
        "stale",
        status.HTTP_412_PRECONDITION_FAILED,
        "It was changed by somebody else since it was read.",
        "Nothing was written. `etag` is what to send with If-Match once you have read it again. Where it can still be "
        "told what you had read, `changes` has what others have changed since: nothing, if only its state has.",
    ),
    ProblemType(
        "content-too-large",
        status.HTTP_413_REQUEST_ENTITY_TOO_LARGE,
        "The body is larger than is read.",
        "`detail` says how many bytes are read at most.",
    ),
    ProblemType(
        "uri-too-long",
        status.HTTP_414_REQUEST_URI_TOO_LONG,
        "The address is longer than is read.",
        "`detail` says how many characters an address may have, with all that it asks.",
    ),
    ProblemType(
        "unsupported-media-type",
        status.HTTP_415_UNSUPPORTED_MEDIA_TYPE,
        "The body is in a format that is not read here.",
        "The Content-Type header names a format that this address does not read.",
    ),
    ProblemType(
        "invalid-body",
        status.HTTP_422_UNPROCESSABLE_ENTITY,
        "The body can be read, and says what is not allowed.",
        "`problems` has one entry for each fault, ten at most: its `path` in the body, such as "
        "document.effects[2].effective_on, and a `detail` for people. Nothing was written.",
    ),
    ProblemType(
        "idempotency-key-reused",
        status.HTTP_422_UNPROCESSABLE_ENTITY,
        "The Idempotency-Key was sent with another request.",
        "A key stands for one request of one account: its method, address, precondition and body. Nothing was written. "
        "Send what is new with a new key.",
    ),
    ProblemType(
        "precondition-required",
        status.HTTP_428_PRECONDITION_REQUIRED,
        "The request must say of which state it is meant.",
        "Send the ETag of what you have read, as it was given, with If-Match: one strong ETag, and no asterisk.",
    ),
    ProblemType(
        "too-many-requests",
        status.HTTP_429_TOO_MANY_REQUESTS,
        "Too many requests were made.",
        "The Retry-After header says after how many seconds to ask again; RateLimit-Policy how many requests there may "
        "be in how many seconds, by address for readers and by token at the desk.",
    ),
    ProblemType(
        "clocks-disagree",
        status.HTTP_503_SERVICE_UNAVAILABLE,
        "Nothing is written while the clocks disagree.",
        "Nothing was written, because it would have been recorded at a wrong instant. Send it again after Retry-After; "
        "who runs the service has to set the clock right.",
    ),
    ProblemType(
        "internal-error",
        status.HTTP_500_INTERNAL_SERVER_ERROR,
        "Something went wrong on our side.",
        "The fault is ours and has been logged. Nothing of it is shown here.",
    ),
    ProblemType(
        "unavailable",
        status.HTTP_503_SERVICE_UNAVAILABLE,
        "The database cannot answer now.",
        "Nothing was written. The Retry-After header says after how many seconds to ask again. `reason` is busy where "
        "somebody else writes for longer than is waited for, gone where the database cannot be reached, and too_slow "
        "where the answer took longer than it may.",
    ),
)
BY_NAME: Final = {kind.name: kind for kind in TYPES}
#: What only an exception of its own is.
_SPECIAL: Final = ("invalid-parameters", "conflicting", "idempotency-key-reused", "clocks-disagree")
#: The general type of each status.
_BY_STATUS: Final = {kind.status: kind for kind in TYPES if kind.name not in _SPECIAL}


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


class Typed(APIException):
    """An error of a type of its own, ``name``; ``members`` is what its problem document says besides."""

    name: ClassVar[str]

    def __init__(self, detail: str, **members: Any) -> None:
        super().__init__(detail)
        self.status_code = self.kind.status
        self.members = members

    @property
    def kind(self) -> ProblemType:
        """The type."""
        return BY_NAME[self.name]


class InvalidParameters(Typed):
    """Parameters of the query that cannot be answered; every fault at once, unless they are absurdly many."""

    name = "invalid-parameters"

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = list(faults[:MOST_FAULTS])
        told = [f"{shorten(fault.parameter)}: {fault.message}" for fault in self.faults]
        more = [f"And {len(faults) - MOST_FAULTS} more."] if len(faults) > MOST_FAULTS else []
        super().__init__(" ".join(told + more), errors=[fault.shown() for fault in self.faults])


class Retracted(Typed):
    """A record that was public and is not any more."""

    name = "retracted"


class Refused(Typed):
    """A move that the editorial rules do not allow now."""

    name = "move-refused"


class Clashing(Typed):
    """A proposal that cannot be put together with what was published meanwhile."""

    name = "conflicting"


class Outdated(Typed):
    """What was meant for a state that is no more."""

    name = "stale"


class PreconditionRequired(Typed):
    """A request that does not say of which state it is meant."""

    name = "precondition-required"


class ContentTooLarge(Typed):
    """A body that is larger than is read."""

    name = "content-too-large"


class InvalidBody(Typed):
    """A body that says what is not allowed: ``faults`` has the path of each fault in the body, and what is wrong."""

    name = "invalid-body"

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        told = faults[:MOST_FAULTS]
        more = [f"And {len(faults) - MOST_FAULTS} more."] if len(faults) > MOST_FAULTS else []
        detail = " ".join([*(f"{path}: {message}" if path else message for path, message in told), *more])
        super().__init__(detail, problems=[{"path": path, "detail": message} for path, message in told])


class WrongClock(Typed):
    """A write that was refused because the clocks disagree; ``wait`` becomes Retry-After."""

    name = "clocks-disagree"

    def __init__(self, detail: str, wait: int) -> None:
        super().__init__(detail)
        self.wait = wait


class KeyReused(Typed):
    """A key that stands for another request."""

    name = "idempotency-key-reused"


class DatabaseUnavailable(Typed):
    """A request that the database cannot answer now."""

    name = "unavailable"

    def __init__(self, cause: Unavailable) -> None:
        super().__init__(cause.message, reason=cause.reason)
        self.cause = cause
        #: Sent as Retry-After.
        self.wait = cause.retry_after


class Merged(APIException):
    """A record that was merged into another: its address leads on to that of the other.

    ``plural`` is its collection. A merge can be undone, so nobody shall remember the way for ever.
    """

    status_code = status.HTTP_308_PERMANENT_REDIRECT

    def __init__(self, plural: str, old: str, new: str, detail: str) -> None:
        super().__init__(detail)
        self.plural, self.old, self.new = plural, old, new

    def headers(self, address: str) -> dict[str, str]:
        """Return where the address leads on to, with all that it asks, and how long that may be remembered."""
        path, mark, query = address.partition("?")
        path = path.replace(f"/{self.plural}/{self.old}/", f"/{self.plural}/{self.new}/", 1)
        return {"Location": f"{path}{mark}{query}", "Cache-Control": f"max-age={REMEMBERED}"}


def handle(exception: Exception, context: dict[str, Any]) -> Response | None:
    """Answer an exception raised in a view; ``None`` leaves it to Django, which logs it as ours."""
    known = _known(exception)
    if known is None:
        return None
    if isinstance(known, DatabaseUnavailable):
        request = context["request"]._request
        if getattr(request, "replica", None):
            # Not of the database itself: it is asked next.
            return None
        request.unavailable = known.cause
        logger.warning("%s: %s", request.path, exception)
    if isinstance(known, Typed):
        kind, extra = known.kind, known.members
    else:
        kind, extra = _BY_STATUS.get(known.status_code, BY_NAME["bad-request"]), {}
    headers = {
        name: str(value)
        for name, attribute in (("WWW-Authenticate", "auth_header"), ("Retry-After", "wait"))
        if (value := getattr(known, attribute, None)) is not None
    }
    if isinstance(known, Merged):
        headers |= known.headers(context["request"].get_full_path())
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
        case exceptions.MoveRefused():
            return _refusal(exception)
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


def _refusal(refused: exceptions.MoveRefused) -> APIException:
    """Return a refusal of the editorial rules in the framework's terms."""
    match refused:
        case exceptions.NotPermitted():
            return Forbidden(str(refused))
        case exceptions.ClocksDisagree():
            return WrongClock(str(refused), refused.wait)
        case exceptions.InvalidReason():
            return InvalidBody([("reason", str(refused))])
        case exceptions.Stale():
            return Outdated(str(refused))
        case exceptions.Conflicting():
            return Clashing(str(refused), paths=list(refused.paths))
    return Refused(str(refused))


class BadRequest(APIException):
    """A request that cannot be read."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_detail = "The request is malformed, or larger than the server takes."


def problem(kind: ProblemType, detail: str, instance: str, *, status_code: int = 0, **extra: Any) -> dict[str, Any]:
    """Return the problem document of a type."""
    return problem_document(
        kind.uri,
        kind.title,
        status_code or kind.status,
        detail=detail or kind.explanation,
        instance=instance,
        **extra,
    )


# --- Errors that no view of the API sees --------------------------------------------------------


def _outside(request: HttpRequest, kind: ProblemType, page: HttpResponseBase) -> HttpResponseBase:
    """Answer with a problem document below the API, else with Django's own page."""
    if not request.path.startswith(settings.API_PREFIX):
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


def uri_too_long(request: HttpRequest, most: int) -> HttpResponse:
    """Answer a request whose address is longer than ``most`` characters."""
    body = problem(BY_NAME["uri-too-long"], f"An address has {most:,} characters at most.", request.path)
    return HttpResponse(orjson.dumps(body), status=body["status"], content_type=MEDIA_TYPE)


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Answer a request that made us fail; Django has logged why."""
    error = sys.exception()
    cause = unavailable(error) if error else None
    if cause:
        return database_unavailable(request, cause)
    return _outside(request, BY_NAME["internal-error"], defaults.server_error(request))


def database_unavailable(request: HttpRequest, cause: Unavailable) -> HttpResponseBase:
    """Answer a request that the database cannot answer now, wherever that was noticed."""
    request.unavailable = cause  # type: ignore[attr-defined]
    if not request.path.startswith(settings.API_PREFIX):
        return unavailable_page(request, cause)
    body = problem(BY_NAME["unavailable"], cause.message, request.path, reason=cause.reason)
    headers = {"Retry-After": str(cause.retry_after), "Cache-Control": "no-store"}
    return HttpResponse(orjson.dumps(body), status=body["status"], content_type=MEDIA_TYPE, headers=headers)
