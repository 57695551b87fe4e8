"""How long statements of a web request may take and wait for locks, on both databases.

Commands and imports run without these limits: what holds for a request must not end a night's work. Inside
:func:`time_limits` a statement that waits too long for a lock, or takes too long, fails with an error that
:func:`sanctions.database.unavailability.unavailable` recognises.

On PostgreSQL the limits are settings of the connection (``lock_timeout``, ``statement_timeout``). They are set when a
connection is used under other limits than before, which costs nothing in between. Behind a pooler of transactions no
setting may outlive its transaction: there each transaction begins with them, and a statement on its own becomes one.
On SQLite a writer waits for ``busy_timeout``, and a progress handler ends what takes too long.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import OperationalError
from psycopg.errors import QueryCanceled
from psycopg.pq import TransactionStatus

#: Steps of SQLite's virtual machine between two looks at the clock: some milliseconds.
_STEPS: Final = 50_000

#: Connection → the limits that its settings have. A connection that is not here has those of the server.
_applied: WeakKeyDictionary[Any, TimeLimits] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class TimeLimits:
    """Seconds that statements may take together, and that one may wait for a lock; 0 means any time."""

    statements: float = 0
    lock: float = 0

    def settings(self, *, local: bool) -> str:
        """Return the PostgreSQL statements that set the limits, of the transaction only if ``local``."""
        scope = "LOCAL" if local else "SESSION"
        return (
            f"SET {scope} lock_timeout = {round(self.lock * 1000)};"
            f"SET {scope} statement_timeout = {round(self.statements * 1000)}"
        )


@contextmanager
def time_limits(connection: Any, limits: TimeLimits) -> Iterator[None]:
    """Hold the statements of a connection of Django to the limits within the block."""
    guard = _SQLiteGuard(limits) if connection.vendor == "sqlite" else _PostgreSQLGuard(limits)
    try:
        with connection.execute_wrapper(guard):
            yield
    finally:
        guard.release()


def limit_transaction(connection: Any, seconds: float) -> None:
    """Let each statement of the current transaction take so long; for answers that are sent while they are read.

    Only PostgreSQL ends a statement whose client is slow to take its rows, so that only there it needs another limit.
    """
    if connection.vendor == "postgresql" and connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {round(seconds * 1000)}")


class _Guard(ABC):
    """An ``execute_wrapper`` that puts the limits in place before the first statement."""

    def __init__(self, limits: TimeLimits) -> None:
        self.limits = limits
        self.deadline = time.monotonic() + limits.statements if limits.statements else None

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        if self.is_over():
            raise OperationalError("The statements of this request took too long.") from QueryCanceled()
        return self.run(context["connection"], execute, sql, params, many, context)

    @abstractmethod
    def run(self, wrapper: Any, execute: Callable[..., Any], *statement: Any) -> Any:
        """Run a statement under the limits."""

    def is_over(self) -> bool:
        """Whether the time of all statements together is used up."""
        return self.deadline is not None and time.monotonic() > self.deadline

    @abstractmethod
    def release(self) -> None:
        """Take back what must not outlive the block."""


class _PostgreSQLGuard(_Guard):
    def release(self) -> None:
        """Leave the settings of the session: the next request compares them with its own limits."""

    def run(self, wrapper: Any, execute: Callable[..., Any], *statement: Any) -> Any:
        connection = wrapper.connection
        if connection is None or connection.pgconn.transaction_status != TransactionStatus.IDLE:
            return execute(*statement)
        if wrapper.in_atomic_block:
            # The first statement of a transaction.
            if settings.POOLER or _applied.get(connection) != self.limits:
                with wrapper.wrap_database_errors:
                    connection.execute(self.limits.settings(local=True))
        elif settings.POOLER:
            return self._in_transaction(wrapper, execute, *statement)
        elif _applied.get(connection) != self.limits:
            with wrapper.wrap_database_errors:
                connection.execute(self.limits.settings(local=False))
            _applied[connection] = self.limits
        return execute(*statement)

    def _in_transaction(self, wrapper: Any, execute: Callable[..., Any], *statement: Any) -> Any:
        connection = wrapper.connection
        with wrapper.wrap_database_errors:
            connection.execute(f"BEGIN;{self.limits.settings(local=True)}")
        try:
            result = execute(*statement)
        except BaseException:
            if connection.pgconn.transaction_status == TransactionStatus.INERROR:
                connection.execute("ROLLBACK")
            raise
        with wrapper.wrap_database_errors:
            connection.execute("COMMIT")
        return result


class _SQLiteGuard(_Guard):
    def __init__(self, limits: TimeLimits) -> None:
        super().__init__(limits)
        self.guarded: dict[Any, float] = {}

    def run(self, wrapper: Any, execute: Callable[..., Any], *statement: Any) -> Any:
        connection = wrapper.connection
        if connection is not None and connection not in self.guarded:
            self.guarded[connection] = wrapper.settings_dict["OPTIONS"].get("timeout", 5)
            if self.limits.lock:
                connection.execute(f"PRAGMA busy_timeout = {round(self.limits.lock * 1000)}")
            if self.deadline is not None:
                connection.set_progress_handler(self.is_over, _STEPS)
        return execute(*statement)

    def release(self) -> None:
        for connection, timeout in self.guarded.items():
            connection.set_progress_handler(None, _STEPS)
            if self.limits.lock:
                connection.execute(f"PRAGMA busy_timeout = {round(timeout * 1000)}")
        self.guarded.clear()
