"""Wrong clocks: nothing is written under one, and what was is corrected by two people, in the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any, Final

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client

from sanctions.database.past_views import known_at
from sanctions.editorial import bulk, moves, undo
from sanctions.editorial.bulk import Draft
from sanctions.editorial.procedure import batch
from sanctions.exceptions import ClocksDisagree
from sanctions.importers.undo.undo_import import request_undo, undo_import
from sanctions.ledger import clock, guards, versions
from sanctions.ledger.clock import database_now
from sanctions.ledger.releases import make_release, manifest
from sanctions.ledger.versions import Act, verify_chain
from sanctions.loading.documents import Incoming, save_documents
from sanctions.models import Actor, ClockCorrection, Delivery, LedgerHead, Release, Version, Webhook
from sanctions.records.encode import encode
from sanctions.records.registry import BY_NAME
from sanctions.verification.checks import CHECKS
from sanctions.webhooks import queue
from tests.factories.users import make_user
from tests.importers.made_up_list import Row, import_rows

pytestmark = pytest.mark.django_db
DAY: Final = datetime(2025, 3, 1, 12, tzinfo=UTC)
#: What the wrong clock says, and when it really was.
WRONG: Final = datetime(2131, 1, 1, 12, tzinfo=UTC)
RIGHT: Final = datetime(2025, 4, 1, 12, tzinfo=UTC)
ACTOR: Final = BY_NAME["actor"]


def say(name: str, at: datetime, slug: str = "iran") -> None:
    save_documents([Incoming(ACTOR, {"slug": slug, "kind": "state", "name": name})], Act(at))


@contextmanager
def wrong_clock() -> Iterator[None]:
    """Let things be written as on a machine where all clocks are wrong."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(versions, "require_right_clock", lambda head, at: None)
        yield


def differing() -> list[str]:
    return [str(mismatch) for check in CHECKS.values() for mismatch in check(lambda _: None)]


def name_at(instant: datetime) -> str | None:
    with known_at(instant):
        return Actor.objects.filter(slug="iran").values_list("name", flat=True).first()


@pytest.fixture
def spoilt() -> None:
    """Give the ledger a right version, then three at wrong instants."""
    say("Persia", DAY)
    with wrong_clock():
        say("Iran", WRONG)
        say("Iraq", WRONG, "iraq")
        say("Islamic Republic of Iran", WRONG + timedelta(days=2))


def mend(**changes: Any) -> str:
    output = StringIO()
    for name in ("reviewer", "administrator"):
        if name not in changes.get("without", ()):
            make_user(name, name=name)
    options = {"to": RIGHT, "reason": "A wrong clock.", "by": "administrator", "approved_by": "reviewer"}
    options |= {name: value for name, value in changes.items() if name != "without"}
    call_command("mend_clock", stdout=output, **options)
    return output.getvalue()


# --- Refusing -----------------------------------------------------------------------------------


def test_nothing_is_written_at_an_instant_that_is_yet_to_come() -> None:
    with pytest.raises(ClocksDisagree, match=r"2131-01-01 12:00:00 UTC is in the future"):
        say("Iran", WRONG)
    assert not Version.objects.exists()
    assert not Actor.objects.exists()


def test_an_instant_within_the_tolerance_is_written() -> None:
    say("Iran", database_now() + timedelta(seconds=60))
    assert Version.objects.count() == 1


def test_nothing_is_written_while_the_process_and_the_database_disagree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "database_clock", lambda head: clock.process_now() - timedelta(minutes=10))
    with pytest.raises(ClocksDisagree, match="more than 120 seconds apart"):
        say("Iran", DAY)
    monkeypatch.setattr(clock, "database_clock", lambda head: clock.process_now() + timedelta(minutes=10))
    with pytest.raises(ClocksDisagree, match="more than 120 seconds apart"):
        say("Iran", DAY)
    assert not Version.objects.exists()


@pytest.mark.usefixtures("spoilt")
def test_nothing_is_written_while_the_ledger_ends_in_the_future() -> None:
    with pytest.raises(ClocksDisagree, match="written under a wrong clock"):
        say("Persia", RIGHT)
    assert Version.objects.count() == 4


@pytest.mark.usefixtures("spoilt")
def test_health_and_verification_tell_of_it(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["healthy"]) == (200, True), "Readers are answered as before."
    assert ", in the future" in answer.json()["clock"]
    with pytest.raises(CommandError, match=r"(?s)clock: The ledger ends.*sequence 2: .*recorded in the future"):
        call_command("verify_ledger", "--only", "clock")


