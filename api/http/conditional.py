"""Conditional requests: strong ETags that are computed before the answer, and 304 (RFC 9110, section 13).

A public answer depends on the head of the ledger, the day, the address with its query, the format and the version of
the code. The ETag is a digest of these and not of the answer, so an unchanged answer is not computed again. Repeated
304 responses are served before routing (:class:`ConditionalMiddleware`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from hashlib import blake2b
from typing import Any, ClassVar, Final

import orjson
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.http import http_date, parse_http_date_safe
from rest_framework import status
from rest_framework.request import Request
from rest_framework.views import APIView

from api.http.errors import database_unavailable
from api.http.limits import count_reader, refund_cost
from api.http.preconditions import etag
from api.http.readers import SAFE, is_of_a_reader
from sanctions.database.unavailability import unavailable
from sanctions.ledger.public_state import PublicState, code_stamp, public_state

#: A browser revalidates each time, which is cheap; a shared cache may answer alone for a minute.
CACHE_CONTROL: Final = "public, max-age=0, s-maxage=60, must-revalidate"
#: Errors and answers without validators: a cache must revalidate them.
NO_CACHE: Final = "no-cache"
_ETAG: Final = re.compile(r'(?:W/)?("[^"]*")')
#: HTTP dates have whole seconds: a state younger than this may change again within the same second.
_SETTLED: Final = timedelta(seconds=2)
_CONDITIONS: Final = frozenset({"HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE"})
#: How many addresses with a 304 a process remembers.
REMEMBERED: Final = 500


class NotModified(Exception):
    """The client already has the current answer."""


@dataclass(frozen=True, slots=True)
class RepresentationKey:
    """What identifies an answer, together with the public state and the day: its absolute address and its format.

    The address includes the host because the links between pages do. An answer that is not ``of_records`` depends on
    the code alone.
    """

    uri: str
    media_type: str
    format: str
    of_records: bool

    def validators(self, now: datetime) -> Validators:
        """Return the validators of the answer at an instant. Raises :class:`django.db.Error`."""
        state = public_state() if self.of_records else None
        # Without `as_of` an answer is about today.
        parts = [code_stamp(), state and state.stamp, now.date(), self.uri, self.media_type, self.format]
        digest = blake2b(orjson.dumps(parts), digest_size=16).hexdigest()
        return Validators(etag(digest), _last_modified(state, now) if state else None, now)


@dataclass(frozen=True, slots=True)
class Validators:
    """The validators of an answer at the instant ``now`` (RFC 9110, section 8.8): its ETag and its last modification.

    ``last_modified`` is ``None`` while the answer may change again within the same second.
    """

    etag: str
    last_modified: datetime | None
    now: datetime

    def match(self, meta: Mapping[str, Any]) -> bool:
        """Return whether the client that sent these headers has the current answer.

        If-None-Match outranks If-Modified-Since (RFC 9110, section 13.2.2). A date in the future is ignored: it comes
        from a wrong clock, and would hide later changes.
        """
        if (etags := meta.get("HTTP_IF_NONE_MATCH")) is not None:
            return self.etag in _ETAG.findall(etags)
        since = parse_http_date_safe(meta.get("HTTP_IF_MODIFIED_SINCE", ""))
        if since is None or self.last_modified is None or since > self.now.timestamp():
            return False
        return int(self.last_modified.timestamp()) <= since

    def set_headers(self, answer: HttpResponseBase) -> None:
        """Set ETag, Last-Modified and Cache-Control."""
        answer["ETag"] = self.etag
        answer["Cache-Control"] = CACHE_CONTROL
        if self.last_modified is not None:
            answer["Last-Modified"] = http_date(self.last_modified.timestamp())


def _last_modified(state: PublicState, now: datetime) -> datetime | None:
    """Return the last change of an answer: of the public state, or midnight, when the day changed."""
    midnight = datetime.combine(now.date(), time(), UTC)
    changed_at = max(midnight, state.written_at) if state.written_at else midnight
    return changed_at if now - changed_at >= _SETTLED else None


class ConditionalView(APIView):
    """A view of public data that answers 304 to a client that has the current answer."""

    #: Whether the answer depends on the public records; else on the code alone.
    of_records: ClassVar[bool] = True
    validators: Validators | None = None

    def now(self) -> datetime:
        """Return the instant at which the request is answered."""
        return timezone.now()  # noqa: TID251 - a view reads the clock

    def cost(self, request: Request) -> int:
        """Return the cost in rate limits (:mod:`api.http.costs`), before the parameters are validated."""
        return 1

    def is_cacheable(self, request: Request) -> bool:
        """Return whether the answer depends on nothing but the public state now, and so has validators."""
        return True

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Compute the validators once the format is chosen. Raises :class:`NotModified` if they match."""
        super().initial(request, *args, **kwargs)
        if request.method not in SAFE or not self.is_cacheable(request):
            return
        renderer = request.accepted_renderer
        key = RepresentationKey(
            request.build_absolute_uri(), renderer.media_type, str(renderer.format), self.of_records
        )
        self.validators = key.validators(self.now())
        if self.validators.match(request.META):
            request._request.representation_key = key  # type: ignore[attr-defined]
            refund_cost(request._request)
            raise NotModified

    def handle_exception(self, exc: Exception) -> Any:
        """Answer 304 to :class:`NotModified`."""
        if isinstance(exc, NotModified):
            return HttpResponse(status=status.HTTP_304_NOT_MODIFIED)
        return super().handle_exception(exc)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Set the validators and Cache-Control."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        if answer.status_code == status.HTTP_304_NOT_MODIFIED:
            # A 304 has no body, so its Content-Type would describe nothing.
            del answer["Content-Type"]
        if not self.validators or answer.status_code not in (status.HTTP_200_OK, status.HTTP_304_NOT_MODIFIED):
            answer.headers.setdefault("Cache-Control", NO_CACHE)
            return answer
        if answer.status_code == status.HTTP_200_OK and request.headers.get("If-None-Match", "").strip() == "*":
            # "*" matches any current representation: whether one exists is known only now.
            return self.finalize_response(request, HttpResponse(status=status.HTTP_304_NOT_MODIFIED), *args, **kwargs)
        self.validators.set_headers(answer)
        return answer


