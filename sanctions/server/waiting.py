"""Hold an answer until something is published: who waits is a coroutine, and not a thread.

A view answers at once with what there is, and may say that the answer can be held (:func:`hold_answer`). The server
then asks the view again when the ledger has grown. Where another server runs the application nothing is held, and the
answer is right all the same.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Hashable, MutableMapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, Final

logger = logging.getLogger(__name__)

#: Where the server's offer to hold the answer is among what a request says.
_KEY: Final = "sanctions.hold"
#: Seconds between two looks at the end of the ledger.
LOOK: Final = 0.5
#: Answers that one process holds.
MOST_HELD: Final = 1_000
#: Seconds after which to ask again where no more are held.
ASK_AGAIN: Final = 5


@dataclass(slots=True)
class Hold:
    """How the answer to a request may be held: until the ledger is beyond ``after``, ``seconds`` at most.

    Answers with the same ``question`` are the same but for what they say of who asks.
    """

    is_repeated: bool = False
    is_wanted: bool = False
    after: int = 0
    seconds: float = 0.0
    question: Hashable = None


def offer(environ: MutableMapping[str, Any], *, is_repeated: bool = False) -> Hold:
    """Offer a view to hold its answer."""
    hold = environ[_KEY] = Hold(is_repeated)
    return hold


def hold_answer(environ: MutableMapping[str, Any], *, after: int, seconds: float, question: Hashable) -> None:
    """Ask the server to hold the answer, if it can: see :class:`Hold`."""
    hold: Hold | None = environ.get(_KEY)
    if hold is not None:
        hold.is_wanted, hold.after, hold.seconds, hold.question = True, after, seconds, question


def is_repeated(environ: MutableMapping[str, Any]) -> bool:
    """Return whether a request is asked again by the server for an answer that was held: it has been counted."""
    hold: Hold | None = environ.get(_KEY)
    return hold is not None and hold.is_repeated


class LedgerWatch:
    """Watches the end of the ledger while somebody waits for it: one short question at a time for all of them."""

    def __init__(self, ledger_end: Callable[[], int], executor: Executor) -> None:
        self._ledger_end = ledger_end
        self._executor = executor
        self.end = 0
        self._grown = asyncio.Event()
        self._is_stopped = False
        self._watching: asyncio.Task[None] | None = None
        self.waiting = 0

    async def is_beyond(self, after: int) -> bool:
        """Return, as soon as it is so, that the ledger is beyond a sequence; false if the server stops."""
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
        """Let nobody wait any longer."""
        self._is_stopped = True
        self._grown.set()

    async def _watch(self) -> None:
        # What was known when nobody waited may be of a database that has been put back since.
        self.end = 0
        try:
            while self.waiting and not self._is_stopped:
                await self._look()
                await asyncio.sleep(LOOK)
        finally:
            self._watching = None

    async def _look(self) -> None:
        try:
            end = await asyncio.get_running_loop().run_in_executor(self._executor, self._ledger_end)
        except Exception:
            logger.warning("The end of the ledger cannot be read.", exc_info=True)
            return
        if end != self.end:
            self.end = end
            grown, self._grown = self._grown, asyncio.Event()
            grown.set()
