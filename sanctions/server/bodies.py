"""Read the body of a request before a thread is given to it, within bounds of size and time."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import IO, Any, Final

Receive = Callable[[], Awaitable[Mapping[str, Any]]]

#: Bytes of one body. The largest is an upload of lists in the admin, which takes 128 MB of files.
MOST_BYTES: Final = 136 * 1024 * 1024
#: Bytes of all bodies that one process keeps at the same time.
MOST_BYTES_TOGETHER: Final = 1024 * 1024 * 1024
#: Bytes of one body that are kept in memory; what is longer goes to a file.
_IN_MEMORY: Final = 64 * 1024
#: Seconds that any body may take, and bytes that buy another one.
PATIENCE: Final = 20.0
LEAST_RATE: Final = 50_000


class BodyRefused(Exception):
    """A body that is not read to its end: the status to answer with, and why."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class ClientGone(Exception):
    """The client has closed the connection."""


class Bodies:
    """Reads bodies, and knows how many bytes they take together."""

    def __init__(self) -> None:
        self.kept = 0

    async def read(self, receive: Receive, announced: int) -> RequestBody:
        """Return the whole body, which says it has so many bytes; :class:`BodyRefused`, :class:`ClientGone`."""
        if announced > MOST_BYTES:
            raise _too_large()
        body = RequestBody(self)
        try:
            await body.fill(receive)
        except BaseException:
            body.close()
            raise
        return body


class RequestBody:
    """A body that has arrived; ``file`` is at its begin. Whoever has it closes it."""

    def __init__(self, bodies: Bodies) -> None:
        self._bodies = bodies
        self.size = 0
        self.file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - it is kept

    async def fill(self, receive: Receive) -> None:
        """Read to the end."""
        begin = time.monotonic()
        more = True
        while more:
            left = PATIENCE + self.size / LEAST_RATE - (time.monotonic() - begin)
            try:
                message = await asyncio.wait_for(receive(), max(left, 0))
            except TimeoutError:
                raise BodyRefused(408, "The body of the request came too slowly. Send it again.") from None
            if message["type"] == "http.disconnect":
                raise ClientGone
            self._take(message.get("body", b""))
            more = message.get("more_body", False)
        self.file.seek(0)

    def _take(self, piece: bytes) -> None:
        if self.size + len(piece) > MOST_BYTES:
            raise _too_large()
        if self._bodies.kept + len(piece) > MOST_BYTES_TOGETHER:
            raise BodyRefused(503, "Too much is being uploaded at this moment. Send it again in a minute.")
        self.file.write(piece)
        self.size += len(piece)
        self._bodies.kept += len(piece)

    def close(self) -> None:
        """Give up the room that it takes."""
        self._bodies.kept -= self.size
        self.size = 0
        with suppress(OSError):
            self.file.close()


def _too_large() -> BodyRefused:
    return BodyRefused(413, f"The body of a request has {MOST_BYTES // 1024 // 1024} MB at most.")
