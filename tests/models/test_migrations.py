"""The schema is made by one migration, whose result is that of the models; older databases are refused."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.interpreters import ROOT

_WORD: Final = re.compile(r'"[^"]+"|[^\s,()]+')
_WITHOUT_MIGRATIONS: Final = """
import django
from django.conf import settings
from django.core.management import call_command
django.setup()
settings.MIGRATION_MODULES = {"sanctions": None}
call_command("migrate", run_syncdb=True, verbosity=0)
"""


def run(file: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{file}",
        "SANCTIONS_ENV": "development",
        "DJANGO_SETTINGS_MODULE": "sanctions.settings",
    }
    return subprocess.run(
        [sys.executable, *command], check=False, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
    )


def schema(file: Path) -> set[str]:
    """Return the words of each statement in one order: the order of columns and constraints does not matter."""
    with sqlite3.connect(file) as connection:
        statements = [sql for (sql,) in connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")]
    return {" ".join(sorted(_WORD.findall(statement))) for statement in statements}


@pytest.fixture
def migrated(tmp_path: Path) -> Path:
    """Return the file of a database that was migrated."""
    file = tmp_path / "migrated.sqlite3"
    answer = run(file, "manage.py", "migrate", "--verbosity", "0")
    assert answer.returncode == 0, answer.stderr
    return file


def test_the_migrations_make_the_schema_of_the_models(migrated: Path, tmp_path: Path) -> None:
    made = tmp_path / "made.sqlite3"
    answer = run(made, "-c", _WITHOUT_MIGRATIONS)
    assert answer.returncode == 0, answer.stderr
    assert len(schema(made)) > 100
    assert schema(migrated) == schema(made)


def test_a_database_of_the_former_migrations_is_refused_before_anything_is_written(migrated: Path) -> None:
    with sqlite3.connect(migrated) as connection:
        connection.execute("UPDATE django_migrations SET name = '0001_initial' WHERE app = 'sanctions'")
    before = schema(migrated)
    answer = run(migrated, "manage.py", "migrate")
    assert answer.returncode != 0
    assert "was made by a release before 1.0.0" in answer.stderr
    assert schema(migrated) == before
