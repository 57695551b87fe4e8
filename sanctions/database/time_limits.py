"""Time limits for the statements of a web request, and for their waits for locks, on both databases.

Commands and imports run without these limits: a limit for requests must not abort hours of work. Inside
:func:`time_limits` a statement that takes too long, or waits too long for a lock, fails with an error that
:func:`sanctions.database.unavailability.unavailable` recognises.

On PostgreSQL the limits are settings of the session (``lock_timeout``, ``statement_timeout``), set only when a
connection is used with other limits than before. Behind a transaction pooler no setting may outlive its transaction:
each transaction begins with the settings, and a single statement gets a transaction. On SQLite ``busy_timeout`` limits
the wait of a writer, and a progress handler interrupts statements that take too long.
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

#: Instructions of SQLite's virtual machine between two checks of the time: a few milliseconds.
_STEPS: Final = 50_000

#: Connection → the limits of its session. Other connections have those of the server.
_applied: WeakKeyDictionary[Any, TimeLimits] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class TimeLimits:
    """Seconds that all statements together may take, and that one may wait for a lock; 0 means no limit."""

    statements: float = 0
    lock: float = 0

    def settings(self, *, local: bool) -> str:
        """Return the PostgreSQL statements that set the limits, for the transaction only if ``local``."""
        scope = "LOCAL" if local else "SESSION"
        return (
            f"SET {scope} lock_timeout = {round(self.lock * 1000)};"
            f"SET {scope} statement_timeout = {round(self.statements * 1000)}"
        )


@contextmanager
def time_limits(connection: Any, limits: TimeLimits) -> Iterator[None]:
    """Apply the limits to the statements of a Django connection within the block."""
    guard = _SQLiteGuard(limits) if connection.vendor == "sqlite" else _PostgreSQLGuard(limits)
    try:
        with connection.execute_wrapper(guard):
            yield
    finally:
        guard.release()


def limit_transaction(connection: Any, seconds: float) -> None:
    """Set another limit for each statement of the current transaction, for responses that are streamed.

    Only PostgreSQL interrupts a statement while its client is slow to fetch rows; SQLite needs no other limit.
    """
    if connection.vendor == "postgresql" and connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {round(seconds * 1000)}")


class _Guard(ABC):
    """An ``execute_wrapper`` that sets the limits before the first statement."""

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
        """Whether all statements together have used up their time."""
        return self.deadline is not None and time.monotonic() > self.deadline

    @abstractmethod
    def release(self) -> None:
        """Remove the limits that must not outlive the block."""


class _PostgreSQLGuard(_Guard):
    def release(self) -> None:
        """Keep the settings of the session: the next request compares them with its own limits."""

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
