"""Asking again cheaply: strong ETags that are known before there is an answer, and 304 (RFC 9110, section 13).

An answer depends on what is public, on the day, on the address with its query, on the format and on the code that
makes it. The tag is made of these and not of the answer, so that what has not changed is not made a second time.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from hashlib import blake2b
from typing import Any, ClassVar, Final

import orjson
from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import http_date, parse_http_date_safe
from rest_framework import status
from rest_framework.request import Request
from rest_framework.views import APIView

from api.preconditions import etag
from sanctions.records.state import PublicState, code_stamp, public_state

#: A browser asks each time, which costs next to nothing; a cache that many share may answer by itself for so long.
CACHE_CONTROL: Final = "public, max-age=0, s-maxage=60, must-revalidate"
#: What failed may succeed in a moment.
UNSURE: Final = "no-cache"
_TAG: Final = re.compile(r'(?:W/)?("[^"]*")')
#: An instant is told in seconds: what was written less than this ago may be written again within the same second.
_SETTLED: Final = timedelta(seconds=2)
_SAFE: Final = frozenset({"GET", "HEAD"})


class NotModified(Exception):
    """The client has what would be answered."""


class Conditional(APIView):
    """A view of what is public, whose answer is not made again for a client that has it."""

    #: Whether the answer depends on what is public; else on the code alone.
    of_records: ClassVar[bool] = True
    tag: str = ""
    modified: datetime | None = None

    def now(self) -> datetime:
        """Read the clock: when the request is answered."""
        return timezone.now()  # noqa: TID251 - a view reads the clock

    def can_be_known(self, request: Request) -> bool:
        """Return whether the answer is one of what is public at this moment."""
        return True

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Know the tag of the answer once its format is known, and stop where the client has it."""
        super().initial(request, *args, **kwargs)
        if request.method not in _SAFE or not self.can_be_known(request):
            return
        now, state = self.now(), public_state() if self.of_records else None
        self.tag = etag(_stamp(request, state, now))
        self.modified = _modified(state, now) if state else None
        if self._is_known(request):
            raise NotModified

    def handle_exception(self, exc: Exception) -> Any:
        """Answer 304 without a body where nothing has changed."""
        if isinstance(exc, NotModified):
            return HttpResponse(status=status.HTTP_304_NOT_MODIFIED)
        return super().handle_exception(exc)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Say what the answer is known by, and how long it may be kept."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        fresh = answer.status_code in (status.HTTP_200_OK, status.HTTP_304_NOT_MODIFIED)
        if answer.status_code == status.HTTP_304_NOT_MODIFIED:
            # It has no body, and so no type; what else there is to say of one is said of the answer that it stands for.
            del answer["Content-Type"]
        if not self.tag or not fresh:
            answer.headers.setdefault("Cache-Control", UNSURE)
            return answer
        if answer.status_code == status.HTTP_200_OK and request.headers.get("If-None-Match", "").strip() == "*":
            # "Unless there is anything here": known only now.
            return self.finalize_response(request, HttpResponse(status=status.HTTP_304_NOT_MODIFIED), *args, **kwargs)
        answer["ETag"] = self.tag
        answer["Cache-Control"] = CACHE_CONTROL
        if self.modified is not None:
            answer["Last-Modified"] = http_date(self.modified.timestamp())
        return answer

    def _is_known(self, request: Request) -> bool:
        """Return whether the client has the answer; its tags outrank its date (RFC 9110, section 13.2.2)."""
        if (tags := request.headers.get("If-None-Match")) is not None:
            return self.tag in _TAG.findall(tags)
        since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
        return since is not None and self.modified is not None and int(self.modified.timestamp()) <= since


def _stamp(request: Request, state: PublicState | None, now: datetime) -> str:
    renderer = request.accepted_renderer
    # Without a day of its own a question is about today; the host stands in the links between pages.
    where = request.build_absolute_uri()
    parts = [code_stamp(), state and state.stamp, now.date(), where, renderer.media_type, renderer.format]
    return blake2b(orjson.dumps(parts), digest_size=16).hexdigest()


def _modified(state: PublicState, now: datetime) -> datetime | None:
    """Return since when the answer is what it is; ``None`` if that cannot be told in whole seconds."""
    midnight = datetime.combine(now.date(), time(), UTC)
    since = max(midnight, state.written_at) if state.written_at else midnight
    return since if now - since >= _SETTLED else None
