"""Triggers that keep the ledger, the log of the desk and its remarks append-only, in both databases.

They are put in place after every migration, because SQLite loses a table's triggers when a migration
rewrites it. Only ``manage.py flush``, which empties the whole database, takes them away for its moment.
"""

from __future__ import annotations

from typing import Any, Final

from django.db import connections
from django.db.models import Model

from sanctions.models import LedgerHead, LogEntry, Release, Remark, Version
from sanctions.records.ledger import GENESIS

_TABLE: Final = Version._meta.db_table
_RELEASES: Final = Release._meta.db_table
_LOG: Final = LogEntry._meta.db_table
_REMARKS: Final = Remark._meta.db_table
_MESSAGE: Final = (
    "This is append-only: versions, releases, entries of the log and remarks are neither changed nor deleted."
)

#: Table → the columns that may be written later: the end of a version's time; that a remark is resolved, that the
#: account of who made it is no more, that the draft it is about has another slug.
_LATER: Final[dict[type[Model], set[str]]] = {
    Version: {"recorded_to"},
    Remark: {"resolved_by", "resolved_at", "account", "slug"},
}
_FIXED: Final = {
    model._meta.db_table: [column.column for column in model._meta.concrete_fields if column.name not in later]
    for model, later in _LATER.items()
}

#: Trigger → table, what it refuses, and when. An end of a version's time may be set, once; so may a resolution.
_GUARDS: Final = {
    "ledger_no_delete": (_TABLE, "DELETE", ""),
    "ledger_no_update": (_TABLE, "UPDATE", "OLD.recorded_to IS NOT NULL OR NEW.recorded_to IS NULL OR {changed}"),
    "remark_no_delete": (_REMARKS, "DELETE", ""),
    "remark_no_update": (
        _REMARKS,
        "UPDATE",
        "(OLD.resolved_at IS NOT NULL AND (NEW.resolved_at IS NULL OR NEW.resolved_at <> OLD.resolved_at "
        "OR NEW.resolved_by <> OLD.resolved_by)) "
        "OR (NEW.account_id IS NOT NULL AND (OLD.account_id IS NULL OR NEW.account_id <> OLD.account_id)) "
        "OR {changed}",
    ),
    "release_no_delete": (_RELEASES, "DELETE", ""),
    "release_no_update": (_RELEASES, "UPDATE", ""),
    "log_no_delete": (_LOG, "DELETE", ""),
    "log_no_update": (_LOG, "UPDATE", ""),
}


def _changed(table: str, operator: str) -> str:
    """Return the condition that a row is changed in anything but what may be written later."""
    return " OR ".join(f'NEW."{column}" {operator} OLD."{column}"' for column in _FIXED.get(table, ()))


def _sqlite(name: str, table: str, action: str, condition: str) -> str:
    when = f"WHEN {condition.format(changed=_changed(table, 'IS NOT'))}" if condition else ""
    return (
        f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {action} ON {table} {when} "
        f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
    )


def _postgresql(name: str, table: str, action: str, condition: str) -> str:
    when = f"WHEN ({condition.format(changed=_changed(table, 'IS DISTINCT FROM'))})" if condition else ""
    return (
        f"CREATE OR REPLACE TRIGGER {name} BEFORE {action} ON {table} FOR EACH ROW {when} "
        "EXECUTE FUNCTION ledger_refuse()"
    )


_SQLITE_INSTALL: Final = tuple(_sqlite(name, *guard) for name, guard in _GUARDS.items())
_SQLITE_REMOVE: Final = tuple(f"DROP TRIGGER IF EXISTS {name}" for name in _GUARDS)

_TRUNCATIONS: Final = {
    "ledger_no_truncate": _TABLE,
    "release_no_truncate": _RELEASES,
    "log_no_truncate": _LOG,
    "remark_no_truncate": _REMARKS,
}
_POSTGRESQL_INSTALL: Final = (
    f"""CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{_MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    *(_postgresql(name, *guard) for name, guard in _GUARDS.items()),
    *(
        f"CREATE OR REPLACE TRIGGER {name} BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"
        for name, table in _TRUNCATIONS.items()
    ),
)
_POSTGRESQL_REMOVE: Final = tuple(
    f"DROP TRIGGER IF EXISTS {name} ON {table}"
    for name, table in {**{name: guard[0] for name, guard in _GUARDS.items()}, **_TRUNCATIONS}.items()
)

_INSTALL: Final = {"sqlite": _SQLITE_INSTALL, "postgresql": _POSTGRESQL_INSTALL}
_REMOVE: Final = {"sqlite": _SQLITE_REMOVE, "postgresql": _POSTGRESQL_REMOVE}


def install(using: str, **_: Any) -> None:
    """Guard the ledger of a database, and give it the end of its chain if it has none yet."""
    if _run(using, _INSTALL):
        LedgerHead.objects.using(using).get_or_create(pk=1, defaults={"digest": GENESIS})


def remove(using: str) -> None:
    """Take the guard away: for emptying the whole database only."""
    _run(using, _REMOVE)


def _run(using: str, statements: dict[str, tuple[str, ...]]) -> bool:
    """Run the statements of the database's kind; return whether it has the tables of the ledger yet."""
    connection = connections[using]
    if not {_TABLE, _RELEASES, _LOG, _REMARKS} <= set(connection.introspection.table_names()):
        return False
    with connection.cursor() as cursor:
        for statement in statements[connection.vendor]:
            cursor.execute(statement)
    return True