class ConditionalMiddleware:
    """Serve repeated 304 responses before routing.

    A view that answers 304 leaves its :class:`RepresentationKey` on the request. While the ETag of the key stays the
    same, later requests for the same address and format need no view. Both use the same key, so they always agree.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        #: Address and Accept → the key, and the headers of the last 304.
        self.remembered: dict[tuple[str, str], tuple[RepresentationKey, dict[str, str]]] = {}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        if not (_CONDITIONS & request.META.keys() and is_of_a_reader(request)):
            return self.get_response(request)
        address = (request.build_absolute_uri(), request.META.get("HTTP_ACCEPT", ""))
        if (remembered := self.remembered.get(address)) and (answer := _not_modified(request, *remembered)):
            return answer
        response = self.get_response(request)
        key: RepresentationKey | None = getattr(request, "representation_key", None)
        if key:
            if len(self.remembered) >= REMEMBERED:
                self.remembered.clear()
            self.remembered[address] = key, dict(response.items())
        return response


def _not_modified(request: HttpRequest, key: RepresentationKey, headers: Mapping[str, str]) -> HttpResponseBase | None:
    """Return the 304 for a request; ``None`` if the view has to answer it."""
    try:
        validators = key.validators(timezone.now())  # noqa: TID251 - it answers in the place of a view
    except DatabaseError as error:
        # The view would meet the same error, unless it can read from another replica.
        cause = None if getattr(request, "replica", None) else unavailable(error)
        return database_unavailable(request, cause) if cause else None
    if not validators.match(request.META) or not count_reader(request):
        return None
    answer = HttpResponse(status=status.HTTP_304_NOT_MODIFIED, headers=headers)
    del answer["Content-Type"], answer["Last-Modified"]
    validators.set_headers(answer)
    return answer
