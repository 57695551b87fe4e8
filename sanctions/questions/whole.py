"""What is published, whole: records in the place of their references, and collections of any length."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db import connection, models, transaction

#: Rows that are in memory at once, where a collection is told whole.
CHUNK: Final = 1_000


def documents(model: type[models.Model], slugs: Collection[str]) -> dict[str, str]:
    """Return the renderings of those of the records that are public: slug → JSON. One query."""
    rows: Any = model._default_manager.all()
    return dict(rows.published().filter(slug__in=slugs).order_by().values_list("slug", "rendering")) if slugs else {}


def in_chunks(rows: models.QuerySet[Any], *, most: int | None = None) -> Iterator[list[Any]]:
    """Yield the rows of an ordered queryset in chunks, in order; ``most`` of them at most.

    First the keys are read, eight bytes each, then each chunk by its keys: no database has to sort or to keep the
    documents of all. A row that is no longer among them when its chunk is read is left out.
    """
    keys = array("q", rows.values_list("pk", flat=True)[:most].iterator(chunk_size=10 * CHUNK))
    found = rows.order_by()
    for start in range(0, len(keys), CHUNK):
        some = keys[start : start + CHUNK]
        by_key = {row.pk: row for row in found.filter(pk__in=some.tolist())}
        yield [by_key[key] for key in some if key in by_key]


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
