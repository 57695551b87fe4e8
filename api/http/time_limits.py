"""How long a request may keep a thread of the server: limits of its statements, and places for those that write."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import cache
from threading import BoundedSemaphore
from typing import Final

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from api.http.errors import database_unavailable
from api.http.readers import DESK, SAFE
from sanctions.database.time_limits import TimeLimits, time_limits
from sanctions.database.unavailability import BUSY_FOR_A_MOMENT

#: Seconds for which a request waits for a place among the writers. It holds the thread meanwhile that the writers left.
_WAIT: Final = 0.2


class WritersMiddleware:
    """Let no more requests write at once than leave a thread for readers; answer 503 to the others.

    What is posted to public addresses, such as the reconciliation service, reads.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.places = BoundedSemaphore(settings.WRITERS)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request, in one of the places if it writes."""
        if request.method in SAFE or not is_restricted(request):
            return self.get_response(request)
        if not self.places.acquire(timeout=_WAIT):
            return database_unavailable(request, BUSY_FOR_A_MOMENT)
        try:
            return self.get_response(request)
        finally:
            self.places.release()


class TimeLimitsMiddleware:
    """Hold the statements of a request to limits: all that wait for locks, and of public ones how long they take.

    A public address has its limit for every client: an invalid cookie does not lift it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        statements = 0 if is_restricted(request) else settings.QUERY_TIMEOUT
        limits = TimeLimits(statements=statements, lock=settings.LOCK_TIMEOUT)
        with ExitStack() as stack:
            # The primary answers in the place of a replica that fails.
            for connection in {connections[DEFAULT_DB_ALIAS], getattr(request, "primary", None)} - {None}:
                stack.enter_context(time_limits(connection, limits))
            return self.get_response(request)


def is_restricted(request: HttpRequest) -> bool:
    """Return whether an address is one of the desk or the admin, where people work; all others are public."""
    return request.path_info.startswith(_restricted())


@cache
def _restricted() -> tuple[str, ...]:
    return DESK, reverse("admin:index")