def test_health_names_clocks_that_disagree(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "clock" not in client.get("/healthz").json()
    monkeypatch.setattr(clock, "database_clock", lambda head: clock.process_now() - timedelta(hours=1))
    answer = client.get("/healthz")
    assert (answer.status_code, "apart" in answer.json()["clock"]) == (200, True)


@pytest.mark.usefixtures("spoilt")
def test_commands_fail_with_the_reason() -> None:
    for command in ("load_seeds", "render", "make_release"):
        with pytest.raises(CommandError, match=r"Nothing was written\. .* mend_clock"):
            call_command(command, verbosity=0)


# --- The way back -------------------------------------------------------------------------------


@pytest.mark.usefixtures("spoilt")
def test_after_the_correction_the_past_answers_with_right_instants_and_writing_works() -> None:
    written = list(Version.objects.values_list("sequence", "digest", "document"))
    assert "correction 1 of the clock" in mend()
    assert list(Version.objects.values_list("sequence", "digest", "document")) == written
    assert [name_at(RIGHT + timedelta(days=day)) for day in (-32, -31, -1, 0, 1, 2, 3)] == [
        None,
        "Persia",
        "Persia",
        "Iran",
        "Iran",
        "Islamic Republic of Iran",
        "Islamic Republic of Iran",
    ]
    versions = list(Version.objects.filter(slug="iran").order_by("number"))
    assert [version.recorded_from for version in versions] == [DAY, RIGHT, RIGHT + timedelta(days=2)]
    assert [version.recorded_to for version in versions] == [RIGHT, RIGHT + timedelta(days=2), None]
    assert [version.misdated_from for version in versions] == [None, WRONG, WRONG + timedelta(days=2)]
    assert "2131" not in Actor.objects.get(slug="iran").rendering
    assert differing() == []
    say("Iran again", database_now())
    assert name_at(database_now() + timedelta(seconds=60)) == "Iran again"
    assert differing() == []


@pytest.mark.usefixtures("spoilt")
def test_the_correction_is_a_link_of_the_chain() -> None:
    before = LedgerHead.objects.get()
    mend()
    correction = ClockCorrection.objects.get()
    assert (correction.previous, correction.after_sequence, correction.from_sequence) == (before.digest, 4, 2)
    assert (correction.by, correction.approved_by, correction.applied) == ("administrator", "reviewer", True)
    assert LedgerHead.objects.get().digest == correction.digest
    say("Iran again", database_now())
    assert Version.objects.get(sequence=5).previous == correction.digest
    assert list(verify_chain()) == []


@pytest.mark.usefixtures("spoilt")
def test_instants_are_never_moved_to_the_future() -> None:
    mend(to=database_now() - timedelta(hours=1))
    assert Version.objects.get(sequence=4).recorded_from <= database_now()
    assert differing() == []


def test_a_second_wrong_clock_is_corrected_as_well() -> None:
    say("Persia", DAY)
    for number, name in enumerate(("Iran", "Islamic Republic of Iran")):
        with wrong_clock():
            say(name, WRONG + timedelta(days=number))
        to = database_now() if number else RIGHT
        mend(to=to, without=("reviewer", "administrator") * number)
    assert ClockCorrection.objects.count() == 2
    assert differing() == []


def test_a_release_under_a_wrong_clock_stays_what_was_frozen() -> None:
    say("Persia", DAY)
    with wrong_clock():
        say("Iran", WRONG)
        release = make_release(WRONG)
    lines = list(map(str, manifest(release)))
    mend()
    say("Iran again", database_now())
    release = Release.objects.get()
    assert list(map(str, manifest(release))) == lines
    assert release.released_at == RIGHT
    with known_at(release.released_at):
        assert Actor.objects.get(slug="iran").name == "Iran"
    second = make_release(database_now())
    assert second.sequence == 3
    assert differing() == []


def test_a_correction_that_would_change_a_release_is_refused() -> None:
    say("Persia", DAY)
    with wrong_clock():
        say("Iran", WRONG)
        make_release(WRONG + timedelta(days=1))
        say("Iraq", WRONG + timedelta(days=2), "iraq")
    with pytest.raises(CommandError, match=r"release 1 is not what was frozen.* Give an earlier one"):
        mend(to=database_now() - timedelta(hours=1))
    assert not ClockCorrection.objects.exists()
    mend(without=("reviewer", "administrator"))
    assert differing() == []


def test_what_the_undo_of_an_import_retracted_is_still_known_for_that() -> None:
    reviewer, second = (make_user("administrator", name=name) for name in ("bo", "cy"))
    rows = {"1": Row("TESTOV, Ada"), "2": Row("ACME TRADING")}
    with wrong_clock():
        made, _ = import_rows(reviewer, date(2024, 5, 1), rows)
        request_undo(made, Act(WRONG, reviewer, "Wrong."))
        undo_import(made, Act(WRONG, second))
    slugs = set(Actor.objects.values_list("slug", flat=True))
    mend()
    made.refresh_from_db()
    assert made.undone_at is not None
    assert made.undone_at <= database_now()
    import_rows(reviewer, date(2024, 5, 1), rows)
    assert set(Actor.objects.values_list("slug", flat=True)) == slugs
    assert differing() == []


@pytest.mark.usefixtures("spoilt")
def test_messages_of_webhooks_that_wait_for_a_wrong_instant_are_due() -> None:
    webhook = Webhook(name="one", url="https://example.org/")
    queue.begin(webhook, WRONG)
    webhook.after = 0
    webhook.save()
    assert queue.enqueue(WRONG) == 4
    mend()
    assert Delivery.objects.due(database_now()).count() == 4


def test_what_was_done_in_bulk_under_a_wrong_clock_can_still_be_undone() -> None:
    administrator = make_user("administrator", name="bulk")
    document = {"slug": "iran", "kind": "state", "name": "Iran"}
    draft = moves.create(ACTOR, document, Act(DAY, administrator))
    with wrong_clock():
        drafts = [Draft(ACTOR, document | {"name": "Persia"}, Actor.objects.get(pk=draft.pk))]
        with batch() as together:
            bulk.write_drafts(drafts, Act(WRONG, administrator))
    mend()
    assert together.number is not None
    results = undo.undo_batch(together.number, Act(database_now(), administrator, "Wrong."))
    assert [result.why for result in results.refused] == []
    assert encode(ACTOR, draft.pk) == document


def test_what_an_undo_took_away_under_a_wrong_clock_comes_back_with_the_next_import() -> None:
    asks, confirms = make_user("reviewer", name="asks"), make_user("reviewer", name="confirms")
    rows = {"1": Row("TESTOV, Ada")}
    made, _ = import_rows(asks, date(2024, 5, 1), rows)
    with wrong_clock():
        request_undo(made, Act(WRONG, asks, "Another list."))
        undo_import(made, Act(WRONG, confirms))
    mend()
    made.refresh_from_db()
    assert (made.undo_asked_at, made.undone_at) == (RIGHT, RIGHT)
    import_rows(asks, date(2024, 5, 1), rows)
    assert [actor.slug for actor in Actor.objects.filter(name="TESTOV, Ada")] == ["testov-ada-made-up-1"]
    assert differing() == []


@pytest.mark.usefixtures("spoilt")
@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"to": DAY - timedelta(days=1)}, "is not allowed: --to is an instant between 2025-03-01"),
        ({"to": WRONG - timedelta(days=1)}, "is not allowed: --to is an instant between 2025-03-01"),
        ({"approved_by": "administrator"}, "Two people correct the clock"),
        ({"reason": " "}, "blank"),
    ],
)
def test_a_correction_that_is_not_allowed_changes_nothing(changes: dict[str, Any], refusal: str) -> None:
    with pytest.raises(CommandError, match=refusal):
        mend(**changes)
    assert not ClockCorrection.objects.exists()
    assert Version.objects.filter(recorded_from__gte=WRONG).count() == 3


