"""How often one may ask, and how long an address may be.

Readers are counted by their network address, programs at the desk by their token. A window of a minute begins with its
first request. Every answer says what is left of it (draft-ietf-httpapi-ratelimit-headers).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from limits.storage import Storage, storage_from_string
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from api import counters
from api.errors import API_ROOT, uri_too_long
from sanctions.accounts.addresses import subscriber_of
from sanctions.models import AccessToken
from sanctions.server.waiting import is_repeated

logger = logging.getLogger(__name__)

#: Seconds of a window.
WINDOW: Final = 60
#: Characters of an address, with all that it asks.
MOST_URI: Final = 8_000


@dataclass(frozen=True, slots=True)
class Rate:
    """How far somebody is: the name of the limit, its amount, how much is left, when the window ends.

    ``is_beyond`` says that there were more requests than the amount.
    """

    name: str
    amount: int
    left: int
    ends_in: int
    is_beyond: bool

    def headers(self) -> dict[str, str]:
        """Return how an answer tells it."""
        return {
            "RateLimit-Policy": f'"{self.name}";q={self.amount};w={WINDOW}',
            "RateLimit": f'"{self.name}";r={self.left};t={self.ends_in}',
        }


class Limit(BaseThrottle):
    """Counts a request, and refuses it where there were too many."""

    _rate: Rate | None = None

    def allow_request(self, request: Request, view: Any) -> bool:
        """Whether the request may be answered. Where nothing can be counted it may: we rather serve than count."""
        if is_repeated(request.META):
            return True
        self._rate = rate = _count(*_counted_as(request))
        if rate is None:
            return True
        request._request.rate = rate  # type: ignore[attr-defined]
        return not rate.is_beyond

    def wait(self) -> float:
        """Return after how many seconds to ask again."""
        return self._rate.ends_in if self._rate else WINDOW


def count_reader(request: HttpRequest) -> bool:
    """Count a request that names nobody, before there is a view; return whether it may be answered."""
    rate = _count(*_anonymous(request))
    request.rate = rate  # type: ignore[attr-defined]
    return rate is None or not rate.is_beyond


class LimitsMiddleware:
    """Below the API, refuses what has too long an address, and tells in every answer how far who asks is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        if not request.path_info.startswith(API_ROOT):
            return self.get_response(request)
        if len(request.get_full_path()) > MOST_URI:
            return uri_too_long(request, MOST_URI)
        response = self.get_response(request)
        rate: Rate | None = getattr(request, "rate", None)
        if rate:
            for name, value in rate.headers().items():
                response[name] = value
        return response


def _counted_as(request: Request) -> tuple[str, int, str]:
    """Return the limit that holds for a request, its amount, and whose request it is."""
    if isinstance(request.auth, AccessToken):
        return "token", settings.RATE_TOKEN, str(request.auth.pk)
    if request.user.is_authenticated:
        return "account", settings.RATE_TOKEN, str(request.user.pk)
    return _anonymous(request._request)


def _anonymous(request: HttpRequest) -> tuple[str, int, str]:
    return "anonymous", settings.RATE_ANONYMOUS, subscriber_of(request) or "unknown"


def _count(name: str, amount: int, who: str) -> Rate | None:
    """Count a request of somebody, and return how far they are; ``None`` where nothing is limited, or counted."""
    if not amount:
        return None
    key, storage = f"{name}/{who}", _storage(settings.LIMITS_URL)
    try:
        hits, ends = storage.incr(key, WINDOW), storage.get_expiry(key)
    except storage.base_exceptions:
        logger.exception("Requests cannot be counted: nobody is limited.")
        return None
    ends_in = min(max(ceil(ends - time.time()), 1), WINDOW)
    return Rate(name, amount, max(amount - hits, 0), ends_in, hits > amount)


@lru_cache(maxsize=1)
def _storage(url: str) -> Storage:
    """Return where requests are counted: a file of this machine (:mod:`api.counters`), or a server of several."""
    return counters.FileStorage(url) if url.startswith("sqlite:") else _server(url)


def _server(url: str) -> Storage:
    storage = storage_from_string(url)
    if not isinstance(storage, Storage):
        raise TypeError(f"{url} is no storage for servers that answer one request at a time in a thread.")
    return storage
