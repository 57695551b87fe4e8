"""Nothing is written under a wrong clock: the instants of the ledger are what ``known_at`` is asked by, for good.

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

#: Seconds after which it may be worth to try again.
RETRY_AFTER: Final = 60
_WAY_BACK: Final = (
    "Set the clocks right; docs/operations.md tells how wrong instants are corrected (manage.py mend_clock)."
)


def process_now() -> datetime:
    """Return what the clock of this process says."""
    return datetime.now(UTC)  # noqa: TID251 - the clock itself


def with_clock(rows: models.QuerySet[LedgerHead]) -> models.QuerySet[Any]:
    """Let the end of the ledger be read with what the clock of the database says: in one query."""
    if connection.vendor != "postgresql":
        return rows
    return rows.annotate(database_now=RawSQL("clock_timestamp()", [], output_field=models.DateTimeField()))


def database_clock(head: Any) -> datetime:
    """Return what the clock of the database said when the end of the ledger was read; on SQLite it is the server's."""
    if connection.vendor != "postgresql":
        return process_now()
    now: datetime = head.database_now
    return now.astimezone(UTC)


def database_now() -> datetime:
    """Return what the clock of the database says."""
    return database_clock(with_clock(LedgerHead.objects.filter(pk=1)).get())


@dataclass(frozen=True, slots=True)
class Clocks:
    """What the clocks say at one moment."""

    process: datetime
    database: datetime

    @classmethod
    def of(cls, head: Any) -> Clocks:
        """Return both as they were when the end of the ledger was read, :func:`with_clock`."""
        return cls(process_now(), database_clock(head))

    @classmethod
    def read(cls) -> Clocks:
        """Read both."""
        return cls(process_now(), database_now())

    @property
    def latest(self) -> datetime:
        """The last instant that may be recorded now."""
        return self.database + tolerance()

    def fault(self, head: datetime | None, at: datetime | None = None) -> str:
        """Return what is wrong with the clocks, the end of the ledger or an instant; empty if nothing is."""
        if abs(self.process - self.database) > tolerance():
            return (
                f"The clock of the server says {_written(self.process)}, that of the database "
                f"{_written(self.database)}: they are more than {tolerance().seconds} seconds apart."
            )
        if head is not None and head > self.latest:
            return f"The ledger ends at {_written(head)}, which is yet to come: it was written under a wrong clock."
        if at is not None and at > self.latest:
            return f"{_written(at)} is yet to come: the clock says {_written(self.database)}."
        return ""


def demand_clock(head: Any, at: datetime) -> None:
    """Refuse to record anything at an instant while the clocks disagree: :class:`ClocksDisagree`."""
    if fault := Clocks.of(head).fault(head.recorded_at, at):
        raise ClocksDisagree(f"Nothing was written. {fault} {_WAY_BACK}", RETRY_AFTER)


def clock_fault() -> str:
    """Return why nothing could be written now because of the clocks; empty if they are right."""
    head = with_clock(LedgerHead.objects.filter(pk=1)).first()
    return "" if head is None else Clocks.of(head).fault(head.recorded_at)


def tolerance() -> timedelta:
    """Return by how much clocks may disagree."""
    return timedelta(seconds=settings.CLOCK_TOLERANCE)


def _written(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
