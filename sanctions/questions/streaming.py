"""What is published, whole: records in the place of their references, and collections of any length."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import islice
from typing import Any, Final, cast

from django.db import connection, models, transaction
from django.db.models.functions import Cast

#: Rows that are in memory at once, where a collection is told whole.
CHUNK: Final = 1_000
#: SQLite holds texts in UTF-8, and hands them out so if they are no texts.
_BYTES: Final = Cast("rendering", models.BinaryField())


def documents(model: type[models.Model], slugs: Collection[str]) -> dict[str, str]:
    """Return the renderings of those of the records that are public: slug → JSON. One query."""
    rows: Any = model._default_manager.all()
    return dict(rows.published().filter(slug__in=slugs).order_by().values_list("slug", "rendering")) if slugs else {}


def in_chunks(parts: Iterable[models.QuerySet[Any]], *, most: int | None = None) -> Iterator[list[Any]]:
    """Yield the rows of ordered querysets, one after the other, in chunks; ``most`` of them at most.

    First the keys are read, eight bytes each, then each chunk by its keys: no database has to sort or to keep the
    documents of all. A row that is no longer among them when its chunk is read is left out.
    """
    for rows in parts:
        keys = array("q", rows.values_list("pk", flat=True)[:most].iterator(chunk_size=10 * CHUNK))
        found = rows.order_by()
        for start in range(0, len(keys), CHUNK):
            some = keys[start : start + CHUNK]
            by_key = {row.pk: row for row in found.filter(pk__in=some.tolist())}
            yield [by_key[key] for key in some if key in by_key]
        most = most and most - len(keys)
        if most == 0:
            return


def renderings(parts: Iterable[models.QuerySet[Any]], *, most: int | None = None) -> Generator[list[bytes]]:
    """Yield the stored renderings of ordered querysets, one after the other, in chunks; ``most`` of them at most.

    Nothing else can be asked meanwhile.
    """
    of_postgresql = connection.vendor == "postgresql"
    for rows in parts:
        # The columns of the rows, but for this one, are not wanted.
        some = rows.values_list("rendering" if of_postgresql else _BYTES, flat=True)[:most]
        read = 0
        # What a failure leaves unread must be given up before the transaction ends, not when it is collected.
        with closing(_streamed(some) if of_postgresql else _read(some)) as chunks:
            for chunk in chunks:
                if not all(chunk):
                    raise RuntimeError("A published record has no rendering: run `manage.py render`.")
                read += len(chunk)
                yield chunk
        most = most and most - read
        if most == 0:
            return


def _streamed(rows: models.QuerySet[Any]) -> Generator[list[bytes]]:
    """Yield one text column of PostgreSQL, whose texts are in UTF-8 on the way and are left so.

    They come a chunk at a time, while PostgreSQL goes on; COPY hands them out one by one.
    """
    # Where there is no PostgreSQL its driver would only take memory.
    from psycopg import Cursor  # noqa: PLC0415
    from psycopg.types.string import ByteaBinaryLoader  # noqa: PLC0415

    selection = connection.ops.compose_sql(*rows.query.sql_with_params())  # type: ignore[attr-defined]
    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        cursor.adapters.register_loader("text", ByteaBinaryLoader)
        # The driver states no more than an iterator; it is a generator, whose rest can be given up.
        stream = cast("Generator[tuple[bytes]]", cursor.stream(selection, binary=True, size=CHUNK))
        with closing(stream) as texts:
            while chunk := [text for (text,) in islice(texts, CHUNK)]:
                yield chunk


def _read(rows: models.QuerySet[Any]) -> Generator[list[bytes]]:
    texts = rows.iterator(chunk_size=CHUNK)
    while chunk := list(islice(texts, CHUNK)):
        yield chunk


@contextmanager
def one_state() -> Iterator[None]:
    """Let every query within see the same state, also while others publish; nothing is written within.

    On SQLite each query sees the state of its own moment: a transaction would keep the writers waiting.
    """
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
