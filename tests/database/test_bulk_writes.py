"""Many rows written at once are the rows that would have been written one by one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import CaptureQueriesContext

from sanctions.database.bulk_writes import FEW, insert, update_statistics
from sanctions.models import Actor, Event, Penalty, Version
from sanctions.vocabulary import State
from tests.factories.actors import make_actor
from tests.factories.events import make_event
from tests.factories.violations import make_violation

pytestmark = pytest.mark.django_db
MANY = FEW + 50


def events(prefix: str, many: int) -> list[Event]:
    """Return events that are not stored, with dates, texts and mappings that are hard to write."""
    return [
        Event(
            slug=f"{prefix}-{number}",
            kind="statement",
            title=f"Tab\\t, quote \" ' and \\N, ümlaut and خامنه‌ای {number}",
            summary="" if number % 2 else "Two\nlines, and a backslash \\",
            happened_on=("2015-07-14", "2015-07~", "../2010", "2015-01/2015-03")[number % 4],
            state=State.PUBLISHED,
            absences={"place": "unknown", "time": 'not_"coded"'} if number % 3 else {},
        )
        for number in range(many)
    ]


def stored(prefix: str, model: type[models.Model] = Event) -> list[dict[str, Any]]:
    """Return those rows without their primary keys and prefixes, to compare them."""
    rows = model._default_manager.filter(slug__startswith=f"{prefix}-").order_by("pk").values()
    return [{**row, "slug": row["slug"].removeprefix(prefix), "id": None} for row in rows]


def test_many_rows_are_written_as_one_by_one() -> None:
    insert(events("many", MANY))
    for one in events("one", MANY):
        one.save()
    assert len(stored("many")) == MANY
    assert stored("many") == stored("one")


@pytest.mark.parametrize("many", [FEW, MANY])
def test_rows_get_the_keys_that_they_have_in_the_table(many: int) -> None:
    rows = events("many", many)
    insert(rows)
    assert {row.pk: row.slug for row in rows} == dict(Event.objects.values_list("pk", "slug"))
    assert not any(row._state.adding for row in rows)


def test_whoever_writes_next_gets_another_key() -> None:
    make_actor("before")
    insert([Actor(slug=f"actor-{number}", kind="person", name="Somebody") for number in range(MANY)])
    after = make_actor("after")
    assert Actor.objects.count() == MANY + 2
    assert after.pk == max(Actor.objects.values_list("pk", flat=True))


def test_numbers_are_kept_to_the_last_digit() -> None:
    event, violation = make_event(), make_violation()
    sums = [Decimal(f"{number}.25") for number in range(MANY)]
    insert(
        [
            Penalty(event=event, violation=violation, ordinal=place, kind="fine", amount=amount)
            for place, amount in enumerate(sums)
        ]
    )
    assert list(Penalty.objects.order_by("ordinal").values_list("amount", flat=True)) == sums


def test_what_the_database_refuses_leaves_nothing() -> None:
    rows = events("many", MANY)
    rows[-1].slug = rows[0].slug
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(rows)
    assert not Event.objects.exists()


def test_postgresql_knows_how_much_it_holds_after_many_were_loaded() -> None:
    counts = "SELECT count(*) FROM sanctions_event"
    with CaptureQueriesContext(connection) as queries:
        update_statistics(FEW)
    assert not queries
    insert(events("many", FEW + 1))
    update_statistics(FEW + 1)
    if connection.vendor == "postgresql":
        counts = "SELECT reltuples FROM pg_class WHERE relname = 'sanctions_event'"
    with connection.cursor() as cursor:
        cursor.execute(counts)
        assert cursor.fetchone()[0] == FEW + 1


def test_nothing_is_written_of_nothing() -> None:
    insert([])
    assert not Version.objects.exists()
