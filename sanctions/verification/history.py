"""The check of history: its current rows must equal the tables, and the spans of a row must not overlap."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.db import connection, models
from django.db.models import F, Q, Window
from django.db.models.functions import Lead

from sanctions.ledger.history import SAME
from sanctions.models import HISTORY, past_of
from sanctions.records.encode import chunks
from sanctions.verification.mismatches import (
    Mismatch,
    Progress,
    format_instant,
    format_values,
    ignore_progress,
    name_row,
)
from sanctions.vocabulary import State

#: Columns that are never public: moves that change nothing else write them without keeping history.
_INTERNAL: Final = ("author_id", "approver_id")
#: A record moves between these states without a new row of history.
_UNPUBLISHED: Final = f"('{State.DRAFT}', '{State.IN_REVIEW}')"


def verify_history(progress: Progress = ignore_progress) -> Iterator[Mismatch]:
    """Yield columns whose current history differs from the table, and spans that are empty or overlap."""
    for model in HISTORY:
        yield from _verify_current_rows(model)
        yield from _verify_spans(model)
        progress(1)


def _verify_current_rows(model: type[models.Model]) -> Iterator[Mismatch]:
    columns = [column for column in model._meta.concrete_fields if column.attname not in _INTERNAL]
    names = [column.attname for column in columns]
    for ids in chunks(_differing_rows(model, columns)):
        rows = {row["id"]: row for row in model._default_manager.filter(pk__keyed=ids).values("id", *names)}
        history = past_of(model).filter(id__in=ids, recorded_to__isnull=True)
        kept = {row["id"]: row for row in history.values("id", *names)}
        for pk in ids:
            where = name_row(model, pk)
            if pk not in kept:
                yield Mismatch(where, "history has no such row.")
                continue
            for name in names:
                if rows[pk][name] != kept[pk][name]:
                    has, in_history = format_values(rows[pk][name], kept[pk][name])
                    yield Mismatch(f"{where}, {name}", f"the table has {has}, history has {in_history}.")
    for pk in _deleted_rows(model):
        yield Mismatch(f"{model._meta.verbose_name} {pk}", "history has it as current, but the table has no such row.")


def _differing_rows(model: type[models.Model], columns: list[models.Field[Any, Any]]) -> list[int]:
    """Return the primary keys of rows without an equal current row in history."""
    now, past = _table_names(model)
    same = " AND ".join(
        f"(n.state = h.state OR (n.state IN {_UNPUBLISHED} AND h.state IN {_UNPUBLISHED}))"
        if column.name == "state"
        else f'n."{column.column}" {SAME[connection.vendor]} h."{column.column}"'
        for column in columns
    )
    current = f"SELECT 1 FROM {past} AS h WHERE h.id = n.id AND h.recorded_to IS NULL"  # noqa: S608 - names
    return _query_ids(f"SELECT n.id FROM {now} AS n WHERE NOT EXISTS ({current} AND {same})")  # noqa: S608 - names


def _deleted_rows(model: type[models.Model]) -> list[int]:
    """Return the primary keys that are current in history and missing in the table."""
    now, past = _table_names(model)
    return _query_ids(
        f"SELECT h.id FROM {past} AS h WHERE h.recorded_to IS NULL "  # noqa: S608 - names
        f"AND NOT EXISTS (SELECT 1 FROM {now} AS n WHERE n.id = h.id)"
    )


def _table_names(model: type[models.Model]) -> tuple[str, str]:
    return f'"{model._meta.db_table}"', f'"{HISTORY[model]._meta.db_table}"'


def _query_ids(statement: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [pk for (pk,) in cursor.fetchall()]


def _verify_spans(model: type[models.Model]) -> Iterator[Mismatch]:
    order = [F("recorded_from").asc(), F("history_id").asc()]
    spans = past_of(model).annotate(begins=Window(Lead("recorded_from"), partition_by=[F("id")], order_by=order))
    overlapping = spans.filter(
        Q(recorded_to__lte=F("recorded_from"))
        | Q(begins__lt=F("recorded_to"))
        | Q(recorded_to=None, begins__isnull=False)
    )
    for pk, start, end in overlapping.values_list("id", "recorded_from", "recorded_to").iterator():
        yield Mismatch(
            f"history of {name_row(model, pk)}",
            f"the span from {format_instant(start)} to {format_instant(end)} is empty or overlaps the next one.",
        )
