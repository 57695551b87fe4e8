"""Rate limits, and the longest address.

Readers are counted by network address, clients of the editorial API by token; each request by its cost
(:mod:`api.http.costs`). A window of a minute starts with its first request. Every answer has headers with the rest of
the window (draft-ietf-httpapi-ratelimit-headers). The cost is taken before any work is done. A rejected request costs
nothing, so an expensive one does not use up what cheap ones need.

Invalid credentials count for their address: after too many of them, no credentials from that address are checked for
the rest of the window. Passwords and codes of the second factor count the same way, in the window in which accounts are
locked.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from math import ceil
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from limits.storage import Storage, storage_from_string
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from api.http import counters
from api.http.errors import uri_too_long
from sanctions.accounts.addresses import subscriber_of
from sanctions.models import AccessToken
from sanctions.server.waiting import is_repeated

logger = logging.getLogger(__name__)

#: The length of a window in seconds.
WINDOW: Final = 60
#: The largest number of characters of an address, the query included.
MOST_URI: Final = 8_000


@dataclass(frozen=True, slots=True)
class Rate:
    """The state of a window after a request: the name of the limit, its amount, the rest, the seconds until it ends.

    ``cost`` is what the request took, or would have taken if it ``is_beyond`` the amount; ``key`` names the counter.
    """

    name: str
    amount: int
    left: int
    ends_in: int
    is_beyond: bool
    key: str
    cost: int = 1
    window: int = WINDOW

    def headers(self) -> dict[str, str]:
        """Return the headers of the answer; a cost only if it is not 1."""
        cost = "" if self.cost == 1 else f";cost={self.cost}"
        return {
            "RateLimit-Policy": f'"{self.name}";q={self.amount};w={self.window}',
            "RateLimit": f'"{self.name}";r={self.left};t={self.ends_in}{cost}',
        }


class CostThrottle(BaseThrottle):
    """Count a request by its cost, and reject it if the window has less left."""

    _rate: Rate | None = None

    def allow_request(self, request: Request, view: Any) -> bool:
        """Return whether the request is within the limit; true if the counters cannot be reached."""
        if is_repeated(request.META):
            return True
        cost = view.cost(request) if hasattr(view, "cost") else 1
        self._rate = rate = _count(*_limit_of(request), cost=cost)
        if rate is None:
            return True
        request._request.rate = rate  # type: ignore[attr-defined]
        return not rate.is_beyond

    def wait(self) -> float:
        """Return the seconds after which the client may repeat the request."""
        return self._rate.ends_in if self._rate else WINDOW


def count_reader(request: HttpRequest) -> bool:
    """Count a request of an anonymous reader before routing; return whether it is within the limit."""
    rate = _count(*_anonymous(request))
    request.rate = rate  # type: ignore[attr-defined]
    return rate is None or not rate.is_beyond


def refund_cost(request: HttpRequest) -> None:
    """Reduce the cost of a request to 1: an answer of 304 takes almost no work."""
    rate: Rate | None = getattr(request, "rate", None)
    if rate and rate.cost > 1 and not rate.is_beyond:
        _return(rate, rate.cost - 1)
        request.rate = replace(rate, cost=1, left=rate.left + rate.cost - 1)  # type: ignore[attr-defined]


def refuse_address(request: HttpRequest) -> int | None:
    """Return the seconds for which no credentials from this address are checked; ``None`` if they are checked now."""
    name, amount, client = _refused(request)
    storage = _storage(settings.LIMITS_URL)
    key = f"{name}/{client}"
    try:
        if not amount or storage.get(key) < amount:
            return None
        return _seconds_until(storage.get_expiry(key), WINDOW)
    except storage.base_exceptions:
        logger.exception("Rejected requests cannot be counted: no client is limited.")
        return None


def count_refusal(request: HttpRequest) -> None:
    """Count a request with missing or invalid credentials for its address."""
    request.rate = _count(*_refused(request))  # type: ignore[attr-defined]


def count_attempt(request: HttpRequest) -> Rate | None:
    """Count an attempt to sign in, before the password or the code is checked."""
    window = round(settings.AXES_COOLOFF_TIME.total_seconds())
    return _count("sign-in", settings.SIGN_IN_ATTEMPTS, _address(request), window=window)


def forget_attempt(rate: Rate) -> None:
    """Remove an attempt that succeeded from the count."""
    _return(rate, rate.cost)


class LimitsMiddleware:
    """Reject too long addresses of the API, and add the headers of the rate limit to every answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        if not request.path_info.startswith(settings.API_PREFIX):
            return self.get_response(request)
        if len(request.get_full_path()) > MOST_URI:
            return uri_too_long(request, MOST_URI)
        response = self.get_response(request)
        rate: Rate | None = getattr(request, "rate", None)
        if rate:
            for name, value in rate.headers().items():
                response[name] = value
        return response


def _limit_of(request: Request) -> tuple[str, int, str]:
    """Return the name of the limit of a request, its amount, and the key of the client."""
    if isinstance(request.auth, AccessToken):
        return "token", settings.RATE_TOKEN, str(request.auth.pk)
    if request.user.is_authenticated:
        return "account", settings.RATE_TOKEN, str(request.user.pk)
    return _anonymous(request._request)


def _anonymous(request: HttpRequest) -> tuple[str, int, str]:
    return "anonymous", settings.RATE_ANONYMOUS, _address(request)


def _refused(request: HttpRequest) -> tuple[str, int, str]:
    return "refused", settings.RATE_REFUSED, _address(request)


def _address(request: HttpRequest) -> str:
    return subscriber_of(request) or "unknown"


def _count(name: str, amount: int, client: str, *, cost: int = 1, window: int = WINDOW) -> Rate | None:
    """Count a request, and return the state of its window; ``None`` without a limit, or if nothing can be counted.

    A request that costs more than the amount costs all of it, so that a full window allows any request once.
    """
    if not amount:
        return None
    key, storage, cost = f"{name}/{client}", _storage(settings.LIMITS_URL), min(cost, amount)
    try:
        if isinstance(storage, counters.FileStorage):
            hits, ends, fits = storage.take(key, window, cost, amount)
        else:
            hits, ends = storage.incr(key, window, cost), storage.get_expiry(key)
            if not (fits := hits <= amount):
                hits = storage.incr(key, window, -cost)
    except storage.base_exceptions:
        logger.exception("Requests cannot be counted: no client is limited.")
        return None
    left = max(amount - hits, 0)
    return Rate(name, amount, left, _seconds_until(ends, window), not fits, key, cost, window)


def _return(rate: Rate, cost: int) -> None:
    storage = _storage(settings.LIMITS_URL)
    try:
        storage.incr(rate.key, rate.window, -cost)
    except storage.base_exceptions:
        logger.exception("Requests cannot be counted: no client is limited.")


def _seconds_until(instant: float, window: int) -> int:
    return min(max(ceil(instant - time.time()), 1), window)


@lru_cache(maxsize=1)
def _storage(url: str) -> Storage:
    """Return the storage of the counters: a file on this machine (:mod:`api.http.counters`), or a shared server."""
    return counters.FileStorage(url) if url.startswith("sqlite:") else _server(url)


def _server(url: str) -> Storage:
    storage = storage_from_string(url)
    if not isinstance(storage, Storage):
        raise TypeError(f"{url} is a storage for asyncio; this server answers each request in a thread.")
    return storage
