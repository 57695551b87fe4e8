"""Refuse to migrate a database that was made before the migrations were folded into one."""

from __future__ import annotations

from typing import Any, Final

from django.core.management.base import CommandError
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

#: The first migration of the former chain.
_FORMER: Final = "0001_initial"


def refuse_former_schema(using: str, **_: Any) -> None:
    """Raise :class:`CommandError` if the former migrations were applied to a database."""
    rows = MigrationRecorder(connections[using])
    if ("sanctions", _FORMER) in rows.applied_migrations():
        raise CommandError(
            "This database was made by a release before 1.0.0 and cannot be migrated: the migrations of those releases "
            "were folded into one. Name a new database (DATABASE_URL), or remove the file of an SQLite database, and "
            "load the records again."
        )
