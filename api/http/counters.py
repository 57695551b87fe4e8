"""Store counters in a file that all processes of one machine share, as an alternative to a Redis server."""

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
#: A window that has ended starts again with the next hit.
_HIT: Final = """
INSERT INTO counter VALUES (:key, :hits, :now + :seconds)
ON CONFLICT (key) DO UPDATE SET
    hits = CASE WHEN ends <= :now THEN 0 ELSE hits END + :hits,
    ends = CASE WHEN ends <= :now THEN excluded.ends ELSE ends END
"""
#: Seconds between two removals of ended windows by a process.
_SWEEP: Final = 60.0
#: Seconds that a hit waits for a lock of another process.
_PATIENCE: Final = 1.0


class FileStorage(Storage):
    """Count in an SQLite file of its own, so that counting never locks the database of the records.

    Counts are worthless after a minute, so no write waits for the disk. Each thread has its own connection.
    """

    STORAGE_SCHEME = ["sqlite"]

    def __init__(self, uri: str, wrap_exceptions: bool = False, **options: Any) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions, **options)
        self._file = Path(unquote(urlsplit(uri).path))
        self._local = threading.local()
        self._swept = 0.0

    @property
    def base_exceptions(self) -> type[Exception]:
        """The exceptions that using the file can raise."""
        return sqlite3.Error

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count a hit, and return the hits in its window, which ends ``expiry`` seconds after the first of them."""
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
        """Count ``cost`` hits, unless the window would have more than ``most``.

        Return the hits in the window, when it ends (seconds of the epoch), and whether these were counted.
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
        """Return the number of hits in the window."""
        query = "SELECT hits FROM counter WHERE key = ? AND ends > ?"
        row = self._connection().execute(query, [key, time.time()]).fetchone()
        return int(row[0]) if row else 0

    def get_expiry(self, key: str) -> float:
        """Return when the window ends, in seconds of the epoch; now if no window is open."""
        row = self._connection().execute("SELECT ends FROM counter WHERE key = ?", [key]).fetchone()
        return max(float(row[0]), time.time()) if row else time.time()

    def check(self) -> bool:
        """Whether the file can be used."""
        try:
            self._connection().execute("SELECT 1 FROM counter LIMIT 1")
        except sqlite3.Error:
            return False
        return True

    def reset(self) -> int:
        """Delete all windows, and return how many there were."""
        return self._connection().execute("DELETE FROM counter").rowcount

    def clear(self, key: str) -> None:
        """Delete a window."""
        self._connection().execute("DELETE FROM counter WHERE key = ?", [key])

    def close(self) -> None:
        """Close the connection of this thread."""
        with closing(self._connection()):
            del self._local.connection

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self._file, timeout=_PATIENCE, isolation_level=None)
            _use_write_ahead_log(connection)
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute(_TABLE)
            self._local.connection = connection
        return connection


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Switch the file to write-ahead logging; `sqlite3.OperationalError` if another process locks it for too long.

    SQLite's own timeout does not apply here: it never waits to turn a read lock into a write lock, which could be a
    deadlock. Hence the loop.
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
