"""Read the body of a request before it gets a thread, within limits of size and time."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import IO, Any, Final

Receive = Callable[[], Awaitable[Mapping[str, Any]]]

#: Bytes of one body. The largest is an upload of lists in the admin: 128 MB of files.
MOST_BYTES: Final = 136 * 1024 * 1024
#: Bytes of all bodies that one process holds at the same time.
MOST_BYTES_TOGETHER: Final = 1024 * 1024 * 1024
#: Bytes of one body that are kept in memory; longer ones go to a file.
_IN_MEMORY: Final = 64 * 1024
#: Seconds for any body, and bytes for which one more second is allowed.
PATIENCE: Final = 20.0
LEAST_RATE: Final = 50_000


class BodyRejected(Exception):
    """A body that is not read to its end; the status and the reason of the response."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class ClientGone(Exception):
    """The client has closed the connection."""


class Bodies:
    """Reads bodies and counts how many bytes they take together."""

    def __init__(self) -> None:
        self.kept = 0

    async def read(self, receive: Receive, announced: int) -> RequestBody:
        """Read a body; ``announced`` is its Content-Length. Raises :class:`BodyRejected` or :class:`ClientGone`."""
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
    """A body that has arrived, with ``file`` at its start. Close it after use."""

    def __init__(self, bodies: Bodies) -> None:
        self._bodies = bodies
        self.size = 0
        self.file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed by close

    async def fill(self, receive: Receive) -> None:
        """Read to the end."""
        begin = time.monotonic()
        more = True
        while more:
            left = PATIENCE + self.size / LEAST_RATE - (time.monotonic() - begin)
            try:
                message = await asyncio.wait_for(receive(), max(left, 0))
            except TimeoutError:
                raise BodyRejected(408, "The body of the request arrived too slowly. Send it again.") from None
            if message["type"] == "http.disconnect":
                raise ClientGone
            self._take(message.get("body", b""))
            more = message.get("more_body", False)
        self.file.seek(0)

    def _take(self, piece: bytes) -> None:
        if self.size + len(piece) > MOST_BYTES:
            raise _too_large()
        if self._bodies.kept + len(piece) > MOST_BYTES_TOGETHER:
            raise BodyRejected(503, "The server receives too many uploads. Send it again in a minute.")
        self.file.write(piece)
        self.size += len(piece)
        self._bodies.kept += len(piece)

    def close(self) -> None:
        """Release the bytes that the body takes."""
        self._bodies.kept -= self.size
        self.size = 0
        with suppress(OSError):
            self.file.close()


def _too_large() -> BodyRejected:
    return BodyRejected(413, f"The body of a request may have at most {MOST_BYTES // 1024 // 1024} MB.")
