"""The progress of long work, for the page that waits for it.

The work is one transaction, so nothing of it is visible in the database before its end. Progress is kept in the cache
that the processes share, and read by the waiting page (``admin.js``).
"""

from __future__ import annotations

import logging
import math
import time
from typing import Final

from django.core.cache import cache
from django.http import HttpRequest, JsonResponse

logger = logging.getLogger(__name__)

#: Seconds between two reports, and for which one is kept.
_PAUSE: Final = 0.5
_KEPT: Final = 60


class ProgressReport:
    """Reports the progress of one piece of work of a user. Work goes on where reporting fails."""

    def __init__(self, request: HttpRequest, work: str) -> None:
        self._key = _key(request, work)
        self._stage, self._done, self._reported_at = "", 0, -math.inf

    def report(self, stage: str, more: int, total: int | None) -> None:
        """Report that ``more`` items of a stage are done, of a total if it is known."""
        if stage != self._stage:
            self._stage, self._done = stage, 0
        self._done += more
        if time.monotonic() - self._reported_at < _PAUSE:
            return
        self._reported_at = time.monotonic()
        try:
            cache.set(self._key, {"stage": stage, "done": self._done, "total": total}, _KEPT)
        except Exception:
            # A full disk or a lost server: the work itself does not depend on the report.
            logger.exception("The progress of the work cannot be reported.")


def progress_of(request: HttpRequest, work: str) -> JsonResponse:
    """Return the stage, the items done and the total of a piece of work of the user; an empty object if unknown."""
    return JsonResponse(cache.get(_key(request, work)) or {})


def _key(request: HttpRequest, work: str) -> str:
    return f"progress/{request.user.pk}/{work}"
