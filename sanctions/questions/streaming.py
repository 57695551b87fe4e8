"""Published records in bulk: documents by slug, and collections of any length in chunks."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import islice
from typing import Any, Final, cast

from django.db import connection, models, transaction
from django.db.models.functions import Cast

#: Rows in memory at once while a whole collection is read.
CHUNK: Final = 1_000
#: SQLite stores text in UTF-8; cast to a blob it is returned without decoding.
_BYTES: Final = Cast("rendering", models.BinaryField())


def documents(model: type[models.Model], slugs: Collection[str]) -> dict[str, str]:
    """Return slug → rendering of the records that are public, in one query."""
    rows: Any = model._default_manager.all()
    return dict(rows.published().filter(slug__in=slugs).order_by().values_list("slug", "rendering")) if slugs else {}


def in_chunks(parts: Iterable[models.QuerySet[Any]], *, most: int | None = None) -> Iterator[list[Any]]:
    """Yield the rows of ordered querysets, one after the other, in chunks; ``most`` of them at most.

    The keys are read first, eight bytes each, then each chunk by its keys, so that the database never sorts or keeps
    the documents of all rows. A row that no longer matches when its chunk is read is left out.
    """
    for rows in parts:
        keys = array("q", rows.values_list("pk", flat=True)[:most].iterator(chunk_size=10 * CHUNK))
        unordered = rows.order_by()
        for start in range(0, len(keys), CHUNK):
            chunk = keys[start : start + CHUNK]
            by_key = {row.pk: row for row in unordered.filter(pk__in=chunk.tolist())}
            yield [by_key[key] for key in chunk if key in by_key]
        most = most and most - len(keys)
        if most == 0:
            return


def renderings(parts: Iterable[models.QuerySet[Any]], *, most: int | None = None) -> Generator[list[bytes]]:
    """Yield the stored renderings of ordered querysets, one after the other, in chunks; ``most`` of them at most.

    The connection cannot run other queries until the last chunk.
    """
    of_postgresql = connection.vendor == "postgresql"
    for rows in parts:
        texts = rows.values_list("rendering" if of_postgresql else _BYTES, flat=True)[:most]
        read = 0
        # After a failure, close the stream before the transaction ends, not when it is garbage collected.
        with closing(_streamed(texts) if of_postgresql else _read(texts)) as chunks:
            for chunk in chunks:
                if not all(chunk):
                    raise RuntimeError("A published record has no rendering: run `manage.py render`.")
                read += len(chunk)
                yield chunk
        most = most and most - read
        if most == 0:
            return


def _streamed(rows: models.QuerySet[Any]) -> Generator[list[bytes]]:
    """Yield one text column of PostgreSQL as UTF-8, without decoding it.

    The rows arrive in chunks while PostgreSQL continues; COPY would return them one by one.
    """
    # Imported here: on SQLite the driver would only take memory.
    from psycopg import Cursor  # noqa: PLC0415
    from psycopg.types.string import ByteaBinaryLoader  # noqa: PLC0415

    selection = connection.ops.compose_sql(*rows.query.sql_with_params())  # type: ignore[attr-defined]
    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        cursor.adapters.register_loader("text", ByteaBinaryLoader)
        # The driver declares an iterator; it is a generator, which can be closed early.
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
    """Let every query in the block see the same state, even while others publish. The block must not write.

    On SQLite each query sees the current state: a transaction would make writers wait.
    """
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
