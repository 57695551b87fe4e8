"""Which state of a thing a request is meant for: strong ETags, and If-Match."""

from __future__ import annotations

import re
from typing import Final

from rest_framework.request import Request

from api.http.problems import PreconditionRequired

_ETAG: Final = re.compile(r'"([!#-~]{1,200})"')


def etag(stamp: str) -> str:
    """Return the strong ETag of what has such a stamp."""
    return f'"{stamp}"'


def expected(request: Request) -> str:
    """Return the stamp of what whoever asks has read; a problem of type precondition-required if it is not told."""
    return stamp_of(request.headers.get("If-Match", "").strip())


def stamp_of(header: str) -> str:
    """Return the stamp that an ETag is made of, likewise."""
    if found := _ETAG.fullmatch(header):
        return found[1]
    if header:
        raise PreconditionRequired("If-Match takes the one strong ETag of what you have read, in its quotation marks.")
    raise PreconditionRequired("Send the ETag of what you have read with If-Match.")
