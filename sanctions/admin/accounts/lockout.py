"""Failed logins: which address they count for, and the page of an account that is locked there."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil
from typing import Any, Final

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from sanctions.accounts.addresses import subscriber_of

#: Characters of a name that are stored with a failure. The form takes any number.
_LONGEST_NAME: Final = 255


def name_for_lock(request: HttpRequest, credentials: dict[str, Any] | None) -> str | None:
    """Return the name for which a failed login counts: as it was typed, cut to what is stored.

    Names of accounts are shorter, so that no longer one counts for them.
    """
    name = (credentials or request.POST).get("username")
    return None if name is None else str(name)[:_LONGEST_NAME]


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None) -> HttpResponse:
    """Answer a login to what is locked, the same whether there is such an account or not: 429, and until when."""
    now = timezone.now()
    until = locked_until(name_for_lock(request, credentials), subscriber_of(request), now)
    seconds = max(1, ceil((until - now).total_seconds()))
    context = {
        **admin.site.each_context(request),
        "title": "Locked for a while",
        "until": until,
        "minutes": ceil(seconds / 60),
        "failures": settings.AXES_FAILURE_LIMIT,
    }
    answer = render(request, "admin/sanctions/login_locked.html", context, status=429)
    answer.headers["Retry-After"] = str(seconds)
    add_never_cache_headers(answer)
    return answer


def locked_until(username: str | None, address: str | None, now: datetime) -> datetime:
    """Return when so many failures are too long ago to count that the rest are fewer than lock; now, if they are.

    The failures of each browser are one row, which counts from its last failure on.
    """
    cool_off: timedelta = settings.AXES_COOLOFF_TIME
    rows = AccessAttempt.objects.filter(username=username, ip_address=address, attempt_time__gte=now - cool_off)
    counted = 0
    for failures, at in rows.order_by("-attempt_time").values_list("failures_since_start", "attempt_time"):
        counted += failures
        if counted >= settings.AXES_FAILURE_LIMIT:
            return at + cool_off
    return now
