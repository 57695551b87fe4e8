"""The page for a database that cannot answer, with a button that sends the same form again.

It reads nothing from the database, not even who is signed in.
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
    "busy": ("The database is busy", "A long write, such as an import, blocks it. Try again in a moment."),
    "gone": ("The database cannot be reached", "It has stopped, or the connection to it is broken."),
    "too_slow": ("This takes too long", "The request was stopped because it exceeded the time limit of the database."),
}
#: Fields whose values are not sent back: passwords and codes of second factors.
_SECRET: Final = re.compile(r"(\w+_)?password\d?|code|otp_token")


@never_cache
def unavailable_page(request: HttpRequest, cause: Unavailable) -> HttpResponse:
    """Return the page; after a POST it contains the form data, to send it again."""
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
    """Return the form data, only if the request passed the CSRF check: the form of another site is not repeated."""
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
