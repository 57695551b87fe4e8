"""Changes made around the moves are reported by record and field: rows, renderings, search, the past, merges."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import orjson
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, models, transaction
from pytest_django import DjangoDbBlocker

from sanctions.database.search_indexes import ENTRIES_FTS
from sanctions.editorial import merging, moves
from sanctions.editorial.duplicates import decide
from sanctions.ledger import guards
from sanctions.ledger.releases import make_release
from sanctions.ledger.versions import Act
from sanctions.loading.documents import Incoming, save_documents
from sanctions.loading.yaml_files import read_file
from sanctions.models import (
    HISTORY,
    Actor,
    Appearance,
    Event,
    LedgerHead,
    Record,
    Redirect,
    Rendered,
    SearchEntry,
    SearchWord,
    Version,
    past_of,
)
from sanctions.models.fields import BoundField
from sanctions.projections.rendered_documents import render
from sanctions.projections.renderings import render_everything, served
from sanctions.records.registry import BY_NAME
from sanctions.verification.checks import CHECKS
from sanctions.vocabulary import Sameness, State
from tests.factories.users import make_user

pytestmark = pytest.mark.django_db
AT: Final = datetime(2025, 3, 1, 12, tzinfo=UTC)
LATER: Final = AT + timedelta(days=30)
WORLD: Final = Path(__file__).parents[1] / "api" / "v1" / "world.yaml"
#: Rows of the tables of which world.yaml has none.
MORE: Final[list[tuple[str, dict[str, Any]]]] = [
    (
        "actor",
        {"slug": "spy", "kind": "person", "name": "Spy", "particulars": [{"kind": "birth_place", "text": "Rey"}]},
    ),
    (
        "event",
        {
            "slug": "vote",
            "kind": "report",
            "title": "A vote and a penalty",
            "happened_on": "2012-09",
            "votes": [{"body": "iaea", "for": 31, "against": 1, "adopted": True}],
            "ballots": [{"member": "france", "choice": "for"}, {"member": "iran", "choice": "against"}],
            "penalties": [{"violation": "evasion", "amount": 5, "currency": "USD", "authorities": ["us-treasury"]}],
            "effects": [{"verb": "alleged", "violation": "evasion", "effective_on": "2012-09"}],
        },
    ),
]
#: Columns of which nothing is public, and that no document has.
INTERNAL: Final = {"author_id", "approver_id"}


@pytest.fixture(scope="module")
def _world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        more = [Incoming(BY_NAME[noun], document) for noun, document in MORE]
        save_documents([*read_file(WORLD), *more], Act(AT))
        # Some records have a past that differs.
        changed = [
            Incoming(one.record_type, {**one.document, "note": "Changed."}) for one in read_file(WORLD) if one.document
        ]
        save_documents(changed[::2], Act(LATER))
        yield
        transaction.set_rollback(True)


@pytest.fixture
def world(_world: None, db: None) -> None:
    """Return a small world with rows in every table of records."""


def differing(*checks: str) -> Iterator[str]:
    for name in checks or CHECKS:
        for mismatch in CHECKS[name](lambda _: None):
            yield str(mismatch)


def first_row(model: type[models.Model]) -> int:
    return int(model._default_manager.order_by("pk").values_list("pk", flat=True)[0])


def others(model: type[models.Model], column: models.Field[Any, Any], value: Any) -> Iterator[Any]:
    """Yield values that a column could hold instead."""
    if column.choices:
        yield from (code for code, _ in column.flatchoices if code != value)
    elif column.is_relation:
        related: Any = column.related_model
        yield from related._default_manager.order_by("pk").exclude(pk=value).values_list("pk", flat=True)[:5]
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, int | Decimal):
        yield value + 1000
    elif isinstance(value, date):
        yield value + timedelta(days=1)
    elif isinstance(value, dict):
        yield {"note": "unknown"}
    elif isinstance(column, BoundField | models.DateField):
        yield date(1999, 1, 1)
    elif isinstance(column, models.DecimalField | models.IntegerField):
        yield 7
    else:
        yield from ("1999", f"{value or ''}x", "abc", "USD", "a" * 64)


def tampered(model: type[models.Model], *tables: type[models.Model]) -> Iterator[tuple[str, None]]:
    """Change each column of a row in the tables, one after the other, and yield its name while it is so."""
    pk = first_row(model)
    for column in model._meta.concrete_fields:
        if column.primary_key:
            continue
        value = model._default_manager.filter(pk=pk).values_list(column.attname, flat=True).get()
        for other in others(model, column, value):
            written = orjson.dumps(other).decode() if isinstance(other, dict) else other
            with transaction.atomic():
                try:
                    with transaction.atomic(), connection.cursor() as cursor:
                        for table in tables:
                            name = table._meta.db_table
                            where = "id = %s" if table is model else "id = %s AND recorded_to IS NULL"
                            cursor.execute(
                                f'UPDATE {name} SET "{column.column}" = %s WHERE {where}', [_adapted(written), pk]
                            )
                except DatabaseError:
                    continue
                yield column.attname, None
                transaction.set_rollback(True)
            break


def _adapted(value: Any) -> Any:
    if isinstance(value, date) and not isinstance(value, datetime):
        return connection.ops.adapt_datefield_value(value)
    return str(value) if isinstance(value, Decimal) else value


@pytest.mark.usefixtures("world")
def test_an_untouched_database_is_what_the_ledger_has() -> None:
    assert [model.__name__ for model in HISTORY if not model._default_manager.exists()] == []
    assert list(differing()) == []


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("model", HISTORY, ids=lambda model: model.__name__)
def test_a_changed_row_is_found_and_its_column_named(model: type[models.Model]) -> None:
    seen = []
    for column, _ in tampered(model, model):
        if column not in INTERNAL:
            assert any(column in text for text in differing("history")), column
            seen.append(column)
    assert seen


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("model", HISTORY, ids=lambda model: model.__name__)
def test_a_row_that_is_changed_with_its_history_is_found(model: type[models.Model]) -> None:
    missed = []
    for column, _ in tampered(model, model, HISTORY[model]):
        if next(differing("records", "renderings", "past", "search", "appearances"), None) is None:
            missed.append(column)
    # The place of a row counts among others only, and the same order is the same document.
    assert set(missed) <= INTERNAL | {"ordinal"}


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("model", HISTORY, ids=lambda model: model.__name__)
def test_a_row_that_is_gone_is_found(model: type[models.Model]) -> None:
    pk = first_row(model)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {HISTORY[model]._meta.db_table} WHERE id = %s", [pk])
        assert any("history has no such row" in text for text in differing("history"))
        transaction.set_rollback(True)


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("model", HISTORY, ids=lambda model: model.__name__)
@pytest.mark.parametrize("change", ["recorded_from = recorded_from + 1 day", "recorded_to = recorded_from + 1 day"])
def test_a_changed_span_of_history_is_found(model: type[models.Model], change: str) -> None:
    row = past_of(model).order_by("history_id")[0]
    column = change.split()[0]
    past_of(model).filter(history_id=row.history_id).update(**{column: row.recorded_from + timedelta(days=1)})
    assert next(differing("history", "past"), None) is not None


@pytest.mark.usefixtures("world")
def test_history_without_parts_that_begins_after_its_version_is_found() -> None:
    row = past_of(Actor).filter(slug="france").order_by("recorded_from")[0]
    past_of(Actor).filter(history_id=row.history_id).update(recorded_from=row.recorded_from + timedelta(days=1))
    texts = list(differing("past"))
    assert any("actor france" in text and "history does not" in text for text in texts), texts


@pytest.mark.usefixtures("world")
def test_what_was_known_before_is_held_to_the_ledger() -> None:
    closed = past_of(Actor).exclude(recorded_to=None)[0]
    past_of(Actor).filter(history_id=closed.history_id).update(summary="Never said.")
    (found,) = [text for text in differing("past") if "summary" in text and "tables of history" in text]
    assert closed.slug in found
    assert "Never said." in found


@pytest.mark.usefixtures("world")
def test_an_answer_of_the_past_is_held_to_what_it_was_made_of() -> None:
    closed = past_of(Actor).exclude(recorded_to=None)[0]
    past_of(Actor).filter(history_id=closed.history_id).update(
        rendering=closed.rendering.replace("actor", "actress", 1)
    )
    assert any("rendering of the past" in text and closed.slug in text for text in differing("past"))


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("model", served(), ids=lambda model: model.__name__)
def test_a_changed_answer_is_found_and_named(model: type[Rendered]) -> None:
    row: Any = model._default_manager.order_by("pk")[0]
    for text, message in (
        (row.rendering + " ", "other bytes"),
        (row.rendering.replace(f'"slug":"{row.slug}"', '"slug":"another"', 1), "slug"),
        ("", "missing"),
        ("{", "not JSON"),
    ):
        model._default_manager.filter(pk=row.pk).update(rendering=text)
        found = list(differing("renderings"))
        assert len(found) == 1, found
        assert row.slug in found[0]
        assert message in found[0]
    right = render(model, [row.pk])[row.pk].decode()
    model._default_manager.filter(pk=row.pk).update(rendering=right)
    assert list(differing("renderings")) == []


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"names": ["Nobody"]}, "search names"),
        ({"identifiers": [["imo", "1"]]}, "search identifiers"),
        ({"texts": ["Nothing"]}, "search texts"),
        ({"name_words": "nobody"}, "search name_words"),
        ({"text_words": "nothing"}, "search text_words"),
        ({"noun": "ghost"}, "ghost iran"),
        ({"slug": "ghost"}, "actor ghost"),
    ],
)
def test_a_changed_search_entry_is_found_and_named(change: dict[str, Any], message: str) -> None:
    SearchEntry.objects.filter(noun="actor", slug="iran").update(**change)
    found = list(differing("search"))
    assert any(message in text for text in found), found


@pytest.mark.usefixtures("world")
def test_a_missing_and_an_extra_search_entry_are_found() -> None:
    SearchEntry.objects.filter(noun="actor", slug="iran").delete()
    assert list(differing("search")) == ["actor iran: it is public, but missing from the search index."]
    SearchEntry.objects.create(noun="order", slug="ghost", names=["Ghost"])
    assert "order ghost: it is in the search index, but does not exist." in list(differing("search"))


@pytest.mark.usefixtures("world")
def test_a_missing_word_is_found() -> None:
    SearchWord.objects.filter(word="melli").delete()
    assert any("'melli' is missing" in text for text in differing("search"))


@pytest.mark.usefixtures("world")
def test_an_index_that_does_not_follow_its_table_is_found() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps its index by itself.")
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {ENTRIES_FTS}(rowid, name_words, text_words) VALUES (999999, 'ghost', '')")
    assert any(ENTRIES_FTS in text for text in differing("search"))


@pytest.mark.usefixtures("world")
def test_changed_missing_and_extra_appearances_are_found() -> None:
    appearance = Appearance.objects.order_by("pk")[0]
    event = Event.objects.get(pk=appearance.event_id)
    for change in (
        {"slug": "another"},
        {"happened_latest": date(1999, 1, 1)},
        {"actor": Actor.objects.get(slug="spy")},
    ):
        with transaction.atomic():
            Appearance.objects.filter(pk=appearance.pk).update(**change)
            assert any(event.slug in text for text in differing("appearances"))
            transaction.set_rollback(True)
    appearance.delete()
    assert any(event.slug in text for text in differing("appearances"))


@pytest.mark.usefixtures("world")
def test_what_is_public_without_a_version_is_found() -> None:
    guards.remove("default")
    Version.objects.filter(record_type="actor", slug="spy").delete()
    guards.install("default")
    assert "actor spy: it is public, but the ledger has no version of it." in list(differing("records"))


@pytest.mark.usefixtures("world")
def test_what_is_hidden_though_the_ledger_has_it_as_public_is_found() -> None:
    Actor.objects.filter(slug="spy").update(state=State.DRAFT)
    assert "actor spy: the ledger has it as public, but its state is draft." in list(differing("records"))


@pytest.mark.usefixtures("world")
def test_what_was_retracted_and_is_shown_as_public_is_found() -> None:
    actor = Actor.objects.get(slug="spy")
    moves.retract(actor, Act(LATER, make_user("reviewer"), "Wrong."))
    assert list(differing()) == []
    Actor.objects.filter(slug="spy").update(state=State.PUBLISHED)
    assert "actor spy: it is public, but the ledger has it as retracted." in list(differing("records"))


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("end", ["recorded_to = NULL", "recorded_to = '2099-01-01 00:00:00+00:00'"])
def test_a_changed_end_of_a_version_is_found(end: str) -> None:
    version = Version.objects.exclude(recorded_to=None).order_by("sequence")[0]
    guards.remove("default")
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX IF EXISTS version_one_current")
        cursor.execute(f"UPDATE sanctions_version SET {end} WHERE sequence = %s", [version.sequence])
    guards.install("default")
    assert any(text.startswith(f"sequence {version.sequence}:") for text in differing("chain"))


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("change", [{"sequence": 3}, {"digest": "0" * 64}, {"recorded_at": AT}])
def test_a_changed_end_of_the_ledger_is_found(change: dict[str, Any]) -> None:
    LedgerHead.objects.update(**change)
    assert list(differing("chain"))


@pytest.fixture
def merged(world: None) -> Redirect:
    curator, reviewer = make_user("curator", name="curator"), make_user("reviewer", name="reviewer")
    kept, dropped = (Actor.objects.get(slug=slug) for slug in ("iran", "nuclear-club"))
    decide((kept, dropped), Sameness.SAME, Act(LATER, curator, "One."))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merging, "require_sources", lambda record: None)
        return merging.merge(kept, dropped, Act(LATER, reviewer, "One."))


def test_a_merge_and_its_undoing_are_what_the_ledger_has(merged: Redirect) -> None:
    assert list(differing()) == []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merging, "require_sources", lambda record: None)
        merging.unmerge(merged, Act(LATER + timedelta(days=1), make_user("reviewer"), "Two."))
    assert list(differing()) == []


@pytest.mark.parametrize(
    "change",
    [{"new": "france"}, {"old": "france"}, {"at": AT}, {"by": "nobody"}, {"undone_at": LATER, "undone_by": "x"}],
)
def test_a_changed_merge_is_found(merged: Redirect, change: dict[str, Any]) -> None:
    Redirect.objects.update(**change)
    assert list(differing("merges"))


def test_a_merge_that_leads_nowhere_any_more_is_found(merged: Redirect) -> None:
    merged.touched.all().delete()
    merged.delete()
    assert list(differing("merges")) == ["actor nuclear-club: its state is merged, but it has no redirect."]


@pytest.mark.usefixtures("world")
def test_drafts_releases_and_new_renderings_are_no_mismatch() -> None:
    curator, reviewer = make_user("curator"), make_user("reviewer")
    draft = moves.create(BY_NAME["actor"], {"slug": "x", "kind": "state", "name": "X"}, Act(LATER, curator))
    moves.submit(draft, Act(LATER, curator, "Because."))
    moves.send_back(draft, Act(LATER, reviewer, "Because."))
    make_release(LATER)
    moves.delete(draft, Act(LATER, make_user("administrator"), "Because."))
    render_everything()
    assert list(differing()) == []


@pytest.mark.usefixtures("world")
def test_the_command_names_what_differs_and_checks_only_what_it_is_asked() -> None:
    call_command("verify_ledger", verbosity=0)
    Actor.objects.filter(slug="spy").update(name="Spion")
    with pytest.raises(CommandError, match=r'actor spy, name: the tables have "Spion", the ledger has "Spy"'):
        call_command("verify_ledger", verbosity=0)
    call_command("verify_ledger", "--only", "chain", verbosity=0)
    with pytest.raises(CommandError, match="and more than these 1"):
        call_command("verify_ledger", "--most", "1", verbosity=0)


def test_every_kind_of_record_and_every_part_is_checked() -> None:
    assert {*Record.__subclasses__()} <= {*HISTORY}
    assert len(CHECKS) == 10


@pytest.mark.usefixtures("world")
def test_long_texts_are_shown_where_they_begin_to_differ() -> None:
    _, spy = MORE[0]
    save_documents([Incoming(BY_NAME["actor"], {**spy, "summary": f"{'a' * 300} Rasht"})], Act(LATER))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE sanctions_actor SET summary = %s WHERE slug = 'spy'", [f"{'a' * 300} Tehran"])
    (line,) = [line for line in differing("records") if "summary" in line]
    assert "Tehran" in line
    assert "Rasht" in line
