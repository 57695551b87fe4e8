"""Requests that the database cannot answer now: 503 with ``Retry-After``, soon, and as who asks can read it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from api.http.errors import database_unavailable
from api.http.readers import is_of_a_reader
from sanctions.database.unavailability import GONE, database_file_is_missing, unavailable

logger = logging.getLogger(__name__)

#: Seconds for which a database that cannot be reached is not asked again, but by one request.
REST: Final = 2.0


class UnavailabilityMiddleware:
    """Answers errors of a database that cannot answer now, and spares everybody to find out one after the other.

    A lost database is noticed after seconds. While it is lost one request at a time looks whether it is back; all
    others are answered at once.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._lock = threading.Lock()
        self._is_lost = False
        self._next_look = 0.0

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        if request.path == reverse("health") or (settings.REPLICAS and is_of_a_reader(request)):
            return self.get_response(request)
        if self._is_resting() or database_file_is_missing():
            return database_unavailable(request, GONE)
        response = self.get_response(request)
        self._learn(is_lost=getattr(request, "unavailable", None) == GONE)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """Answer what a page could not; the API answers its own errors."""
        cause = None if request.path.startswith(settings.API_PREFIX) else unavailable(exception)
        if cause is None:
            return None
        logger.warning("%s: %s", request.path, exception)
        return database_unavailable(request, cause)

    def _is_resting(self) -> bool:
        """Return whether the database is lost and somebody else looks after it."""
        if not self._is_lost:
            return False
        with self._lock:
            now = time.monotonic()
            if now < self._next_look:
                return True
            self._next_look = now + REST
            return False

    def _learn(self, *, is_lost: bool) -> None:
        with self._lock:
            if is_lost:
                self._next_look = time.monotonic() + REST
            self._is_lost = is_lost
