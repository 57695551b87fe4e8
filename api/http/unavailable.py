"""Answer 503 with ``Retry-After`` while the database cannot be reached: at once, as JSON or as a page."""

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

#: Seconds between two requests that try again to reach a lost database.
REST: Final = 2.0


class UnavailabilityMiddleware:
    """Answer 503 to errors of an unavailable database, and at once while it is lost.

    Noticing that a database is lost takes seconds. While it is lost, one request at a time tries to reach it, and all
    others are answered without trying.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._lock = threading.Lock()
        self._is_lost = False
        self._next_try = 0.0

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        if request.path == reverse("health") or (settings.REPLICAS and is_of_a_reader(request)):
            return self.get_response(request)
        if self._is_resting() or database_file_is_missing():
            return database_unavailable(request, GONE)
        response = self.get_response(request)
        self._set_lost(is_lost=getattr(request, "unavailable", None) == GONE)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """Answer the error of a page; the API answers its own errors."""
        cause = None if request.path.startswith(settings.API_PREFIX) else unavailable(exception)
        if cause is None:
            return None
        logger.warning("%s: %s", request.path, exception)
        return database_unavailable(request, cause)

    def _is_resting(self) -> bool:
        """Return whether the database is lost, and it is not the turn of this request to try again."""
        if not self._is_lost:
            return False
        with self._lock:
            now = time.monotonic()
            if now < self._next_try:
                return True
            self._next_try = now + REST
            return False

    def _set_lost(self, *, is_lost: bool) -> None:
        with self._lock:
            if is_lost:
                self._next_try = time.monotonic() + REST
            self._is_lost = is_lost
