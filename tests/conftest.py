"""The environment, the database and the profiles of hypothesis for all tests."""

import gc
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django
import pytest
import time_machine
from django.conf import settings
from django.db import connection
from hypothesis import settings as hypothesis_settings

from tests.effort import PROFILE, examples
from tests.importers.real import REAL_ARE_MISSING

# Before anything reads a setting. pytest-django leaves a configured Django as it is.
os.environ["DJANGO_SETTINGS_MODULE"] = "sanctions.settings"
os.environ["SANCTIONS_ENV"] = "test"
os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL", "")
for _name in (
    "SECRET_KEY",
    "DEBUG",
    "ALLOWED_HOSTS",
    "CSRF_TRUSTED_ORIGINS",
    "HTTPS_ONLY",
    "BEHIND_TLS_PROXY",
    "LOGIN_FAILURES",
    "LOGIN_COOL_OFF",
    "SECOND_FACTOR",
    "STALE_AFTER_DAYS",
    "CLOCK_TOLERANCE",
    "RATE_ANONYMOUS",
    "RATE_TOKEN",
    "RATE_REFUSED",
    "SIGN_IN_ATTEMPTS",
    "LOCK_TIMEOUT",
    "QUERY_TIMEOUT",
    "STREAM_TIMEOUT",
    "WRITERS",
    "LIMITS_URL",
    "REPLICA_URLS",
    "POOLER",
    "PROXIES",
    "THREADS",
):
    os.environ.pop(_name, None)
django.setup()
if settings.ENVIRONMENT != "test":
    raise pytest.UsageError("Unset DJANGO_SETTINGS_MODULE: it loads the settings before the tests choose theirs.")

_SQL_FLUSH = type(connection.ops).sql_flush

# Without deadlines: a slow machine must not fail a test. CI prints how to repeat a failed example.
hypothesis_settings.register_profile("local", deadline=None, max_examples=examples(50))
hypothesis_settings.register_profile("ci", deadline=None, max_examples=examples(50), print_blob=True)
hypothesis_settings.load_profile(PROFILE)


def pytest_configure() -> None:
    """Run the tests on the day that CALENDAR names, such as 2030-02-28. Subprocesses keep the true clock."""
    if day := os.environ.get("CALENDAR"):
        time_machine.travel(datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC)).start()


def pytest_collection_finish() -> None:
    """Collect garbage less often: the collected tests stay, and scanning them takes a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Report at the end of every run how many tests were left out because the real lists are not there."""
    skipped = [report for report in terminalreporter.stats.get("skipped", ()) if REAL_ARE_MISSING in report.longrepr[2]]
    if skipped:
        terminalreporter.section("Real lists")
        terminalreporter.write_line(f"{len(skipped)} tests of importers were left out. {REAL_ARE_MISSING}", red=True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Keep SQLite's test database in a file, one for each worker.

    In memory, all threads would share one connection: live servers and tests of two writers would see transactions as
    no deployment does.
    """
    database = settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        file: Path = tmp_path_factory.mktemp("database") / "test.sqlite3"
        database.setdefault("TEST", {})["NAME"] = str(file)


def _deleting(
    operations: Any, style: Any, tables: Sequence[str], *, reset_sequences: bool = False, allow_cascade: bool = False
) -> list[str]:
    return [f"DELETE FROM {operations.quote_name(table)}" for table in tables]


@pytest.fixture(scope="session", autouse=True)
def _emptied_by_deleting() -> Iterator[None]:
    """Delete the rows that a transactional test has left on PostgreSQL, instead of truncating.

    TRUNCATE creates a new file for each of two hundred tables, which takes seconds.
    """
    with pytest.MonkeyPatch.context() as patch:
        if connection.vendor == "postgresql":
            patch.setattr(type(connection.ops), "sql_flush", _deleting)
        yield


@pytest.fixture
def emptied_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the database be emptied as outside of tests."""
    monkeypatch.setattr(type(connection.ops), "sql_flush", _SQL_FLUSH)
