"""With a hundred thousand rows no frequent list scans a whole table: the query plans show it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from django.db import connection, models, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from sanctions.models import Actor, Event, Order, Participation, Source
from sanctions.projections.appearances import store_appearances
from sanctions.vocabulary import State
from tests.factories.actors import make_actor
from tests.factories.events import make_event
from tests.factories.orders import make_order
from tests.factories.sources import make_source

#: Rows of each table.
MANY: Final = 100_000
#: Actors that the events are shared among.
_ACTORS: Final = 100
NOUNS: Final = ("event", "actor", "order", "source", "participation", "appearance", "version", "citation")

#: What is asked most, each with filters and orderings that indexes are for.
HOT: Final = (
    "events/",
    "events/?ordering=happened_on",
    "events/?ordering=slug",
    "events/?kind=statement",
    "events/?kind=statement&happened_on__range=1995,2005",
    "events/?happened_on=2003-05",
    "events/?actor=copy-actor-7",
    "events/?actor=copy-actor-7&kind=statement&happened_on__gte=1990",
    "events/?actor=copy-actor-7&role=speaker",
    "events/?slug__in=copy-event-5,copy-event-500",
    "events/copy-event-77777/",
    "actors/",
    "actors/?kind=state",
    "actors/copy-actor-99/",
    "orders/?ordering=slug",
    "orders/copy-order-3/",
    "sources/?ordering=slug",
    "sources/copy-source-3/",
)


def copies(row: models.Model, many: int, **others: str) -> None:
    """Write copies of a row by one statement: ``others`` are columns with what they shall be, of the number ``i``."""
    table = connection.ops.quote_name(row._meta.db_table)
    named = {"slug": f"'copy-{row._meta.model_name}-' || i"} if hasattr(row, "slug") else {}
    columns = [column.column for column in row._meta.concrete_fields if not column.primary_key]
    values = [(named | others).get(name, f"t.{name}") for name in map(str, columns)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < {many}) "
            f"INSERT INTO {table} ({', '.join(map(str, columns))}) "
            f"SELECT {', '.join(values)} FROM numbers, {table} AS t WHERE t.id = {row.pk}"
        )


@pytest.fixture(scope="module")
def _many(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        day = (
            "(date '1980-01-01' + i % 16000)"
            if connection.vendor == "postgresql"
            else "date('1980-01-01', '+' || (i % 16000) || ' days')"
        )
        # As long as those of real records: a short table is read from end to end with good reason.
        public: dict[str, Any] = {"state": State.PUBLISHED, "rendering": f'{{"title":"{"x" * 1000}"}}'}
        kind = "CASE WHEN i % 40 = 0 THEN 'statement' ELSE t.kind END"
        event, actor, order, source = make_event(kind="report"), make_actor(), make_order(), make_source()
        for model in (Event, Actor, Order, Source):
            model._default_manager.update(**public)
        copies(event, MANY, kind=kind, happened_earliest=day, happened_latest=day)
        copies(actor, MANY, name="'Actor ' || i", kind="CASE WHEN i % 50 = 0 THEN 'state' ELSE 'person' END")
        copies(order, MANY)
        copies(source, MANY)
        first = Actor.objects.get(slug="copy-actor-1").pk
        beginning = Event.objects.get(slug="copy-event-1").pk
        part = Participation.objects.create(event=event, actor_id=first, role="speaker")
        copies(part, MANY, event_id=f"{beginning} + i - 1", actor_id=f"{first} + i % {_ACTORS}")
        store_appearances(Event.objects.values_list("pk", flat=True))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def many(_many: None, db: None) -> None:
    """Fill the tables, once for all tests of this module."""


def plans(ask: Callable[[], Any]) -> list[str]:
    """Return the plan of every statement of a request that reads a table of records."""
    with CaptureQueriesContext(connection) as queries:
        answer = ask()
    assert answer.status_code == 200, answer.content
    explain = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    plans = []
    for query in list(queries.captured_queries):
        if query["sql"].startswith("SELECT"):
            with connection.cursor() as cursor:
                cursor.execute(f"{explain} {query['sql'].replace('%', '%%')}")
                plans.append("\n".join(str(row[-1]) for row in cursor.fetchall()))
    return plans


def read_whole(plan: str) -> set[str]:
    """Return the tables of records that a plan reads from end to end, without an index that has their order."""
    seq = re.findall(r"Seq Scan on sanctions_(\w+)", plan)
    scan = re.findall(r"^SCAN sanctions_(\w+)(?: AS \w+)?$", plan, re.MULTILINE)
    return {*seq, *scan} & set(NOUNS)


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("path", HOT)
def test_no_hot_list_reads_a_table_from_end_to_end(client: Client, path: str) -> None:
    found = plans(lambda: client.get(f"/api/v1/{path}"))
    assert found
    for plan in found:
        assert not read_whole(plan), plan


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("path", ["events/", "events/?kind=statement", "events/?actor=copy-actor-7", "actors/"])
def test_nor_does_the_page_after_it(client: Client, path: str) -> None:
    sign = "&" if "?" in path else "?"
    after = client.get(f"/api/v1/{path}{sign}limit=500").json()["next"].partition("testserver")[2]
    found = plans(lambda: client.get(after))
    assert found
    assert [plan for plan in found if read_whole(plan)] == []


@pytest.mark.usefixtures("many")
def test_what_no_index_is_for_is_seen_to_read_a_table(client: Client) -> None:
    found = plans(lambda: client.get("/api/v1/stats/?collection=sources&group_by=kind"))
    assert "source" in set().union(*map(read_whole, found))


def test_the_tables_hold_so_many(many: None) -> None:
    for model in (Event, Actor, Order, Source, Participation):
        assert model._default_manager.count() > MANY
