"""Asking again cheaply: strong ETags that are known before there is an answer, and 304 (RFC 9110, section 13).

An answer depends on what is public, on the day, on the address with its query, on the format and on the code that
makes it. The tag is made of these and not of the answer, so that what has not changed is not made a second time. Where
a question has been answered with 304 before, the tag is made again before there is a view
(:class:`ConditionalMiddleware`).
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

#: A browser asks each time, which costs next to nothing; a cache that many share may answer by itself for so long.
CACHE_CONTROL: Final = "public, max-age=0, s-maxage=60, must-revalidate"
#: What failed may succeed in a moment.
NO_CACHE: Final = "no-cache"
_TAG: Final = re.compile(r'(?:W/)?("[^"]*")')
#: An instant is told in seconds: what was written less than this ago may be written again within the same second.
_SETTLED: Final = timedelta(seconds=2)
_CONDITIONS: Final = frozenset({"HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE"})
#: How many questions a process remembers as answered with 304.
REMEMBERED: Final = 500


class NotModified(Exception):
    """The client has what would be answered."""


@dataclass(frozen=True, slots=True)
class RepresentationKey:
    """What an answer depends on, beside what is public and the day: the whole address, and the format.

    The host is in the address because it stands in the links between pages. What is not ``of_records`` depends on the
    code alone.
    """

    where: str
    media_type: str
    format: str
    of_records: bool

    def validators(self, now: datetime) -> Validators:
        """Return what an answer that is given now is known by; :class:`django.db.Error`."""
        state = public_state() if self.of_records else None
        # Without a day of its own a question is about today.
        parts = [code_stamp(), state and state.stamp, now.date(), self.where, self.media_type, self.format]
        tag = etag(blake2b(orjson.dumps(parts), digest_size=16).hexdigest())
        return Validators(tag, _modified(state, now) if state else None, now)


@dataclass(frozen=True, slots=True)
class Validators:
    """What an answer given ``now`` is known by: its ETag, and since when it is what it is if that can be told."""

    tag: str
    modified: datetime | None
    now: datetime

    def match(self, meta: Mapping[str, Any]) -> bool:
        """Return whether who asks with these headers has the answer.

        Their tags outrank their date (RFC 9110, section 13.2.2). A date to come was given under a wrong clock: whatever
        is written until then would be older.
        """
        if (tags := meta.get("HTTP_IF_NONE_MATCH")) is not None:
            return self.tag in _TAG.findall(tags)
        since = parse_http_date_safe(meta.get("HTTP_IF_MODIFIED_SINCE", ""))
        if since is None or self.modified is None or since > self.now.timestamp():
            return False
        return int(self.modified.timestamp()) <= since

    def set_headers(self, answer: HttpResponseBase) -> None:
        """Say what an answer is known by, and how long it may be kept."""
        answer["ETag"] = self.tag
        answer["Cache-Control"] = CACHE_CONTROL
        if self.modified is not None:
            answer["Last-Modified"] = http_date(self.modified.timestamp())


def _modified(state: PublicState, now: datetime) -> datetime | None:
    """Return since when the answer is what it is; ``None`` if that cannot be told in whole seconds."""
    midnight = datetime.combine(now.date(), time(), UTC)
    since = max(midnight, state.written_at) if state.written_at else midnight
    return since if now - since >= _SETTLED else None


class ConditionalView(APIView):
    """A view of what is public, whose answer is not made again for a client that has it."""

    #: Whether the answer depends on what is public; else on the code alone.
    of_records: ClassVar[bool] = True
    validators: Validators | None = None

    def now(self) -> datetime:
        """Read the clock: when the request is answered."""
        return timezone.now()  # noqa: TID251 - a view reads the clock

    def cost(self, request: Request) -> int:
        """Return what the answer costs of a rate limit (:mod:`api.http.costs`), by what is asked before it is read."""
        return 1

    def is_cacheable(self, request: Request) -> bool:
        """Return whether the answer is one of what is public at this moment."""
        return True

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Know the tag of the answer once its format is known, and stop where the client has it."""
        super().initial(request, *args, **kwargs)
        if request.method not in SAFE or not self.is_cacheable(request):
            return
        renderer = request.accepted_renderer
        representation_key = RepresentationKey(
            request.build_absolute_uri(), renderer.media_type, str(renderer.format), self.of_records
        )
        self.validators = representation_key.validators(self.now())
        if self.validators.match(request.META):
            request._request.representation_key = representation_key  # type: ignore[attr-defined]
            refund_cost(request._request)
            raise NotModified

    def handle_exception(self, exc: Exception) -> Any:
        """Answer 304 without a body where nothing has changed."""
        if isinstance(exc, NotModified):
            return HttpResponse(status=status.HTTP_304_NOT_MODIFIED)
        return super().handle_exception(exc)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Say what the answer is known by, and how long it may be kept."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        if answer.status_code == status.HTTP_304_NOT_MODIFIED:
            # It has no body, and so no type; what else there is to say of one is said of the answer that it stands for.
            del answer["Content-Type"]
        if not self.validators or answer.status_code not in (status.HTTP_200_OK, status.HTTP_304_NOT_MODIFIED):
            answer.headers.setdefault("Cache-Control", NO_CACHE)
            return answer
        if answer.status_code == status.HTTP_200_OK and request.headers.get("If-None-Match", "").strip() == "*":
            # "Unless there is anything here": known only now.
            return self.finalize_response(request, HttpResponse(status=status.HTTP_304_NOT_MODIFIED), *args, **kwargs)
        self.validators.set_headers(answer)
        return answer


class ConditionalMiddleware:
    """Answers 304 without a view where the same question has been answered so before, and the tag is still the same.

    What the tag is made of is told by the question as the view has put it, so that both always agree on what is fresh.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        #: Address and Accept → the question, and the headers of its last 304.
        self.answered: dict[tuple[str, str], tuple[RepresentationKey, dict[str, str]]] = {}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        if not (_CONDITIONS & request.META.keys() and is_of_a_reader(request)):
            return self.get_response(request)
        key = (request.build_absolute_uri(), request.META.get("HTTP_ACCEPT", ""))
        if (answered := self.answered.get(key)) and (answer := _not_modified(request, *answered)):
            return answer
        response = self.get_response(request)
        representation_key: RepresentationKey | None = getattr(request, "representation_key", None)
        if representation_key:
            if len(self.answered) >= REMEMBERED:
                self.answered.clear()
            self.answered[key] = representation_key, dict(response.items())
        return response


def _not_modified(
    request: HttpRequest, representation_key: RepresentationKey, headers: Mapping[str, str]
) -> HttpResponseBase | None:
    """Return the 304 to a question; ``None`` if the view has to decide: it is another answer, or not to be given."""
    try:
        validators = representation_key.validators(timezone.now())  # noqa: TID251 - it answers in the place of a view
    except DatabaseError as error:
        # What has been noticed once need not be noticed by the view again; only it can ask another replica.
        cause = None if getattr(request, "replica", None) else unavailable(error)
        return database_unavailable(request, cause) if cause else None
    if not validators.match(request.META) or not count_reader(request):
        return None
    answer = HttpResponse(status=status.HTTP_304_NOT_MODIFIED, headers=headers)
    del answer["Content-Type"], answer["Last-Modified"]
    validators.set_headers(answer)
    return answer
