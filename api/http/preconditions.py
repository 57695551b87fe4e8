"""Preconditions of writing requests: strong ETags in If-Match (RFC 9110, section 13.1.1)."""

from __future__ import annotations

import re
from typing import Final

from rest_framework.request import Request

from api.http.problems import PreconditionRequired

_ETAG: Final = re.compile(r'"([!#-~]{1,200})"')


def etag(stamp: str) -> str:
    """Return the strong ETag with an opaque stamp."""
    return f'"{stamp}"'


def expected(request: Request) -> str:
    """Return the stamp in If-Match: of the state that the client has read. Raises :class:`PreconditionRequired`."""
    return stamp_of(request.headers.get("If-Match", "").strip())


def stamp_of(header: str) -> str:
    """Return the stamp of an ETag. Raises :class:`PreconditionRequired` unless it is one strong ETag."""
    if match := _ETAG.fullmatch(header):
        return match[1]
    if header:
        raise PreconditionRequired(
            "If-Match takes one strong ETag in quotation marks: that of the state that you have read."
        )
    raise PreconditionRequired("Send the ETag of the state that you have read with If-Match.")
