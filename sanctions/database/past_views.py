"""Query the past: within a block, every query sees the tables as they were at an instant.

During the block a view replaces each table under its name. It selects the rows of the table's history that held at the
instant (:mod:`sanctions.ledger.history` writes them), so the same code queries past and present. In PostgreSQL the
views are in a separate schema, which the block puts first in ``search_path`` for its transaction; SQLite looks up
temporary views of the connection first.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from typing import Any, Final

from django.db import connection, connections, models, transaction

from sanctions.models import HISTORY

#: The schema of the views in PostgreSQL, and the setting from which they read the instant.
SCHEMA: Final = "sanctions_known"
_SETTING: Final = "sanctions.known_at"

_instant: ContextVar[datetime | None] = ContextVar("known_at", default=None)


def instant_seen() -> datetime | None:
    """Return the instant whose tables queries see; ``None`` for the present."""
    return _instant.get()


def refuse_past() -> None:
    """Raise :class:`RuntimeError` while queries see the past, which cannot be written."""
    if _instant.get() is not None:
        raise RuntimeError("The past cannot be written: leave known_at() first.")


@contextmanager
def known_at(instant: datetime) -> Iterator[None]:
    """Make every query within the block see the tables as they were at the instant; blocks can be nested.

    Only tables of records change: users, the ledger and all other tables stay as they are now.
    """
    outer = _instant.get()
    _instant.set(instant)
    enter = _entered_sqlite if connection.vendor == "sqlite" else _entered_postgresql
    try:
        with enter(instant, outer):
            yield
    finally:
        _instant.set(outer)


# --- PostgreSQL ---------------------------------------------------------------------------------


@contextmanager
def _entered_postgresql(instant: datetime, outer: datetime | None) -> Iterator[None]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('search_path')")
        (path,) = cursor.fetchone()
        before = (path, "" if outer is None else outer.isoformat())
        _set_postgresql(cursor, path if outer is not None else f"{SCHEMA}, {path}", instant.isoformat())
        yield
        # After an exception the rollback restores the settings.
        _set_postgresql(cursor, *before)


def _set_postgresql(cursor: Any, path: str, instant: str) -> None:
    """Set both until the end of the transaction, so that they do not affect other requests on the connection."""
    cursor.execute("SELECT set_config('search_path', %s, true), set_config(%s, %s, true)", [path, _SETTING, instant])


def install(using: str, **_: Any) -> None:
    """Create the views of PostgreSQL, after every migration. SQLite's are created when they are needed."""
    database = connections[using]
    tables = database.introspection.table_names()
    if database.vendor != "postgresql" or not all(past._meta.db_table in tables for past in HISTORY.values()):
        return
    instant = f"current_setting('{_SETTING}')::timestamptz"
    with database.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        for model in HISTORY:
            cursor.execute(f'CREATE OR REPLACE VIEW {SCHEMA}."{model._meta.db_table}" AS {_selection(model, instant)}')


def uninstall(using: str, **_: Any) -> None:
    """Drop the views of PostgreSQL, before every migration, which could not alter the tables under them."""
    if connections[using].vendor == "postgresql":
        with connections[using].cursor() as cursor:
            cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")


# --- SQLite -------------------------------------------------------------------------------------


@contextmanager
def _entered_sqlite(instant: datetime, outer: datetime | None) -> Iterator[None]:
    if outer is not None:
        _drop_sqlite()
    try:
        # Inside the try: a view that is left behind would show the past to later requests.
        _create_sqlite(instant)
        yield
    finally:
        _drop_sqlite()
        if outer is not None:
            _create_sqlite(outer)


def _create_sqlite(instant: datetime) -> None:
    written = str(connection.ops.adapt_datetimefield_value(instant))
    _run_sqlite(statement.format(written) for statement in _sqlite_views())


def _drop_sqlite() -> None:
    _run_sqlite(f'DROP VIEW IF EXISTS temp."{model._meta.db_table}"' for model in HISTORY)


def _run_sqlite(statements: Iterator[str]) -> None:
    """Run statements on the connection itself: they are many, and not queries of the request."""
    connection.ensure_connection()
    for statement in statements:
        connection.connection.execute(statement)


@cache
def _sqlite_views() -> tuple[str, ...]:
    """Return the statements that create the views; ``{0}`` is replaced by the instant (only digits and signs)."""
    return tuple(
        f'CREATE TEMP VIEW "{model._meta.db_table}" AS ' + _selection(model, "'{0}'", schema="main.")
        for model in HISTORY
    )


# --- Both ---------------------------------------------------------------------------------------


def _selection(model: type[models.Model], instant: str, *, schema: str = "") -> str:
    """Return a query for the rows of a table's history that held at an instant (SQL), in the columns of the table."""
    columns = ", ".join(f'"{column.column}"' for column in model._meta.concrete_fields)
    held = f"recorded_from <= {instant} AND (recorded_to IS NULL OR recorded_to > {instant})"
    return f'SELECT {columns} FROM {schema}"{HISTORY[model]._meta.db_table}" WHERE {held}'  # noqa: S608
