"""The speed of loading, compared with loaddata and with the database's own bulk import, and of publishing.

On PostgreSQL each contender writes into the measured database in a transaction that is rolled back; constraints are
checked before the clock stops. Nested transactions are slow on SQLite, so each contender writes into a copy of the
small database.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core import serializers
from django.core.management import call_command
from django.core.management.commands.loaddata import Command as LoadData
from django.db import connection, models, transaction
from django.utils import timezone

from bench.figures import Figure
from bench.questions_http import Servers
from bench.world import SIZES, event
from sanctions.editorial.bulk import publish_together
from sanctions.ledger.versions import Act
from sanctions.loading.documents import Incoming, save_documents
from sanctions.models import Citation, Event, Participation, Reference
from sanctions.records.registry import BY_NAME
from sanctions.vocabulary import State

EVENT: Final = BY_NAME["event"]
#: Events to load in each round, and at most.
EACH_ROUND, MOST = 200, 5_000
#: Events for loaddata, which is slow.
OF_LOADDATA: Final = 200

Table = tuple[type[models.Model], list[str]]


@contextmanager
def _apart(servers: Servers) -> Iterator[None]:
    """Discard what the block writes."""
    if connection.vendor == "postgresql":
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
        return
    measured = connection.settings_dict["NAME"]
    with tempfile.TemporaryDirectory() as folder:
        connection.close()
        connection.settings_dict["NAME"] = str(Path(folder) / "world.sqlite3")
        shutil.copyfile(servers["small"].database.removeprefix("sqlite:///"), connection.settings_dict["NAME"])
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = measured


def _timed(work: Callable[[], object]) -> float:
    begun = perf_counter()
    work()
    if connection.vendor == "postgresql":
        connection.check_constraints()
    return perf_counter() - begun


def _incoming(many: int, state: State = State.PUBLISHED) -> list[Incoming]:
    """Return events that are not in the database yet."""
    existing = Event.objects.count()
    size = next(size for size in SIZES.values() if size.events == existing)
    return [Incoming(EVENT, event(number, size), state) for number in range(existing, existing + many)]


def _tables() -> list[Table]:
    """Return all our tables with their columns."""
    all_models = apps.get_app_config("sanctions").get_models(include_auto_created=True)
    return [(model, [f'"{column.column}"' for column in model._meta.concrete_fields]) for model in all_models]


def _last_keys() -> dict[type[models.Model], int]:
    return {model: model._base_manager.aggregate(last=models.Max("pk"))["last"] or 0 for model, _ in _tables()}


def _save(incoming: Sequence[Incoming]) -> None:
    save_documents(incoming, Act(at=timezone.now(), reason="Generated for the benchmark."))


def loading(servers: Servers, rounds: int) -> Iterator[Figure]:
    """Events with links, history, versions, renderings and search entries, compared with the bare rows."""
    many = min(rounds * EACH_ROUND, MOST)
    with _apart(servers):
        incoming = _incoming(many)
    with tempfile.TemporaryDirectory() as folder:
        dump, fixture = Path(folder) / "rows", Path(folder) / "events.json"
        ours, bare = [], []
        for _ in range(min(rounds, 3)):
            with _apart(servers):
                before = _last_keys()
                ours.append(_timed(lambda: _save(incoming)))
                if not fixture.exists():
                    fixture.write_text(_fixture(before))
                write = (_out_postgresql if connection.vendor == "postgresql" else _out_sqlite)(before, dump)
            with _apart(servers):
                bare.append(_timed(write))
        with _apart(servers):
            theirs = _timed(lambda: call_command(LoadData(), str(fixture), verbosity=0))
    name = f"{many:,} events with links loaded"
    rate = many / median(ours)
    yield Figure(name, "records/s", rate, "loaddata", OF_LOADDATA / theirs, at_least=80)
    bare_way = "COPY of the same rows" if connection.vendor == "postgresql" else "the same rows by executemany"
    yield Figure("the same", "records/s", rate, bare_way, many / median(bare), at_least=0.5)


def _fixture(before: dict[type[models.Model], int]) -> str:
    """Return some of the new events with their links as a fixture."""
    events = Event.objects.filter(pk__gt=before[Event]).order_by("pk")[:OF_LOADDATA]
    keys = [row.pk for row in events]
    parts = (model.objects.filter(event__in=keys) for model in (Participation, Citation, Reference))
    natural = {"use_natural_foreign_keys": True, "use_natural_primary_keys": True}
    return str(serializers.serialize("json", chain(events, *parts), **natural))


def _out_postgresql(before: dict[type[models.Model], int], dump: Path) -> Callable[[], None]:
    """Copy all new rows out, and return a function that copies them in."""
    tables = [
        (model._meta.db_table, model._meta.pk.column, before[model], ", ".join(columns)) for model, columns in _tables()
    ]
    with connection.cursor() as cursor:
        for table, key, last, columns in tables:
            rows = f"SELECT {columns} FROM {table} WHERE {key} > {last}"
            with cursor.copy(f"COPY ({rows}) TO STDOUT") as copy, Path(f"{dump}-{table}").open("wb") as file:
                file.writelines(copy)

    def write() -> None:
        with connection.cursor() as cursor:
            for table, _, _, columns in tables:
                with (
                    cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy,
                    Path(f"{dump}-{table}").open("rb") as file,
                ):
                    while piece := file.read(1 << 20):
                        copy.write(piece)

    return write


def _out_sqlite(before: dict[type[models.Model], int], dump: Path) -> Callable[[], None]:
    """Read all new rows, and return a function that writes them with one prepared statement for each table."""
    statements: list[tuple[str, list[Any]]] = []
    with connection.cursor() as cursor:
        for model, columns in _tables():
            table, key = model._meta.db_table, model._meta.pk.column
            cursor.execute(f"SELECT {', '.join(columns)} FROM {table} WHERE {key} > {before[model]}")
            places = ", ".join("?" * len(columns))
            statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"
            statements.append((statement, cursor.fetchall()))

    def write() -> None:
        with transaction.atomic():
            for statement, rows in statements:
                connection.connection.executemany(statement, rows)

    return write


def publishing(servers: Servers, rounds: int) -> Iterator[Figure]:
    """Records in review published in bulk, with checks, versions, renderings, search entries and the log."""
    many = min(rounds * EACH_ROUND, MOST)
    with _apart(servers):
        reviewer = get_user_model()(username="reviewer-of-the-bench", is_superuser=True, is_active=True)
        reviewer.save()
        save_documents(_incoming(many, State.IN_REVIEW), Act(at=timezone.now()))
        records = list(Event.objects.filter(state=State.IN_REVIEW).defer("rendering"))

        def publish() -> None:
            found = publish_together(records, Act(timezone.now(), reviewer, "Made up to measure with."))
            if len(found.done) != many:
                raise RuntimeError(f"Not published: {found.refused[0].why}")

        seconds = _timed(publish)
    yield Figure(f"{many:,} events published in bulk", "records/s", many / seconds, at_least=5_000)


MEASURES: Final = (loading, publishing)
