"""The page that says that the database cannot answer now, and keeps what was typed.

It asks the database for nothing: neither who is signed in nor what the form was about.
"""

from __future__ import annotations

import re
from typing import Any, Final

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache

from sanctions.database.unavailability import Reason, Unavailable

_TITLES: Final[dict[Reason, tuple[str, str]]] = {
    "busy": ("The database is busy", "Something else is writing for longer than is waited for, such as an import."),
    "gone": ("The database cannot be reached", "It has stopped, or the way to it is broken."),
    "too_slow": ("This takes too long", "The database would work on it for longer than it may."),
}
#: Fields that no page repeats: passwords, and the codes of second factors.
_SECRET: Final = re.compile(r"(\w+_)?password\d?|code|otp_token")


@never_cache
def unavailable_page(request: HttpRequest, cause: Unavailable) -> HttpResponse:
    """Return the page, which sends the same form again where a form was sent."""
    title, explanation = _TITLES[cause.reason]
    context = {
        "title": title,
        "explanation": explanation,
        "address": request.get_full_path(),
        "is_read": request.method in ("GET", "HEAD"),
        **_kept(request),
    }
    headers = {"Retry-After": str(cause.retry_after)}
    return HttpResponse(render_to_string("server/unavailable.html", context), status=503, headers=headers)


def _kept(request: HttpRequest) -> dict[str, Any]:
    """Return what was sent. Another site's form is not repeated: only what has passed the check against forgery is."""
    if request.method != "POST" or not getattr(request, "csrf_processing_done", False):
        return {"is_kept": False}
    try:
        sent = [(name, value) for name, values in request.POST.lists() for value in values]
        files = [(name, file.name) for name, given in request.FILES.lists() for file in given]
    except (SuspiciousOperation, MultiPartParserError, OSError):
        return {"is_kept": False}
    fields = [(name, value) for name, value in sent if name != "csrfmiddlewaretoken"]
    return {
        "is_kept": bool(fields or files),
        "is_multipart": request.content_type == "multipart/form-data",
        "token": get_token(request),
        "fields": [(name, value) for name, value in fields if not _SECRET.fullmatch(name)],
        "secrets": sorted({name for name, value in fields if _SECRET.fullmatch(name) and value}),
        "files": files,
    }
