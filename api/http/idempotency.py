"""Requests that may be sent again: ``Idempotency-Key`` (draft-ietf-httpapi-idempotency-key-header).

The key is written before anything is done, in the transaction of what is done. Whoever sends it again meanwhile waits
for that transaction, and gets its answer; if it was undone, there is no key, and the request is done now. So nothing is
left behind by a server that dies between the two. Refusals are not kept: they have changed nothing, and are told anew.
Nor is a fault of ours: the transaction is rolled back, also where a bulk request had done some of its items, so that
sending the request again does all of it once (decision 039).
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

#: What a key is, with or without quotation marks.
PATTERN: Final = r"[!#-\[\]-~]{1,200}"
#: The header by which a request is known again.
HEADER: Final = "Idempotency-Key"
#: The header that says that an answer is one of before.
REPLAYED: Final = "Idempotent-Replayed"
#: For how long an answer is kept.
KEPT: Final = timedelta(hours=24)
_KEY: Final = re.compile(f'"({PATTERN})"|({PATTERN})')
_HEADERS: Final = ("Content-Type", "ETag", "Location")


class Repeated(Exception):
    """The request was done before: ``kept`` is what was answered."""

    def __init__(self, kept: IdempotencyKey) -> None:
        super().__init__(kept.key)
        self.kept = kept

    def answer(self) -> HttpResponse:
        """Return the answer of before, which says that it is one."""
        headers = {**self.kept.headers, REPLAYED: "true"}
        return HttpResponse(bytes(self.kept.body), status=self.kept.status, headers=headers)


def key_of(request: HttpRequest) -> str:
    """Return the key of a request, with or without its quotation marks; empty if it has none.

    Raises a problem of type bad-request for what is no key.
    """
    if HEADER not in request.headers:
        return ""
    found = _KEY.fullmatch(request.headers[HEADER].strip())
    if found is None:
        raise ParseError(f"{HEADER} has 1 to 200 visible ASCII characters, such as a UUID, and no quotation mark.")
    return found[1] or found[2]


def begin(request: Request, user: User, key: str, at: datetime) -> IdempotencyKey:
    """Note that a request with the key is being done; within a transaction that also does it.

    Raises :class:`Repeated` if it was done before, and a problem of type idempotency-key-reused if something else was.
    """
    fingerprint = _fingerprint(request)
    mine = IdempotencyKey.objects.filter(user=user)
    mine.filter(created_at__lte=at - KEPT).delete()
    try:
        with transaction.atomic():
            return IdempotencyKey.objects.create(user=user, key=key, fingerprint=fingerprint, created_at=at)
    except IntegrityError:
        kept = mine.get(key=key)
    if kept.fingerprint != fingerprint:
        raise IdempotencyKeyReused(f"The key {key} was sent with another request: other address, precondition or body.")
    raise Repeated(kept)


def keep(noted: IdempotencyKey, response: Response) -> None:
    """Keep the answer to a request that has been done."""
    noted.status, noted.body = response.status_code, response.rendered_content
    noted.headers = {name: response[name] for name in _HEADERS if name in response}
    noted.save(update_fields=["status", "body", "headers"])


def _fingerprint(request: Request) -> str:
    """Return what tells one request from another: lengths keep the parts apart."""
    parts = (request.method or "", request.get_full_path(), request.headers.get("If-Match", ""))
    digest = sha256()
    for part in (*(part.encode() for part in parts), raw_body(request)):
        digest.update(f"{len(part)}:".encode() + part)
    return digest.hexdigest()
