"""Recognise errors that mean that the database is unavailable now, so that the same request may succeed later.

All HTTP views respond with 503 and ``Retry-After`` if :func:`unavailable` recognises an error. Any other error is a
fault of the code.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import psycopg
from django.db import Error as DjangoDatabaseError
from django.db import InterfaceError, OperationalError, connection

Reason = Literal["busy", "gone", "too_slow"]


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Why the database is unavailable, and after how many seconds to try again.

    ``busy``: another writer holds its lock for longer than the limit. ``gone``: the database cannot be reached or is
    not complete. ``too_slow``: the request took longer than its limit.
    """

    reason: Reason
    retry_after: int

    @property
    def message(self) -> str:
        """The message for the user: what happened and what to do."""
        return f"{_MESSAGES[self.reason]} Ask again in {self.retry_after} seconds."


BUSY: Final = Unavailable("busy", 5)
#: The most requests that may write, or check passwords, at once are doing so.
BUSY_FOR_A_MOMENT: Final = Unavailable("busy", 1)
GONE: Final = Unavailable("gone", 10)
TOO_SLOW: Final = Unavailable("too_slow", 30)

_MESSAGES: Final[dict[Reason, str]] = {
    "busy": "Somebody else is writing, and the database is busy. Nothing was written.",
    "gone": "The database cannot be reached. Nothing was written.",
    "too_slow": "The database took longer than a request may. Nothing was written.",
}
#: The result code without its extension → what it means (https://www.sqlite.org/rescode.html).
_SQLITE_CODES: Final = {
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_INTERRUPT: TOO_SLOW,
    sqlite3.SQLITE_IOERR: GONE,
    sqlite3.SQLITE_FULL: GONE,
    sqlite3.SQLITE_CANTOPEN: GONE,
}
#: SQLSTATE, whole or its class → what it means (PostgreSQL's appendix A).
_SQLSTATES: Final = {
    "08": GONE,  # connection exceptions
    "25P03": TOO_SLOW,  # idle in a transaction for too long
    "25P04": TOO_SLOW,  # transaction_timeout
    "25006": GONE,  # read-only: a standby answers where the primary did
    "40001": BUSY,  # serialization failure
    "40P01": BUSY,  # deadlock
    "42P01": GONE,  # the table does not exist: before or during a migration
    "53": BUSY,  # no connections, memory or room left
    "55P03": BUSY,  # lock_timeout
    "57014": TOO_SLOW,  # statement_timeout
    "57P": GONE,  # the server is stopping, starting, or has dropped the connection
}


def database_file_is_missing() -> bool:
    """Return whether the file of an SQLite database was removed; an open connection would still write to it."""
    settings = connection.settings_dict
    name = str(settings["NAME"])
    if connection.vendor != "sqlite" or ":memory:" in name or "mode=memory" in name or Path(name).exists():
        return False
    if not connection.in_atomic_block:
        connection.close()
    return True


def unavailable(error: BaseException) -> Unavailable | None:
    """Return how the database is unavailable, according to an error; ``None`` if it is another kind of error."""
    for cause in _causes(error):
        match cause:
            case sqlite3.Error():
                return _of_sqlite(cause)
            case psycopg.Error(sqlstate=str(state)):
                return next((_SQLSTATES[key] for key in (state, state[:3], state[:2]) if key in _SQLSTATES), None)
            case psycopg.OperationalError() | psycopg.InterfaceError():
                # Without a state the error is not from the server: no connection, or a broken one.
                return GONE
    if isinstance(error, InterfaceError) or (isinstance(error, OperationalError) and error.__cause__ is None):
        return GONE
    return None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the error that Django has wrapped, then the error itself."""
    if isinstance(error, DjangoDatabaseError) and error.__cause__ is not None:
        yield error.__cause__
    yield error


def _of_sqlite(error: sqlite3.Error) -> Unavailable | None:
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None and (known := _SQLITE_CODES.get(code & 0xFF)):
        return known
    # The file is new and empty, or a migration is under way.
    return GONE if str(error).startswith("no such table") else None