@pytest.mark.usefixtures("spoilt")
def test_who_may_not_publish_corrects_no_clock() -> None:
    make_user("curator", name="curator")
    with pytest.raises(CommandError, match="curator is not allowed to"):
        mend(approved_by="curator")


def test_where_nothing_is_wrong_there_is_nothing_to_correct() -> None:
    say("Persia", DAY)
    with pytest.raises(CommandError, match="nothing to correct"):
        mend()


# --- The database holds it ----------------------------------------------------------------------


@pytest.mark.usefixtures("spoilt")
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE sanctions_version SET recorded_from = '2025-01-01' WHERE sequence = 2",
        "UPDATE sanctions_version SET misdated_from = recorded_from WHERE sequence = 2",
        "UPDATE sanctions_clockcorrection SET reason = 'x'",
        "UPDATE sanctions_clockcorrection SET instant = '2025-01-01'",
        "DELETE FROM sanctions_clockcorrection",
    ],
)
def test_the_database_refuses_to_change_instants_and_corrections(sql: str) -> None:
    mend()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.usefixtures("spoilt")
def test_a_changed_correction_is_found() -> None:
    mend()
    guards.remove("default")
    ClockCorrection.objects.update(reason="Another.")
    guards.install("default")
    assert any("correction 1 of the clock was changed" in one for one in differing())
