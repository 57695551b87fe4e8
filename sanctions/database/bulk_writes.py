"""Write many rows in the fastest way of each database: PostgreSQL by COPY, SQLite by one prepared statement.

Django's ``bulk_create`` builds and parses the text of a statement for every two hundred rows. It still writes small
numbers of rows, for which reserving keys in advance does not pay.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connection, connections, models, transaction

#: Up to this many rows are written by Django.
FEW: Final = 100
#: Types of values that both databases accept without conversion.
_PLAIN: Final = frozenset({str, int, bool, type(None)})
#: Size of SQLite's cache while many rows are written: negative numbers are kibibytes (PRAGMA cache_size).
_FEW_PAGES: Final = -8_000
#: Rows of one statement of ``bulk_create``.
_BATCH: Final = 200


def row_of(model: type[models.Model], values: Mapping[str, Any]) -> models.Model:
    """Return a new row with values by column name, and defaults for the others.

    Equivalent to ``model(**values)``, which looks up each name three times.
    """
    return model(*[values[name] if name in values else default() for name, default in _defaults(model)])


@cache
def _defaults(model: type[models.Model]) -> tuple[tuple[str, Callable[[], Any]], ...]:
    return tuple((column.attname, column.get_default) for column in model._meta.concrete_fields)


def insert(rows: Sequence[models.Model]) -> None:
    """Insert rows of one model and set their primary keys; ``IntegrityError`` if the database rejects one."""
    if len(rows) <= FEW:
        if rows:
            type(rows[0])._default_manager.bulk_create(rows, batch_size=_BATCH)
        return
    model = type(rows[0])
    columns = model._meta.concrete_fields
    table = connection.ops.quote_name(model._meta.db_table)
    names = [connection.ops.quote_name(str(column.column)) for column in columns]
    keys, write = (_keys_postgresql, _copy) if connection.vendor == "postgresql" else (_keys_sqlite, _execute)
    # No savepoint: with one, SQLite scans the savepoint's journal after each row that fires a trigger.
    with transaction.atomic(savepoint=False):
        for row, key in zip(rows, keys(model, len(rows)), strict=True):
            row.pk = key
        write(table, names, _values(rows, columns))
    for row in rows:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def update(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Update columns of rows; each row is its values, prepared for the database, and its primary key."""
    table = connection.ops.quote_name(model._meta.db_table)
    assigned = ", ".join(f"{column} = %s" for column in columns)
    if connection.vendor != "postgresql" or len(rows) <= FEW:
        with connection.cursor() as cursor:
            cursor.executemany(f"UPDATE {table} SET {assigned} WHERE id = %s", rows)  # noqa: S608 - names of a model
        return
    names = [*columns, "id"]
    assigned = ", ".join(f"{column} = written.{column}" for column in columns)
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        like = f"SELECT {', '.join(names)} FROM {table} WITH NO DATA"  # noqa: S608 - names of a model
        cursor.execute(f"CREATE TEMPORARY TABLE written ON COMMIT DROP AS {like}")
        _copy("written", names, rows)
        # Without statistics the planner would scan the whole table to find these few rows.
        cursor.execute("ANALYZE written")
        cursor.execute(f"UPDATE {table} AS t SET {assigned} FROM written WHERE t.id = written.id")  # noqa: S608
        cursor.execute("DROP TABLE written")


def update_statistics(written: int) -> None:
    """Update PostgreSQL's statistics if many records were written.

    Autovacuum does it only minutes later. Until then the planner believes that a table that was just filled is empty,
    and a query by standing takes a hundred times as long.
    """
    if written <= FEW or connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if name.startswith("sanctions_")]
        cursor.execute(f"ANALYZE {', '.join(map(connection.ops.quote_name, tables))}")


@contextmanager
def without_collecting() -> Iterator[None]:
    """Disable cyclic garbage collection within the block: it would scan millions of values in use and find nothing."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


@contextmanager
def with_few_pages() -> Iterator[None]:
    """Use a small cache in SQLite within the block: rows that are written in order are rarely read again."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA cache_size")
        (before,) = cursor.fetchone()
        cursor.execute(f"PRAGMA cache_size = {_FEW_PAGES}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA cache_size = {int(before)}")


def _values(rows: Iterable[models.Model], columns: Sequence[models.Field[Any, Any]]) -> Iterator[list[Any]]:
    """Yield the values of each row, converted for the database where needed."""
    database = connections[DEFAULT_DB_ALIAS]
    read = [(column.attname, column, _is_plain(column)) for column in columns]
    for row in rows:
        held = row.__dict__
        yield [
            value
            if plain and type(value := held.get(name)) in _PLAIN
            else column.get_db_prep_save(column.pre_save(row, True), database)
            for name, column, plain in read
        ]


def _is_plain(column: models.Field[Any, Any]) -> bool:
    """Return whether plain values of the column need no conversion: JSON does, and columns with a ``pre_save``."""
    return type(column).pre_save is models.Field.pre_save and not isinstance(column, models.JSONField)


def _keys_postgresql(model: type[models.Model], many: int) -> Iterable[int]:
    """Reserve so many keys from the sequence of the table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [connection.ops.quote_name(model._meta.db_table), model._meta.pk.column, many],
        )
        return [key for (key,) in cursor.fetchall()]


def _keys_sqlite(model: type[models.Model], many: int) -> Iterable[int]:
    """Return the next keys; safe because a writer of SQLite holds the lock of the whole database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
        last = cursor.fetchone()
    first = (last[0] if last else 0) + 1
    return range(first, first + many)


def _copy(table: str, names: Sequence[str], values: Iterable[Sequence[Any]]) -> None:
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as copy,
    ):
        for row in values:
            copy.write_row(row)


def _execute(table: str, names: Sequence[str], values: Iterable[Sequence[Any]]) -> None:
    places = ", ".join(["%s"] * len(names))
    statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})"  # noqa: S608 - names of a model
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)  # type: ignore[arg-type]
