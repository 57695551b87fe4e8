"""Keeping the past: the rows of every record as they were, written in the transaction that changes them.

Each table of records has a second one with all its rows of all times (:mod:`sanctions.models.history`). What is
written, in whichever state, is kept as of the instant at which the ledger stands, under the lock of the ledger, so
that these instants run forwards. :mod:`sanctions.database.past_views` asks these tables.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connection, connections, models, transaction

from sanctions.ledger.versions import tick
from sanctions.models import HISTORY, LedgerHead, past_of
from sanctions.records.base import Codes, Key, Refs, Rows, links_of, parent_field, part_model
from sanctions.records.encode import chunks
from sanctions.records.registry import RECORD_TYPES

#: How a database compares two values of which both may be null.
SAME: Final = {"postgresql": "IS NOT DISTINCT FROM", "sqlite": "IS"}

#: Model → primary keys.
Keys = Mapping[type[models.Model], Collection[int]]


@dataclass(frozen=True, slots=True)
class _Write:
    """When rows are kept, and whether they are the first of their kind: then nothing is there that could end."""

    at: datetime
    first: bool = False


def keep(at: datetime, *, records: Keys, rows: Keys, new: Keys = MappingProxyType({})) -> None:
    """Keep what the tables hold now: of ``records`` everything, of ``rows`` the rows alone.

    ``at`` is the instant of the write, or that of the ledger's last version if that is later. What is the
    same as before is left alone; what is no longer there ends. ``new`` are those that were never there before, so
    that nothing of them can have changed.
    """
    if not any(records.values()) and not any(rows.values()):
        return
    at = tick(at)
    for record_type in RECORD_TYPES:
        ids, first = (set(of.get(record_type.model, ())) for of in (records, new))
        _keep(record_type.model, record_type.keys, "id", ids - first, _Write(at))
        _keep(record_type.model, record_type.keys, "id", ids & first, _Write(at, first=True))
    for model, changed in rows.items():
        _sync(model, "id", changed, _Write(at))


def keep_everything(at: datetime) -> None:
    """Keep what all tables of records hold now, whatever they held before."""
    everything: Keys = {
        record_type.model: {
            *record_type.model._default_manager.order_by().values_list("pk", flat=True),
            *_standing_rows(record_type.model).values_list("id", flat=True),
        }
        for record_type in RECORD_TYPES
    }
    keep(at, records=everything, rows={})


def begin(using: str, **_: Any) -> None:
    """Begin the history of a database that has a ledger and no history: as of its last publication."""
    tables = connections[using].introspection.table_names()
    if using != DEFAULT_DB_ALIAS or not all(past._meta.db_table in tables for past in HISTORY.values()):
        return
    if any(past_of(model).exists() for model in HISTORY):
        return
    recorded_at = LedgerHead.objects.filter(pk=1).values_list("recorded_at", flat=True).first()
    if recorded_at is not None:
        with transaction.atomic():
            keep_everything(recorded_at)


def _standing_rows(model: type[models.Model]) -> models.QuerySet[Any]:
    """Return the rows of a table's history that stand now."""
    return past_of(model).filter(recorded_to__isnull=True)


def _keep(model: type[models.Model], keys: Iterable[Key], column: str, owners: Collection[int], write: _Write) -> None:
    """Keep the rows whose column is among the owners, and everything that belongs to them."""
    if not owners:
        return
    _sync(model, column, owners, write)
    belonging = [key for key in keys if isinstance(key, Refs | Codes | Rows)]
    if not belonging:
        return
    ids = owners if column == "id" else _now_or_before(model, column, owners, write)
    for key in belonging:
        if isinstance(key, Refs):
            through, here, _ = links_of(model, key)
            _sync(through, here, ids, write)
        elif isinstance(key, Codes):
            _sync(part_model(model, key), f"{parent_field(model, key)}_id", ids, write)
        else:
            _keep(part_model(model, key), key.keys, f"{parent_field(model, key)}_id", ids, write)


def _now_or_before(model: type[models.Model], column: str, owners: Collection[int], write: _Write) -> set[int]:
    """Return the keys of the rows that belong to the owners now, or did so until now."""
    found: set[int] = set()
    for some in chunks(owners):
        found.update(model._default_manager.filter(**{f"{column}__keyed": some}).values_list("pk", flat=True))
        if not write.first:
            found.update(_standing_rows(model).filter(**{f"{column}__keyed": some}).values_list("id", flat=True))
    return found


def _sync(model: type[models.Model], column: str, owners: Collection[int], write: _Write) -> None:
    """End the rows that have changed or gone, and begin those that are new, of the owners in a column."""
    drop, end, start = _statements(model, column, connection.vendor)
    instant = connection.ops.adapt_datetimefield_value(write.at)
    # Numbers stand in the statements themselves, as with the lookup of many keys (sanctions.models.lookups).
    portions = [", ".join(map(str, some)) for some in chunks(owners)]
    with connection.cursor() as cursor:
        for some in () if write.first else portions:
            # What began at this very instant has held for no time.
            cursor.execute(drop.format(some), [instant])
            cursor.execute(end.format(some), [instant])
        # A row that goes from an owner of a later portion to one of an earlier has ended only now.
        for some in portions:
            cursor.execute(start.format(some), [instant])


@cache
def _statements(model: type[models.Model], column: str, vendor: str) -> tuple[str, str, str]:
    """Return the three statements of :func:`_sync`; ``{}`` stands for the owners. Only names go into the texts."""
    columns = [f'"{found.column}"' for found in model._meta.concrete_fields]
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
