"""Run the WSGI application in a thread, while the event loop sends its response.

The thread does not wait for the client: what is not sent yet is spooled, long responses to a file. So a client that
reads slowly occupies no thread, no database connection and no snapshot of the database.
"""

from __future__ import annotations

import asyncio
import tempfile
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import IO, Any, Final
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

Headers = list[tuple[str, str]]

#: Bytes of one response that are kept in memory; the rest goes to a file.
_IN_MEMORY: Final = 1024 * 1024
#: Bytes that are sent in one message.
PIECE: Final = 64 * 1024
#: Bytes of all unsent responses of one process. Above it, threads wait for their clients.
MOST_BYTES_TOGETHER: Final = 4 * 1024 * 1024 * 1024
#: Seconds without progress after which a response that the client does not read is aborted.
PATIENCE: Final = 30.0


class AnswerEnded(Exception):
    """The client has disconnected, or has read nothing for :data:`PATIENCE` seconds."""


@dataclass(slots=True)
class ServerAnswer:
    """A response of the application; ``rest`` is the body of a streamed one."""

    status: int
    headers: Headers
    body: bytes
    rest: Spool | None = None


@dataclass(slots=True)
class SpooledBytes:
    """The number of unsent bytes of all responses of this process."""

    total: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, count: int) -> None:
        """Add to the number; negative counts subtract."""
        with self.lock:
            self.total += count


class Spool:
    """A buffer that a thread writes and the event loop reads; the thread waits only when the total limit is reached."""

    def __init__(self, loop: asyncio.AbstractEventLoop, together: SpooledBytes) -> None:
        self._loop = loop
        self._together = together
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed by abandon
        self._lock = threading.Lock()
        self._read = self._written = 0
        self._more = asyncio.Event()
        self._taken = threading.Event()
        self._is_complete = self._is_broken = self._is_abandoned = False

    # --- The thread ---

    def write(self, piece: bytes) -> None:
        """Add a piece; raise :class:`AnswerEnded` if the client no longer reads."""
        while self._together.total > MOST_BYTES_TOGETHER and not self._is_abandoned:
            self._taken.clear()
            if not self._taken.wait(PATIENCE):
                self._is_broken = True
                self._wake()
                raise AnswerEnded
        with self._lock:
            if self._is_abandoned:
                raise AnswerEnded
            self._file.seek(self._written)
            self._file.write(piece)
            self._written += len(piece)
        self._together.add(len(piece))
        self._wake()

    def finish(self, *, broken: bool = False) -> None:
        """Mark the end of the response; ``broken`` if it is incomplete."""
        self._is_complete, self._is_broken = True, self._is_broken or broken
        self._wake()

    def _wake(self) -> None:
        self._loop.call_soon_threadsafe(self._more.set)

    # --- The event loop ---

    async def read(self) -> bytes | None:
        """Return the next piece, ``None`` at the end; raise :class:`AnswerEnded` if the response is incomplete."""
        while True:
            if self._is_abandoned:
                raise AnswerEnded
            self._more.clear()
            is_complete = self._is_complete
            with self._lock:
                self._file.seek(self._read)
                piece = self._file.read(PIECE)
                self._read += len(piece)
            if piece:
                self._together.add(-len(piece))
                self._taken.set()
                return piece
            if self._is_broken:
                raise AnswerEnded
            if is_complete:
                return None
            await self._more.wait()

    def abandon(self) -> None:
        """Stop reading; the thread gets :class:`AnswerEnded` at its next write."""
        with self._lock:
            self._is_abandoned = True
            self._together.add(self._read - self._written)
            self._read = self._written
            self._file.close()
        self._taken.set()
        self._more.set()


def answer_in_thread(
    application: WSGIApplication,
    environ: WSGIEnvironment,
    start_stream: Callable[[ServerAnswer], Spool],
) -> ServerAnswer | None:
    """Run the application to its end; return its response, or ``None`` for a stream, which ``start_stream`` gets."""
    started: list[tuple[int, Headers]] = []

    def start_response(status: str, headers: Headers, _: Any = None) -> Callable[[bytes], object]:
        started[:] = [(int(status[:3]), headers)]
        return _no_write

    pieces: Iterable[bytes] = application(environ, _as_start_response(start_response))
    try:
        ((status, headers),) = started
        if environ["REQUEST_METHOD"] == "HEAD":
            return ServerAnswer(status, headers, b"")
        if not getattr(pieces, "streaming", True):
            return ServerAnswer(status, headers, b"".join(pieces))
        spool = start_stream(ServerAnswer(status, headers, b""))
        try:
            for piece in pieces:
                spool.write(piece)
        except AnswerEnded:
            pass
        except BaseException:
            spool.finish(broken=True)
            raise
        spool.finish()
        return None
    finally:
        if (close := getattr(pieces, "close", None)) is not None:
            close()


def _as_start_response(function: Callable[..., Any]) -> StartResponse:
    return function


def _no_write(piece: bytes) -> None:
    # PEP 3333 keeps ``write`` for frameworks older than itself; Django returns bodies.
    raise NotImplementedError("Return the body instead of writing it.")
