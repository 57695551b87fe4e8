"""Bodies that are sent while they are made.

The first megabyte is made before the status: a fault in it is a problem document, and a list that is no longer is an
ordinary answer. The rest is made while it is sent. An exception in it is raised to the server, which breaks the
connection, so that no client takes what it has for the whole (decision 040).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack
from itertools import chain
from typing import Final, cast

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse

#: Bytes of a body that are made before its status is sent.
BEFORE_STATUS: Final = 1024 * 1024


class _Body(Iterator[bytes]):
    """The pieces of a body; the response calls ``close`` when it is sent or given up."""

    def __init__(self, pieces: Iterable[bytes], close: Callable[[], None]) -> None:
        self._pieces = iter(pieces)
        self.close = close

    def __next__(self) -> bytes:
        return next(self._pieces)


def respond(pieces: Generator[bytes], content_type: str) -> HttpResponseBase:
    """Return a response of the pieces: complete if it is short, else begun. What the first pieces raise is raised."""
    begin = bytearray()
    for piece in pieces:
        begin += piece
        if len(begin) >= BEFORE_STATUS:
            body = _Body(chain([bytes(begin)], pieces), pieces.close)
            return StreamingHttpResponse(body, content_type=content_type)
    return HttpResponse(bytes(begin), content_type=content_type)


def close_after(response: HttpResponseBase, stack: ExitStack) -> HttpResponseBase:
    """Keep the contexts of a stack open until a streamed response is closed; it is made in them."""
    if isinstance(response, StreamingHttpResponse):
        pieces = cast("Iterator[bytes]", response.streaming_content)
        response.streaming_content = _Body(pieces, stack.pop_all().close)
    return response
