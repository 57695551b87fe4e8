"""How far long work is, told to whoever waits for it.

The work is one transaction, of which nobody sees anything before its end. So it is told beside the database, in the
cache that the processes share, and asked for by the page that waits (``admin.js``).
"""

from __future__ import annotations

import logging
import math
import time
from typing import Final

from django.core.cache import cache
from django.http import HttpRequest, JsonResponse

logger = logging.getLogger(__name__)

#: Seconds between two tellings, and for which one is kept.
_PAUSE: Final = 0.5
_KEPT: Final = 60


class Telling:
    """Tells how far a piece of work of somebody is; what cannot be told is done all the same."""

    def __init__(self, request: HttpRequest, work: str) -> None:
        self._key = _key(request, work)
        self._stage, self._done, self._told = "", 0, -math.inf

    def tell(self, stage: str, more: int, total: int | None) -> None:
        """Tell that ``more`` of a stage is done, of a total if there is one."""
        if stage != self._stage:
            self._stage, self._done = stage, 0
        self._done += more
        if time.monotonic() - self._told < _PAUSE:
            return
        self._told = time.monotonic()
        try:
            cache.set(self._key, {"stage": stage, "done": self._done, "total": total}, _KEPT)
        except Exception:
            # A full disk, a server that has gone: whatever keeps it from being told keeps nothing from being done.
            logger.exception("It cannot be told how far the work is.")


def progress_of(request: HttpRequest, work: str) -> JsonResponse:
    """Answer how far a piece of work of whoever asks is: its stage, how much is done, the total; nothing if unknown."""
    return JsonResponse(cache.get(_key(request, work)) or {})


def _key(request: HttpRequest, work: str) -> str:
    return f"progress/{request.user.pk}/{work}"
