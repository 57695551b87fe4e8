"""Limit how long requests occupy threads of the server: timeouts of statements, and few writers at once."""

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

#: Seconds for which a request waits for a place among the writers. While it waits, it occupies a thread of the readers.
_WAIT: Final = 0.2


class WritersMiddleware:
    """Limit the requests that write at once, so that a thread stays free for readers; answer 503 to the others.

    A POST to a public address, such as that of the reconciliation service, only reads.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.places = BoundedSemaphore(settings.WRITERS)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request; one that writes needs a place."""
        if request.method in SAFE or not is_restricted(request):
            return self.get_response(request)
        if not self.places.acquire(timeout=_WAIT):
            return database_unavailable(request, BUSY_FOR_A_MOMENT)
        try:
            return self.get_response(request)
        finally:
            self.places.release()


class TimeLimitsMiddleware:
    """Limit how long the statements of a request wait for locks, and at public addresses also how long they run.

    The limit depends on the address only: no cookie lifts it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        statements = 0 if is_restricted(request) else settings.QUERY_TIMEOUT
        limits = TimeLimits(statements=statements, lock=settings.LOCK_TIMEOUT)
        with ExitStack() as stack:
            # The primary is limited too: it answers if the replica fails.
            for connection in {connections[DEFAULT_DB_ALIAS], getattr(request, "primary", None)} - {None}:
                stack.enter_context(time_limits(connection, limits))
            return self.get_response(request)


def is_restricted(request: HttpRequest) -> bool:
    """Return whether an address belongs to the editorial API or the admin; all others are public."""
    return request.path_info.startswith(_restricted())


@cache
def _restricted() -> tuple[str, ...]:
    return DESK, reverse("admin:index")
