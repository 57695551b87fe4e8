"""Hold a response until something is published: a waiting client is a coroutine, not a thread.

A view responds at once and may allow the server to hold the response (:func:`hold_answer`). The server then runs the
request again when the ledger has grown. Under another server nothing is held, and the response is still correct.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Hashable, MutableMapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, Final

logger = logging.getLogger(__name__)

#: Key of the :class:`Hold` in the WSGI environ.
_KEY: Final = "sanctions.hold"
#: Seconds between two queries for the end of the ledger.
POLL_INTERVAL: Final = 0.5
#: Responses that one process holds.
MOST_HELD: Final = 1_000
#: Retry-After, in seconds, when all places for held responses are taken.
ASK_AGAIN: Final = 5


@dataclass(slots=True)
class Hold:
    """How a response may be held: until the ledger is beyond ``after``, for at most ``seconds``.

    Responses with the same ``question`` differ only in headers about the client.
    """

    is_repeated: bool = False
    is_wanted: bool = False
    after: int = 0
    seconds: float = 0.0
    question: Hashable = None


def offer(environ: MutableMapping[str, Any], *, is_repeated: bool = False) -> Hold:
    """Allow a view to have its response held."""
    hold = environ[_KEY] = Hold(is_repeated)
    return hold


def hold_answer(environ: MutableMapping[str, Any], *, after: int, seconds: float, question: Hashable) -> None:
    """Ask the server to hold the response, if it can; see :class:`Hold`."""
    hold: Hold | None = environ.get(_KEY)
    if hold is not None:
        hold.is_wanted, hold.after, hold.seconds, hold.question = True, after, seconds, question


def is_repeated(environ: MutableMapping[str, Any]) -> bool:
    """Return whether the server repeats a request for a held response: it was counted at the first time."""
    hold: Hold | None = environ.get(_KEY)
    return hold is not None and hold.is_repeated


class LedgerWatch:
    """Polls the end of the ledger while clients wait: one query at a time for all of them."""

    def __init__(self, ledger_end: Callable[[], int], executor: Executor) -> None:
        self._ledger_end = ledger_end
        self._executor = executor
        self.end = 0
        self._grown = asyncio.Event()
        self._is_stopped = False
        self._watching: asyncio.Task[None] | None = None
        self.waiting = 0

    async def is_beyond(self, after: int) -> bool:
        """Wait until the ledger is beyond a sequence and return true; false if the server stops."""
        self.waiting += 1
        try:
            if self._watching is None:
                self._watching = asyncio.create_task(self._watch())
            while self.end <= after and not self._is_stopped:
                await self._grown.wait()
            return self.end > after
        finally:
            self.waiting -= 1

    def stop(self) -> None:
        """Release all waiting clients."""
        self._is_stopped = True
        self._grown.set()

    async def _watch(self) -> None:
        # The end known from earlier may be of a database that was restored from a backup since.
        self.end = 0
        try:
            while self.waiting and not self._is_stopped:
                await self._poll()
                await asyncio.sleep(POLL_INTERVAL)
        finally:
            self._watching = None

    async def _poll(self) -> None:
        try:
            end = await asyncio.get_running_loop().run_in_executor(self._executor, self._ledger_end)
        except Exception:
            logger.warning("The end of the ledger cannot be read.", exc_info=True)
            return
        if end != self.end:
            self.end = end
            grown, self._grown = self._grown, asyncio.Event()
            grown.set()
