"""Count attempts to sign in by address, before any password or code is checked.

django-axes locks an account for an address, but only after failures: many attempts at once, with many names, would all
be hashed. Here the attempt itself counts, in the window in which accounts are locked. When it succeeds, it is removed
from the count.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import Any, Final

from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from api.http.errors import database_unavailable
from api.http.limits import Rate, count_attempt, forget_attempt
from sanctions.database.unavailability import BUSY_FOR_A_MOMENT
from sanctions.exceptions import HashingBusy


class SignInMiddleware:
    """Reject attempts from an address that made too many: passwords, codes of an app, recovery codes."""

    PAGES: Final = frozenset(
        {"admin:login", "admin:second_factor", "admin:second_factor_enrol", "admin:second_factor_verify"}
    )

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request; a redirect means that the attempt succeeded."""
        response = self.get_response(request)
        attempt: Rate | None = getattr(request, "attempt", None)
        if attempt and response.status_code == 302:
            forget_attempt(attempt)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Count an attempt before its form is read."""
        match = request.resolver_match
        if request.method != "POST" or match is None or match.view_name not in self.PAGES:
            return None
        rate = count_attempt(request)
        if rate and rate.is_beyond:
            return _too_many(request, rate.ends_in)
        request.attempt = rate  # type: ignore[attr-defined]
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """Answer 503 if no memory is left to hash one more password."""
        return database_unavailable(request, BUSY_FOR_A_MOMENT) if isinstance(exception, HashingBusy) else None


def _too_many(request: HttpRequest, seconds: int) -> HttpResponseBase:
    # The page needs no database if it does not show the user.
    request.user = AnonymousUser()
    context = {
        **admin.site.each_context(request),
        "title": "Too many attempts",
        "minutes": ceil(seconds / 60),
    }
    answer = render(request, "admin/sanctions/sign_in_refused.html", context, status=429)
    answer.headers["Retry-After"] = str(seconds)
    add_never_cache_headers(answer)
    return answer
