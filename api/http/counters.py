"""Counters in a file that all processes of one machine share, where there is no server for them."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from limits.storage import Storage

_TABLE: Final = (
    "CREATE TABLE IF NOT EXISTS counter (key TEXT PRIMARY KEY, hits INTEGER NOT NULL, ends REAL NOT NULL) WITHOUT ROWID"
)
#: A window that has ended begins again with the next hit.
_HIT: Final = """
INSERT INTO counter VALUES (:key, :hits, :now + :seconds)
ON CONFLICT (key) DO UPDATE SET
    hits = CASE WHEN ends <= :now THEN 0 ELSE hits END + :hits,
    ends = CASE WHEN ends <= :now THEN excluded.ends ELSE ends END
"""
#: Seconds between two times at which a process removes what has ended.
_SWEEP: Final = 60.0
#: Seconds that a hit waits for those of others.
_PATIENCE: Final = 1.0


class FileStorage(Storage):
    """Counts in an SQLite file of its own: no reader of the database waits for its writers because of a counter.

    What is counted is worth nothing after a minute, so nothing waits for the disk. Every thread has its own connection.
    """

    STORAGE_SCHEME = ["sqlite"]

    def __init__(self, uri: str, wrap_exceptions: bool = False, **options: Any) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions, **options)
        self._file = Path(unquote(urlsplit(uri).path))
        self._own = threading.local()
        self._swept = 0.0

    @property
    def base_exceptions(self) -> type[Exception]:
        """What can go wrong with the file."""
        return sqlite3.Error

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count a hit, and return how many there were in its window, which ends ``expiry`` seconds after its first."""
        now = time.time()
        connection = self._connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            connection.execute(_HIT, {"key": key, "hits": amount, "now": now, "seconds": expiry})
            (hits,) = connection.execute("SELECT hits FROM counter WHERE key = ?", [key]).fetchone()
            self._sweep(connection, now)
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")
        return int(hits)

    def take(self, key: str, expiry: int, cost: int, most: int) -> tuple[int, float, bool]:
        """Count ``cost`` hits, unless there would be more than ``most``.

        Return how many hits the window has, when it ends, and whether these were counted.
        """
        now = time.time()
        connection = self._connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            row = connection.execute("SELECT hits, ends FROM counter WHERE key = ? AND ends > ?", [key, now]).fetchone()
            hits, ends = row or (0, now + expiry)
            fits = hits + cost <= most
            if fits:
                hits += cost
                connection.execute("INSERT OR REPLACE INTO counter VALUES (?, ?, ?)", [key, hits, ends])
            self._sweep(connection, now)
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")
        return int(hits), float(ends), fits

    def _sweep(self, connection: sqlite3.Connection, now: float) -> None:
        if now - self._swept > _SWEEP:
            self._swept = now
            connection.execute("DELETE FROM counter WHERE ends <= ?", [now])

    def get(self, key: str) -> int:
        """Return how many hits the window has."""
        query = "SELECT hits FROM counter WHERE key = ? AND ends > ?"
        found = self._connection().execute(query, [key, time.time()]).fetchone()
        return int(found[0]) if found else 0

    def get_expiry(self, key: str) -> float:
        """Return when the window ends, in seconds of the epoch; now if there is none."""
        found = self._connection().execute("SELECT ends FROM counter WHERE key = ?", [key]).fetchone()
        return max(float(found[0]), time.time()) if found else time.time()

    def check(self) -> bool:
        """Whether the file can be used."""
        try:
            self._connection().execute("SELECT 1 FROM counter LIMIT 1")
        except sqlite3.Error:
            return False
        return True

    def reset(self) -> int:
        """Forget everything, and return how many windows that were."""
        return self._connection().execute("DELETE FROM counter").rowcount

    def clear(self, key: str) -> None:
        """Forget a window."""
        self._connection().execute("DELETE FROM counter WHERE key = ?", [key])

    def close(self) -> None:
        """Close the connection of this thread."""
        with closing(self._connection()):
            del self._own.connection

    def _connection(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._own, "connection", None)
        if found is None:
            found = sqlite3.connect(self._file, timeout=_PATIENCE, isolation_level=None)
            _keep_a_log(found)
            found.execute("PRAGMA synchronous = OFF")
            found.execute(_TABLE)
            self._own.connection = found
        return found


def _keep_a_log(connection: sqlite3.Connection) -> None:
    """Switch the file to its log, which the first of several processes does; raise `sqlite3.OperationalError`.

    SQLite does not wait for others here: the lock is raised from a read lock, where waiting could be for ever.
    """
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.005)
        else:
            return
