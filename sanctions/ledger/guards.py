"""Triggers that keep the ledger, the log of the desk and its remarks append-only, and four eyes, in both databases.

They are put in place after every migration, because SQLite loses a table's triggers when a migration
rewrites it. Only ``manage.py flush``, which empties the whole database, takes them away for its moment.
"""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth import get_user_model
from django.db import connections
from django.db.models import Model

from sanctions.ledger.versions import GENESIS
from sanctions.models import (
    Authorship,
    ClockCorrection,
    LedgerHead,
    LogEntry,
    Proposal,
    Record,
    Release,
    Remark,
    Version,
)
from sanctions.models.authorships import OWN_WORK
from sanctions.vocabulary import VersionKind

_TABLE: Final = Version._meta.db_table
_RELEASES: Final = Release._meta.db_table
_LOG: Final = LogEntry._meta.db_table
_REMARKS: Final = Remark._meta.db_table
_CORRECTIONS: Final = ClockCorrection._meta.db_table
_MESSAGE: Final = (
    "This is append-only: versions, releases, entries of the log and remarks are neither changed nor deleted."
)

#: Table → the columns that may be written later: the end of a version's time; instants while a correction of the clock
#: is being applied; that it is applied; that a remark is resolved, that the
#: account of who made it is no more, that the draft it is about has another slug.
_LATER: Final[dict[type[Model], set[str]]] = {
    Version: {"recorded_to", "recorded_from", "misdated_from"},
    Release: {"released_at"},
    ClockCorrection: {"applied"},
    Remark: {"resolved_by", "resolved_at", "account", "slug"},
}
_FIXED: Final = {
    model._meta.db_table: [column.column for column in model._meta.concrete_fields if column.name not in later]
    for model, later in _LATER.items()
}

