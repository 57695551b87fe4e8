"""Reject writes under a wrong clock: instants of the ledger are permanent, and ``known_at`` is answered by them.

Three clocks are compared: that of this process, that of the database, and the end of the ledger, which is never ahead
of the others. On SQLite the first two are the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import connection, models
from django.db.models.expressions import RawSQL

from sanctions.exceptions import ClocksDisagree
from sanctions.models import LedgerHead

#: Seconds after which a client may try again.
RETRY_AFTER: Final = 60
_WAY_BACK: Final = "Set the clocks right. How to correct wrong instants (manage.py mend_clock): docs/operations.md."


def process_now() -> datetime:
    """Return the time of this process, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the clock itself


def with_clock(rows: models.QuerySet[LedgerHead]) -> models.QuerySet[Any]:
    """Add the database's time to the head of the ledger, so that one query reads both."""
    if connection.vendor != "postgresql":
        return rows
    return rows.annotate(database_now=RawSQL("clock_timestamp()", [], output_field=models.DateTimeField()))


def database_clock(head: Any) -> datetime:
    """Return the database's time when the head was read by :func:`with_clock`; on SQLite that of this process."""
    if connection.vendor != "postgresql":
        return process_now()
    now: datetime = head.database_now
    return now.astimezone(UTC)


def database_now() -> datetime:
    """Return the time of the database, in UTC."""
    return database_clock(with_clock(LedgerHead.objects.filter(pk=1)).get())


@dataclass(frozen=True, slots=True)
class Clocks:
    """The times of this process and of the database, read together."""

    process: datetime
    database: datetime

    @classmethod
    def of(cls, head: Any) -> Clocks:
        """Return both for a head of the ledger that was read by :func:`with_clock`."""
        return cls(process_now(), database_clock(head))

    @classmethod
    def read(cls) -> Clocks:
        """Read both now."""
        return cls(process_now(), database_now())

    @property
    def latest(self) -> datetime:
        """The last instant that may be recorded now."""
        return self.database + tolerance()

    def fault(self, head: datetime | None, at: datetime | None = None) -> str:
        """Return what is wrong with the clocks, the end of the ledger or an instant; empty if nothing is wrong."""
        if abs(self.process - self.database) > tolerance():
            return (
                f"The clock of the server shows {_format(self.process)}, that of the database "
                f"{_format(self.database)}: they are more than {tolerance().seconds} seconds apart."
            )
        if head is not None and head > self.latest:
            return f"The ledger ends at {_format(head)}, in the future: it was written under a wrong clock."
        if at is not None and at > self.latest:
            return f"{_format(at)} is in the future: the clock shows {_format(self.database)}."
        return ""


def require_right_clock(head: Any, at: datetime) -> None:
    """Raise :class:`ClocksDisagree` if clocks disagree, or the head or the instant ``at`` is in the future."""
    if fault := Clocks.of(head).fault(head.recorded_at, at):
        raise ClocksDisagree(f"Nothing was written. {fault} {_WAY_BACK}", RETRY_AFTER)


def clock_fault() -> str:
    """Return why the clocks prevent writes now; empty if they are right."""
    head = with_clock(LedgerHead.objects.filter(pk=1)).first()
    return "" if head is None else Clocks.of(head).fault(head.recorded_at)


def tolerance() -> timedelta:
    """Return how far clocks may be apart (``CLOCK_TOLERANCE``)."""
    return timedelta(seconds=settings.CLOCK_TOLERANCE)


def whole_milliseconds(instant: datetime) -> datetime:
    """Cut an instant to milliseconds: what Django's serialisers keep, so that a dump does not break the chain."""
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def _format(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
