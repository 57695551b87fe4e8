"""Triggers that make the ledger, the log and remarks append-only and enforce four eyes, in both databases.

They are created after every migration, because SQLite drops a table's triggers when a migration rewrites the table.
Only ``manage.py flush``, which empties the whole database, removes them for that time.
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

#: Model → the columns that may change after insertion. Instants change while a correction of the clock is applied. A
#: remark can be resolved, lose the account of its author, and follow its draft to another slug.
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

#: Trigger → table, rejected action, condition. A remark can be resolved once.
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
    """Return the condition that a column changes which may not change after insertion."""
    return " OR ".join(f'NEW."{column}" {operator} OLD."{column}"' for column in _FIXED.get(table, ()))


def _sqlite_trigger(name: str, table: str, action: str, condition: str) -> str:
    when = f"WHEN {condition.format(changed=_changed(table, 'IS NOT'))}" if condition else ""
    return (
        f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {action} ON {table} {when} "
        f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
    )


def _postgresql_trigger(name: str, table: str, action: str, condition: str) -> str:
    when = f"WHEN ({condition.format(changed=_changed(table, 'IS DISTINCT FROM'))})" if condition else ""
    return (
        f"CREATE OR REPLACE TRIGGER {name} BEFORE {action} ON {table} FOR EACH ROW {when} "
        "EXECUTE FUNCTION ledger_refuse()"
    )


# --- Conditions that query other tables ---------------------------------------------------------

#: A correction of the clock is being applied: true only within its transaction.
_APPLYING: Final = f"EXISTS (SELECT 1 FROM {_CORRECTIONS} c WHERE NOT c.applied)"  # noqa: S608 - names
#: Trigger → table, event, rejected change. A version's ``recorded_to`` is set once. Only a correction of the clock
#: changes its other instants, and must keep the former one in ``misdated_from``.
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


def _approval_guards() -> dict[str, tuple[str, str, str]]:
    """Return the triggers that reject an approver who is one of the authors: name → table, event, condition.

    They check versions, whatever code wrote them, and the approver of a record or a proposal. A retraction needs one
    person only. A version that is inserted with its end was approved earlier and comes from ``loaddata``.
    """
    by_name = (
        f"EXISTS (SELECT 1 FROM {_AUTHORS} a LEFT JOIN {_ACCOUNTS} u ON u.id = a.account_id "  # noqa: S608 - names
        "WHERE a.record_type = NEW.record_type AND a.slug = NEW.slug AND a.proposal IS NULL "
        "AND COALESCE(u.username, a.name) = NEW.approver)"
    )
    listed = "{position}(', ' || NEW.author || ', ', ', ' || NEW.approver || ', ') > 0"
    guards = {
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
        guards[f"four_eyes_{noun}"] = (
            table,
            "UPDATE OF approver_id",
            f"EXISTS (SELECT 1 FROM {_AUTHORS} a WHERE a.record_type = '{noun}' AND a.slug = NEW.slug "  # noqa: S608
            "AND a.proposal IS NULL AND a.account_id = NEW.approver_id)",
        )
    return guards


_QUERYING: Final = {name: (*guard, _MESSAGE) for name, guard in _INSTANTS.items()} | {
    # Named like the constraint for a single author, so that pages explain both the same way.
    name: (*guard, f"{name.removeprefix('four_eyes_')}_four_eyes: {OWN_WORK}")
    for name, guard in _approval_guards().items()
}


def _condition(table: str, template: str, *, position: str, differs: str) -> str:
    return template.format(changed=_changed(table, differs), position=position, differs=differs)


_QUERYING_SQLITE: Final = tuple(
    f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {event} ON {table} "
    f"WHEN {_condition(table, condition, position='instr', differs='IS NOT')} "
    f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
    for name, (table, event, condition, message) in _QUERYING.items()
)
#: PostgreSQL does not allow queries in the condition of a trigger, so each trigger has a function.
_QUERYING_POSTGRESQL: Final = tuple(
    statement
    for name, (table, event, condition, message) in _QUERYING.items()
    for statement in (
        f"""CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN IF {_condition(table, condition, position="strpos", differs="IS DISTINCT FROM")} THEN
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
    *(_postgresql_trigger(name, *guard) for name, guard in _GUARDS.items()),
    *(
        f"CREATE OR REPLACE TRIGGER {name} BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"
        for name, table in _TRUNCATIONS.items()
    ),
    *_QUERYING_POSTGRESQL,
)
_TABLES: Final = {**{name: guard[0] for name, guard in (_GUARDS | _QUERYING).items()}, **_TRUNCATIONS}
_POSTGRESQL_REMOVE: Final = tuple(f"DROP TRIGGER IF EXISTS {name} ON {table}" for name, table in _TABLES.items())
_SQLITE_REMOVE: Final = tuple(f"DROP TRIGGER IF EXISTS {name}" for name in (*_GUARDS, *_QUERYING))
#: SQLite has no CREATE OR REPLACE TRIGGER: remove what an older release may have created under the same names.
_SQLITE_INSTALL: Final = (
    *_SQLITE_REMOVE,
    *(_sqlite_trigger(name, *guard) for name, guard in _GUARDS.items()),
    *_QUERYING_SQLITE,
)

_INSTALL: Final = {"sqlite": _SQLITE_INSTALL, "postgresql": _POSTGRESQL_INSTALL}
_REMOVE: Final = {"sqlite": _SQLITE_REMOVE, "postgresql": _POSTGRESQL_REMOVE}


def install(using: str, **_: Any) -> None:
    """Create the triggers, and the head of the ledger if the database has none yet."""
    if _run(using, _INSTALL):
        LedgerHead.objects.using(using).get_or_create(pk=1, defaults={"digest": GENESIS})


def remove(using: str) -> None:
    """Drop the triggers. Only for emptying the whole database."""
    _run(using, _REMOVE)


def _run(using: str, statements: dict[str, tuple[str, ...]]) -> bool:
    """Run the statements for the database's vendor; return False if the tables do not exist yet."""
    connection = connections[using]
    if not {_TABLE, _RELEASES, _LOG, _REMARKS, _AUTHORS, _CORRECTIONS} <= set(connection.introspection.table_names()):
        return False
    with connection.cursor() as cursor:
        for statement in statements[connection.vendor]:
            cursor.execute(statement)
    return True