#: Trigger → table, what it refuses, and when. An end of a version's time may be set, once; so may a resolution.
_GUARDS: Final = {
    "ledger_no_delete": (_TABLE, "DELETE", ""),
    "clock_no_delete": (_CORRECTIONS, "DELETE", ""),
    "clock_no_update": (_CORRECTIONS, "UPDATE", "OLD.applied OR NOT NEW.applied OR {changed}"),
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


# --- What depends on other tables ---------------------------------------------------------------

#: Whether a correction of the clock is being applied: true within its transaction only.
_APPLYING: Final = f"EXISTS (SELECT 1 FROM {_CORRECTIONS} c WHERE NOT c.applied)"  # noqa: S608 - names
#: Trigger → table, event, what it refuses. The instants of a version are written once, but by a correction of the
#: clock, which keeps the former one; the end of its time is set once.
_INSTANTS: Final = {
    "ledger_no_update": (
        _TABLE,
        "UPDATE",
        "{changed} OR (NOT " + _APPLYING + " AND (OLD.recorded_to IS NOT NULL OR NEW.recorded_to IS NULL "
        "OR NEW.recorded_from <> OLD.recorded_from OR NEW.misdated_from {differs} OLD.misdated_from)) "
        "OR (NEW.recorded_from <> OLD.recorded_from "
        "AND (OLD.misdated_from IS NOT NULL OR NEW.misdated_from {differs} OLD.recorded_from)) "
        "OR (NEW.recorded_from = OLD.recorded_from AND NEW.misdated_from {differs} OLD.misdated_from)",
    ),
    "release_no_update": (_RELEASES, "UPDATE", "{changed} OR NOT " + _APPLYING),
}

# --- Four eyes ----------------------------------------------------------------------------------

_AUTHORS: Final = Authorship._meta.db_table
_ACCOUNTS: Final = get_user_model()._meta.db_table


def _who_approves() -> dict[str, tuple[str, str, str]]:
    """Return the triggers that refuse an approver who is among the authors: name → table, event, condition.

    They hold the version itself, whatever wrote it, and the approver that a record or a proposal names. A retraction
    is made by one person. An end that is known already comes with a version that was approved long ago (``loaddata``).
    """
    by_name = (
        f"EXISTS (SELECT 1 FROM {_AUTHORS} a LEFT JOIN {_ACCOUNTS} u ON u.id = a.account_id "  # noqa: S608 - names
        "WHERE a.record_type = NEW.record_type AND a.slug = NEW.slug AND a.proposal IS NULL "
        "AND COALESCE(u.username, a.name) = NEW.approver)"
    )
    listed = "{position}(', ' || NEW.author || ', ', ', ' || NEW.approver || ', ') > 0"
    found = {
        "four_eyes_version": (
            _TABLE,
            "INSERT",
            f"NEW.approver <> '' AND NEW.kind <> '{VersionKind.RETRACTION}' AND NEW.recorded_to IS NULL "
            f"AND ({listed} OR {by_name})",
        ),
        "four_eyes_proposal": (
            Proposal._meta.db_table,
            "UPDATE OF approver_id",
            f"EXISTS (SELECT 1 FROM {_AUTHORS} a WHERE a.proposal = NEW.number "  # noqa: S608 - names
            "AND a.account_id = NEW.approver_id)",
        ),
    }
    for model in Record.__subclasses__():
        noun, table = model._meta.model_name, model._meta.db_table
        found[f"four_eyes_{noun}"] = (
            table,
            "UPDATE OF approver_id",
            f"EXISTS (SELECT 1 FROM {_AUTHORS} a WHERE a.record_type = '{noun}' AND a.slug = NEW.slug "  # noqa: S608
            "AND a.proposal IS NULL AND a.account_id = NEW.approver_id)",
        )
    return found


_APPROVALS: Final = _who_approves()
_QUERYING: Final = {name: (*guard, _MESSAGE) for name, guard in _INSTANTS.items()} | {
    # by the name of the constraint that says the same of one author, so that pages explain both alike
    name: (*guard, f"{name.removeprefix('four_eyes_')}_four_eyes: {OWN_WORK}")
    for name, guard in _APPROVALS.items()
}


def _refused(table: str, condition: str, *, position: str, differs: str) -> str:
    return condition.format(changed=_changed(table, differs), position=position, differs=differs)


_QUERYING_SQLITE: Final = tuple(
    f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {event} ON {table} "
    f"WHEN {_refused(table, condition, position='instr', differs='IS NOT')} BEGIN SELECT RAISE(ABORT, '{message}'); END"
    for name, (table, event, condition, message) in _QUERYING.items()
)
#: PostgreSQL allows no query in the condition of a trigger: each has a function of its own.
_QUERYING_POSTGRESQL: Final = tuple(
    statement
    for name, (table, event, condition, message) in _QUERYING.items()
    for statement in (
        f"""CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN IF {_refused(table, condition, position="strpos", differs="IS DISTINCT FROM")} THEN
        RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$""",
        f"CREATE OR REPLACE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    )
)

_TRUNCATIONS: Final = {
    "ledger_no_truncate": _TABLE,
    "release_no_truncate": _RELEASES,
    "log_no_truncate": _LOG,
    "remark_no_truncate": _REMARKS,
    "clock_no_truncate": _CORRECTIONS,
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
    *_QUERYING_POSTGRESQL,
)
_ON: Final = {**{name: guard[0] for name, guard in (_GUARDS | _QUERYING).items()}, **_TRUNCATIONS}
_POSTGRESQL_REMOVE: Final = tuple(f"DROP TRIGGER IF EXISTS {name} ON {table}" for name, table in _ON.items())
_SQLITE_REMOVE: Final = tuple(f"DROP TRIGGER IF EXISTS {name}" for name in (*_GUARDS, *_QUERYING))
#: Removed first: SQLite has no CREATE OR REPLACE TRIGGER, and an older release may have left others of these names.
_SQLITE_INSTALL: Final = (
    *_SQLITE_REMOVE,
    *(_sqlite(name, *guard) for name, guard in _GUARDS.items()),
    *_QUERYING_SQLITE,
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
    if not {_TABLE, _RELEASES, _LOG, _REMARKS, _AUTHORS, _CORRECTIONS} <= set(connection.introspection.table_names()):
        return False
    with connection.cursor() as cursor:
        for statement in statements[connection.vendor]:
            cursor.execute(statement)
    return True
