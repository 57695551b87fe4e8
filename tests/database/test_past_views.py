"""The past: what a block of known_at sees, and that nothing of it stays."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models.signals import pre_migrate

from sanctions.database import past_views
from sanctions.database.past_views import instant_seen, known_at
from sanctions.ledger.history import begin_history, keep_all_history, keep_history
from sanctions.ledger.versions import Act, verify_chain
from sanctions.loading.documents import Incoming, save_documents
from sanctions.models import HISTORY, Actor, Measure, Tenure, Version, past_of
from sanctions.records.registry import BY_NAME
from sanctions.vocabulary import State
from tests.factories.actors import make_actor, make_tenure
from tests.factories.documents import refer, world

pytestmark = pytest.mark.django_db

FIRST = datetime(2025, 3, 1, 12, tzinfo=UTC)
SECOND = FIRST + timedelta(days=1)
THIRD = FIRST + timedelta(days=2)


def save(at: datetime, noun: str, state: State = State.PUBLISHED, **document: Any) -> None:
    save_documents([Incoming(BY_NAME[noun], document, state)], Act(at))


def actor(at: datetime, name: str, state: State = State.PUBLISHED) -> None:
    save(at, "actor", state, slug="iran", kind="state", name=name)


def names() -> list[str]:
    return list(Actor.objects.published().values_list("name", flat=True))


@pytest.fixture
def renamed() -> Iterator[None]:
    actor(FIRST, "Persia")
    actor(SECOND, "Iran")
    yield
    assert list(verify_chain()) == []


@pytest.mark.usefixtures("renamed")
def test_queries_within_see_what_the_tables_held_and_queries_after_what_they_hold() -> None:
    for instant, expected in (
        (FIRST - timedelta(microseconds=1), []),
        (FIRST, ["Persia"]),
        (SECOND - timedelta(microseconds=1), ["Persia"]),
        (SECOND, ["Iran"]),
        (THIRD, ["Iran"]),
    ):
        with known_at(instant):
            assert (instant_seen(), names()) == (instant, expected)
        assert (instant_seen(), names()) == (None, ["Iran"])


@pytest.mark.usefixtures("renamed")
def test_blocks_can_be_nested() -> None:
    with known_at(FIRST):
        with known_at(SECOND):
            assert names() == ["Iran"]
            assert (instant_seen(), names()) == (SECOND, ["Iran"])
        assert (instant_seen(), names()) == (FIRST, ["Persia"])
    assert (instant_seen(), names()) == (None, ["Iran"])


@pytest.mark.usefixtures("renamed")
@pytest.mark.parametrize("depth", [1, 2])
def test_a_block_that_fails_leaves_no_trace(depth: int) -> None:
    def fail(more: int) -> None:
        with known_at(FIRST):
            assert names() == ["Persia"]
            if more:
                fail(more - 1)
            raise LookupError

    with pytest.raises(LookupError):
        fail(depth)
    assert (instant_seen(), names()) == (None, ["Iran"])


@pytest.mark.usefixtures("renamed")
def test_the_past_cannot_be_written() -> None:
    with known_at(FIRST), pytest.raises(RuntimeError, match="past cannot be written"):
        actor(THIRD, "Iran, Islamic Republic of")
    assert names() == ["Iran"]


@pytest.mark.django_db(transaction=True)
def test_one_thread_s_past_is_not_another_s() -> None:
    actor(FIRST, "Persia")
    actor(SECOND, "Iran")
    seen: list[str] = []

    def look() -> None:
        try:
            seen.extend(names())
        finally:
            connection.close()

    with known_at(FIRST):
        assert names() == ["Persia"]
        other = threading.Thread(target=look)
        other.start()
        other.join()
    assert seen == ["Iran"]


@pytest.mark.django_db(transaction=True)
def test_the_past_is_seen_without_a_transaction_of_the_caller_s() -> None:
    actor(FIRST, "Persia")
    actor(SECOND, "Iran")
    with known_at(FIRST):
        assert names() == ["Persia"]
    assert names() == ["Iran"]
    assert not connection.in_atomic_block


# --- What is kept -------------------------------------------------------------------------------


def spans(model: Any, **values: Any) -> list[tuple[datetime, datetime | None]]:
    """The spans of the rows of history with these values, in order."""
    rows = past_of(model).filter(**values).order_by("recorded_from")
    return list(rows.values_list("recorded_from", "recorded_to"))


@pytest.mark.usefixtures("renamed")
def test_a_change_ends_the_span_of_the_row_before_it() -> None:
    assert spans(Actor, name="Persia") == [(FIRST, SECOND)]
    assert spans(Actor, name="Iran") == [(SECOND, None)]


def test_what_has_not_changed_keeps_its_span() -> None:
    save_documents(world(), Act(FIRST))
    save(SECOND, "actor", **{**refer("actor-1"), "name": "Another name", "tenures": [refer("tenure-1")]})
    assert spans(Tenure, slug="tenure-1") == [(FIRST, None)]
    assert spans(Actor, slug="actor-1") == [(FIRST, SECOND), (SECOND, None)]


def test_a_part_that_is_taken_out_was_there_before() -> None:
    save_documents(world(), Act(FIRST))
    save(SECOND, "order", **{**refer("order-1"), "measures": [refer("measure-1")]})
    assert not Measure.objects.filter(slug="measure-2").exists()
    with known_at(FIRST):
        assert Measure.objects.published().filter(slug="measure-2", order__slug="order-1").exists()


def test_writes_at_one_instant_leave_the_last_of_them() -> None:
    actor(FIRST, "Persia")
    actor(FIRST, "Iran")
    assert spans(Actor, name="Persia") == []
    with known_at(FIRST):
        assert names() == ["Iran"]


def test_a_name_is_shown_as_it_then_was_wherever_it_is_shown() -> None:
    actor(FIRST, "Persia")
    save(FIRST, "program", slug="program", name="A regime", issuer="iran")
    actor(SECOND, "Iran")
    model = BY_NAME["program"].model
    with known_at(FIRST):
        assert "Persia" in model._default_manager.get().rendering
    assert "Iran" in model._default_manager.get().rendering
    assert Version.objects.filter(record_type="program").count() == 1, "Only the name changed, not the program."


def test_what_is_no_longer_public_was_public_then() -> None:
    actor(FIRST, "Iran")
    actor(SECOND, "Iran", State.IN_REVIEW)
    actor(THIRD, "Iran")
    with known_at(FIRST):
        assert names() == ["Iran"]
    with known_at(SECOND):
        assert names() == []
    with known_at(THIRD):
        assert names() == ["Iran"]


def test_time_never_runs_backwards_in_history_either() -> None:
    actor(SECOND, "Persia")
    actor(FIRST, "Iran")
    assert spans(Actor, name="Iran") == [(SECOND, None)]


@pytest.mark.usefixtures("renamed")
def test_keeping_everything_again_changes_nothing() -> None:
    before = {model: list(past_of(model).order_by("pk").values()) for model in HISTORY}
    with transaction.atomic():
        keep_all_history(THIRD)
    assert {model: list(past_of(model).order_by("pk").values()) for model in HISTORY} == before


@pytest.mark.usefixtures("renamed")
def test_a_row_that_was_removed_behind_our_back_ends_when_everything_is_kept() -> None:
    Actor.objects.all().delete()
    with transaction.atomic():
        keep_all_history(THIRD)
    assert spans(Actor, name="Iran") == [(SECOND, THIRD)]


def test_a_part_that_goes_to_another_record_is_kept_however_many_are_kept_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sanctions.ledger.history.chunks", lambda items: ([item] for item in items))
    holder, other = make_actor("one"), make_actor("other")
    for at, owner in enumerate((other, holder, other)):
        tenure = Tenure.objects.filter(slug="office")
        if not tenure.update(actor=owner):
            make_tenure(owner, make_actor("body"), slug="office")
        with transaction.atomic():
            keep_history(FIRST + timedelta(days=at), records={Actor: [holder.pk, other.pk]}, rows={})
        held = past_of(Tenure).filter(recorded_to__isnull=True).values_list("actor_id", flat=True)
        assert list(held) == [owner.pk]


@pytest.mark.usefixtures("renamed")
def test_a_database_with_a_ledger_and_no_history_gets_one() -> None:
    for model in HISTORY:
        past_of(model).delete()
    begin_history(using="default")
    with known_at(SECOND):
        assert names() == ["Iran"]
    with known_at(SECOND - timedelta(microseconds=1)):
        assert names() == []
    begin_history(using="default")
    assert spans(Actor, name="Iran") == [(SECOND, None)]


def test_an_empty_database_has_no_history() -> None:
    begin_history(using="default")
    assert not any(past_of(model).exists() for model in HISTORY)


@pytest.mark.usefixtures("renamed")
def test_rendering_anew_begins_no_span() -> None:
    call_command("render", verbosity=0)
    assert spans(Actor, name="Persia") == [(FIRST, SECOND)]
    assert spans(Actor, name="Iran") == [(SECOND, None)]


def test_every_table_of_records_has_a_history_with_all_its_columns() -> None:
    for model, history in HISTORY.items():
        own = {column.column for column in model._meta.concrete_fields}
        kept = {column.column for column in history._meta.concrete_fields}
        assert kept == own | {"history_id", "recorded_from", "recorded_to"}, model


@pytest.mark.usefixtures("renamed")
def test_a_migration_finds_no_view_in_its_way_and_the_past_is_back_after_it() -> None:
    checks: list[bool] = []

    def views_are_gone(**_: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM information_schema.views WHERE table_schema = %s", [past_views.SCHEMA])
            checks.append(cursor.fetchone() == (0,))

    if connection.vendor == "postgresql":
        pre_migrate.connect(views_are_gone, sender=apps.get_app_config("sanctions"))
    try:
        call_command("migrate", verbosity=0)
    finally:
        pre_migrate.disconnect(views_are_gone, sender=apps.get_app_config("sanctions"))
    assert all(checks)
    assert bool(checks) == (connection.vendor == "postgresql")
    with known_at(FIRST):
        assert names() == ["Persia"]
