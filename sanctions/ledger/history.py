"""Write history: every row of every record as it was, in the transaction that changes it.

Each table of records has a second table with all former and current rows (:mod:`sanctions.models.history`). Rows are
recorded whatever the state of their record, at the instant of the ledger and under its lock, so that instants never
run backwards. :mod:`sanctions.database.past_views` reads these tables.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connection, connections, models, transaction

from sanctions.ledger.versions import advance_head
from sanctions.models import HISTORY, LedgerHead, past_of
from sanctions.models.lookups import sql_list
from sanctions.records.base import Codes, Key, Refs, Rows, links_of, parent_field, part_model
from sanctions.records.encode import chunks
from sanctions.records.registry import RECORD_TYPES

#: Database vendor → operator that compares two values and treats nulls as equal.
SAME: Final = {"postgresql": "IS NOT DISTINCT FROM", "sqlite": "IS"}

#: Model → primary keys.
Keys = Mapping[type[models.Model], Collection[int]]


@dataclass(frozen=True, slots=True)
class _Write:
    """The instant of a write, and whether its records are new: then no current row of history has to end."""

    at: datetime
    is_new: bool = False


def keep_history(at: datetime, *, records: Keys, rows: Keys, new: Keys = MappingProxyType({})) -> None:
    """Record the current state of the tables in history: ``records`` with all their parts, ``rows`` without.

    The instant is ``at``, or that of the head of the ledger if it is later. Unchanged rows are left alone, deleted rows
    end. ``new`` are those of ``records`` that never existed before: history is not searched for their rows.
    """
    if not any(records.values()) and not any(rows.values()):
        return
    at = advance_head(at)
    for record_type in RECORD_TYPES:
        written, created = set(records.get(record_type.model, ())), set(new.get(record_type.model, ()))
        _keep_with_parts(record_type.model, record_type.keys, "id", written - created, _Write(at))
        _keep_with_parts(record_type.model, record_type.keys, "id", written & created, _Write(at, is_new=True))
    for model, changed in rows.items():
        _sync(model, "id", changed, _Write(at))


def keep_all_history(at: datetime) -> None:
    """Record the current state of all tables of records in history."""
    everything: Keys = {
        record_type.model: {
            *record_type.model._default_manager.order_by().values_list("pk", flat=True),
            *_current_rows(record_type.model).values_list("id", flat=True),
        }
        for record_type in RECORD_TYPES
    }
    keep_history(at, records=everything, rows={})


def begin_history(using: str, **_: Any) -> None:
    """Fill the history of a database that has a ledger but no history yet, as of its last publication."""
    tables = connections[using].introspection.table_names()
    if using != DEFAULT_DB_ALIAS or not all(past._meta.db_table in tables for past in HISTORY.values()):
        return
    if any(past_of(model).exists() for model in HISTORY):
        return
    recorded_at = LedgerHead.objects.filter(pk=1).values_list("recorded_at", flat=True).first()
    if recorded_at is not None:
        with transaction.atomic():
            keep_all_history(recorded_at)


def _current_rows(model: type[models.Model]) -> models.QuerySet[Any]:
    return past_of(model).filter(recorded_to__isnull=True)


def _keep_with_parts(
    model: type[models.Model], keys: Iterable[Key], column: str, owners: Collection[int], write: _Write
) -> None:
    """Record the rows whose column is among the owners, and the parts of these rows."""
    if not owners:
        return
    _sync(model, column, owners, write)
    part_keys = [key for key in keys if isinstance(key, Refs | Codes | Rows)]
    if not part_keys:
        return
    ids = owners if column == "id" else _current_and_former_ids(model, column, owners, write)
    for key in part_keys:
        if isinstance(key, Refs):
            through, here, _ = links_of(model, key)
            _sync(through, here, ids, write)
        elif isinstance(key, Codes):
            _sync(part_model(model, key), f"{parent_field(model, key)}_id", ids, write)
        else:
            _keep_with_parts(part_model(model, key), key.keys, f"{parent_field(model, key)}_id", ids, write)


def _current_and_former_ids(model: type[models.Model], column: str, owners: Collection[int], write: _Write) -> set[int]:
    """Return the primary keys of rows that belong to the owners now, or did until this write."""
    ids: set[int] = set()
    for some in chunks(owners):
        ids.update(model._default_manager.filter(**{f"{column}__keyed": some}).values_list("pk", flat=True))
        if not write.is_new:
            ids.update(_current_rows(model).filter(**{f"{column}__keyed": some}).values_list("id", flat=True))
    return ids


def _sync(model: type[models.Model], column: str, owners: Collection[int], write: _Write) -> None:
    """End rows of history that were changed or deleted, and start the new ones, for the owners in a column."""
    drop, end, start = _statements(model, column, connection.vendor)
    instant = connection.ops.adapt_datetimefield_value(write.at)
    portions = [sql_list(chunk) for chunk in chunks(owners)]
    with connection.cursor() as cursor:
        for chunk in () if write.is_new else portions:
            # A row that started at this instant was never current: it is deleted, not ended.
            cursor.execute(drop.format(chunk), [instant])
            cursor.execute(end.format(chunk), [instant])
        # Only after all portions have ended: a row may have moved from an owner of a later one to one of an earlier.
        for chunk in portions:
            cursor.execute(start.format(chunk), [instant])


@cache
def _statements(model: type[models.Model], column: str, vendor: str) -> tuple[str, str, str]:
    """Return the three statements of :func:`_sync`, with ``{}`` for the owners."""
    # S608: only names of tables and columns are formatted into them.
    columns = [f'"{field.column}"' for field in model._meta.concrete_fields]
    now, past = f'"{model._meta.db_table}"', f'"{HISTORY[model]._meta.db_table}"'
    same = " AND ".join(f"n.{name} {SAME[vendor]} h.{name}" for name in columns)
    gone = f"NOT EXISTS (SELECT 1 FROM {now} AS n WHERE n.id = h.id AND {same})"  # noqa: S608
    stale = f'WHERE h."{column}" IN ({{}}) AND h.recorded_to IS NULL AND {gone}'
    drop = f"DELETE FROM {past} AS h {stale} AND h.recorded_from = %s"  # noqa: S608
    end = f"UPDATE {past} AS h SET recorded_to = %s {stale}"  # noqa: S608
    start = (
        f"INSERT INTO {past} ({', '.join(columns)}, recorded_from) "  # noqa: S608
        f"SELECT {', '.join(f'n.{name}' for name in columns)}, %s FROM {now} AS n "
        f'WHERE n."{column}" IN ({{}}) '
        f"AND NOT EXISTS (SELECT 1 FROM {past} AS h WHERE h.id = n.id AND h.recorded_to IS NULL)"
    )
    return drop, end, start
