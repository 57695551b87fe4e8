"""Triggers that keep the ledger append-only, in both databases.

They are put in place after every migration, because SQLite loses a table's triggers when a migration
rewrites it. Only ``manage.py flush``, which empties the whole database, takes them away for its moment.
"""

from __future__ import annotations

from typing import Any, Final

from django.db import connections

from sanctions.models import LedgerHead, Version
from sanctions.records.ledger import GENESIS

_TABLE: Final = Version._meta.db_table
_MESSAGE: Final = "The ledger is append-only: versions are neither changed nor deleted."
_FIXED: Final = [column.column for column in Version._meta.concrete_fields if column.name != "recorded_to"]

_SQLITE_INSTALL: Final = (
    f"""CREATE TRIGGER IF NOT EXISTS ledger_no_delete BEFORE DELETE ON {_TABLE}
    BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END""",
    f"""CREATE TRIGGER IF NOT EXISTS ledger_no_update BEFORE UPDATE ON {_TABLE}
    WHEN OLD.recorded_to IS NOT NULL OR NEW.recorded_to IS NULL
        OR {" OR ".join(f'NEW."{column}" IS NOT OLD."{column}"' for column in _FIXED)}
    BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END""",
)
_SQLITE_REMOVE: Final = ("DROP TRIGGER IF EXISTS ledger_no_delete", "DROP TRIGGER IF EXISTS ledger_no_update")

_POSTGRESQL_INSTALL: Final = (
    f"""CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{_MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    f"""CREATE OR REPLACE TRIGGER ledger_no_delete BEFORE DELETE ON {_TABLE}
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse()""",
    f"""CREATE OR REPLACE TRIGGER ledger_no_truncate BEFORE TRUNCATE ON {_TABLE}
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()""",
    f"""CREATE OR REPLACE TRIGGER ledger_no_update BEFORE UPDATE ON {_TABLE} FOR EACH ROW
    WHEN (OLD.recorded_to IS NOT NULL OR NEW.recorded_to IS NULL
        OR {" OR ".join(f'NEW."{column}" IS DISTINCT FROM OLD."{column}"' for column in _FIXED)})
    EXECUTE FUNCTION ledger_refuse()""",
)
_POSTGRESQL_REMOVE: Final = tuple(
    f"DROP TRIGGER IF EXISTS {name} ON {_TABLE}"
    for name in ("ledger_no_delete", "ledger_no_truncate", "ledger_no_update")
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
    """Run the statements of the database's kind; return whether it has a ledger at all yet."""
    connection = connections[using]
    if _TABLE not in connection.introspection.table_names():
        return False
    with connection.cursor() as cursor:
        for statement in statements[connection.vendor]:
            cursor.execute(statement)
    return True
