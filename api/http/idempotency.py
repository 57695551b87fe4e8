"""Requests that may be sent again: ``Idempotency-Key`` (draft-ietf-httpapi-idempotency-key-header).

The key is written first, in the transaction of the change. A repeated request waits for that transaction and gets its
answer; if the transaction was rolled back, the key is gone with it and the request is processed now. A server that dies
in between leaves nothing behind. Rejections are not stored: they change nothing, and are computed again. Nor are faults
of the server: the transaction is rolled back, for a bulk request with all its items, so that sending it again does all
of it once (decision 039).
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response

from api.http.bodies import raw_body
from api.http.problems import IdempotencyKeyReused
from sanctions.models import IdempotencyKey

#: The form of a key, which may be in quotation marks.
PATTERN: Final = r"[!#-\[\]-~]{1,200}"
#: The header of the request.
HEADER: Final = "Idempotency-Key"
#: The header that marks a stored answer.
REPLAYED: Final = "Idempotent-Replayed"
#: How long an answer is stored.
KEPT: Final = timedelta(hours=24)
_KEY: Final = re.compile(f'"({PATTERN})"|({PATTERN})')
_HEADERS: Final = ("Content-Type", "ETag", "Location")


class Repeated(Exception):
    """The request was processed before; ``stored`` has its answer."""

    def __init__(self, stored: IdempotencyKey) -> None:
        super().__init__(stored.key)
        self.stored = stored

    def answer(self) -> HttpResponse:
        """Return the stored answer, marked as such."""
        headers = {**self.stored.headers, REPLAYED: "true"}
        return HttpResponse(bytes(self.stored.body), status=self.stored.status, headers=headers)


def key_of(request: HttpRequest) -> str:
    """Return the key of a request without quotation marks, empty if it has none; ParseError for a malformed key."""
    if HEADER not in request.headers:
        return ""
    match = _KEY.fullmatch(request.headers[HEADER].strip())
    if match is None:
        raise ParseError(
            f"{HEADER} must have 1 to 200 visible ASCII characters, such as a UUID, without quotation marks inside."
        )
    return match[1] or match[2]


def begin(request: Request, user: User, key: str, at: datetime) -> IdempotencyKey:
    """Write the key of a request; within the transaction of its change.

    Raises :class:`Repeated` if the same request was processed before, and :class:`IdempotencyKeyReused` if a different
    request was.
    """
    fingerprint = _fingerprint(request)
    keys_of_user = IdempotencyKey.objects.filter(user=user)
    keys_of_user.filter(created_at__lte=at - KEPT).delete()
    try:
        with transaction.atomic():
            return IdempotencyKey.objects.create(user=user, key=key, fingerprint=fingerprint, created_at=at)
    except IntegrityError:
        stored = keys_of_user.get(key=key)
    if stored.fingerprint != fingerprint:
        raise IdempotencyKeyReused(
            f"{HEADER} {key} was already used with a different request. Send this request with a new key."
        )
    raise Repeated(stored)


def store_answer(key: IdempotencyKey, response: Response) -> None:
    """Store the answer to a processed request."""
    key.status, key.body = response.status_code, response.rendered_content
    key.headers = {name: response[name] for name in _HEADERS if name in response}
    key.save(update_fields=["status", "body", "headers"])


def _fingerprint(request: Request) -> str:
    """Return a digest of the method, address, precondition and body; lengths keep the parts apart."""
    parts = (request.method or "", request.get_full_path(), request.headers.get("If-Match", ""))
    digest = sha256()
    for part in (*(part.encode() for part in parts), raw_body(request)):
        digest.update(f"{len(part)}:".encode() + part)
    return digest.hexdigest()
