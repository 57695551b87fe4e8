"""Recognise requests of anonymous readers, whose answers do not depend on the user."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.http import HttpRequest

#: The prefix of the editorial API, whose addresses are not public.
DESK: Final = f"{settings.API_ROOT}desk/"
#: Methods that change nothing (RFC 9110, section 9.2.1).
SAFE: Final = frozenset({"GET", "HEAD"})


def is_of_a_reader(request: HttpRequest) -> bool:
    """Return whether a request below the API reads, and has neither a token nor a session."""
    return (
        request.method in SAFE
        and request.path_info.startswith(settings.API_PREFIX)
        and "HTTP_AUTHORIZATION" not in request.META
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
    )
