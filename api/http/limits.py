"""How much may be asked, and how long an address may be.

Readers are counted by their network address, programs at the desk by their token; each request by its cost
(:mod:`api.http.costs`). A window of a minute begins with its first request. Every answer says what is left of it
(draft-ietf-httpapi-ratelimit-headers). What a request costs is taken before anything is done for it, and nothing is
taken for one that is refused, so that a dear question does not use up what cheap ones need.

Credentials that are not taken count for the address they come from: of an address with too many of them none is
looked at any more. So do passwords and codes of the second factor, within the time for which accounts are locked.
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

#: Seconds of a window.
WINDOW: Final = 60
#: Characters of an address, with all that it asks.
MOST_URI: Final = 8_000


@dataclass(frozen=True, slots=True)
class Rate:
    """How far somebody is: the name of the limit, its amount, how much is left, when the window ends.

    ``cost`` is what the request took, or would have taken if it ``is_beyond`` the amount; ``key`` where it is counted.
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
        """Return how an answer tells it; a cost only where it is not 1."""
        cost = "" if self.cost == 1 else f";cost={self.cost}"
        return {
            "RateLimit-Policy": f'"{self.name}";q={self.amount};w={self.window}',
            "RateLimit": f'"{self.name}";r={self.left};t={self.ends_in}{cost}',
        }


class CostThrottle(BaseThrottle):
    """Counts a request by its cost, and refuses it where there is less left."""

    _rate: Rate | None = None

    def allow_request(self, request: Request, view: Any) -> bool:
        """Whether the request may be answered. Where nothing can be counted it may: we rather serve than count."""
        if is_repeated(request.META):
            return True
        cost = view.cost(request) if hasattr(view, "cost") else 1
        self._rate = rate = _count(*_counted_as(request), cost=cost)
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


def refund_cost(request: HttpRequest) -> None:
    """Take no more than 1 for a request for which next to nothing had to be done."""
    rate: Rate | None = getattr(request, "rate", None)
    if rate and rate.cost > 1 and not rate.is_beyond:
        _return(rate, rate.cost - 1)
        request.rate = replace(rate, cost=1, left=rate.left + rate.cost - 1)  # type: ignore[attr-defined]


def refuse_address(request: HttpRequest) -> int | None:
    """Return after how many seconds credentials from the address of a request are looked at again; ``None``: now."""
    name, amount, who = _refused(request)
    storage = _storage(settings.LIMITS_URL)
    key = f"{name}/{who}"
    try:
        if not amount or storage.get(key) < amount:
            return None
        return _seconds_until(storage.get_expiry(key), WINDOW)
    except storage.base_exceptions:
        logger.exception("Refused requests cannot be counted: nobody is limited.")
        return None


def count_refusal(request: HttpRequest) -> None:
    """Count a request whose credentials are missing or not taken for its address."""
    request.rate = _count(*_refused(request))  # type: ignore[attr-defined]


def count_attempt(request: HttpRequest) -> Rate | None:
    """Count an attempt to sign in, before the password or the code is looked at."""
    window = round(settings.AXES_COOLOFF_TIME.total_seconds())
    return _count("sign-in", settings.SIGN_IN_ATTEMPTS, _address(request), window=window)


def forget_attempt(rate: Rate) -> None:
    """Take back the count of an attempt that succeeded."""
    _return(rate, rate.cost)


class LimitsMiddleware:
    """Below the API, refuses what has too long an address, and tells in every answer how far who asks is."""

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


def _counted_as(request: Request) -> tuple[str, int, str]:
    """Return the limit that holds for a request, its amount, and whose request it is."""
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


def _count(name: str, amount: int, who: str, *, cost: int = 1, window: int = WINDOW) -> Rate | None:
    """Count a request of somebody, and return how far they are; ``None`` where nothing is limited, or counted.

    What costs more than the whole amount costs all of it: who has a window to themselves can ask anything once.
    """
    if not amount:
        return None
    key, storage, cost = f"{name}/{who}", _storage(settings.LIMITS_URL), min(cost, amount)
    try:
        if isinstance(storage, counters.FileStorage):
            hits, ends, fits = storage.take(key, window, cost, amount)
        else:
            hits, ends = storage.incr(key, window, cost), storage.get_expiry(key)
            if not (fits := hits <= amount):
                hits = storage.incr(key, window, -cost)
    except storage.base_exceptions:
        logger.exception("Requests cannot be counted: nobody is limited.")
        return None
    left = max(amount - hits, 0)
    return Rate(name, amount, left, _seconds_until(ends, window), not fits, key, cost, window)


def _return(rate: Rate, cost: int) -> None:
    storage = _storage(settings.LIMITS_URL)
    try:
        storage.incr(rate.key, rate.window, -cost)
    except storage.base_exceptions:
        logger.exception("Requests cannot be counted: nobody is limited.")


def _seconds_until(instant: float, window: int) -> int:
    return min(max(ceil(instant - time.time()), 1), window)


@lru_cache(maxsize=1)
def _storage(url: str) -> Storage:
    """Return where requests are counted: a file of this machine (:mod:`api.http.counters`), or a server of several."""
    return counters.FileStorage(url) if url.startswith("sqlite:") else _server(url)


def _server(url: str) -> Storage:
    storage = storage_from_string(url)
    if not isinstance(storage, Storage):
        raise TypeError(f"{url} is no storage for servers that answer one request at a time in a thread.")
    return storage
