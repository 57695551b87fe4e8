"""The editorial log: every move, who, when, why and from where; written with the move, and never changed."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from sanctions.database.past_views import known_at
from sanctions.editorial import moves
from sanctions.editorial.procedure import batch
from sanctions.editorial.proposals import ProposedChange, propose
from sanctions.exceptions import MoveRefused
from sanctions.ledger.versions import Act, append_missing_versions
from sanctions.models import Actor, ActorName, LogEntry, Program, past_of
from sanctions.models.log import LONGEST_REASON
from sanctions.records.encode import encode
from sanctions.records.registry import type_of
from sanctions.vocabulary import Move, State
from tests.factories.actors import make_actor
from tests.factories.programs import make_program
from tests.factories.sources import cite
from tests.factories.users import make_user

pytestmark = pytest.mark.django_db
AT = datetime(2025, 2, 7, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def curator() -> User:
    return make_user("curator", name="curator")


@pytest.fixture
def root() -> User:
    return make_user("administrator", name="root")


def log_rows() -> list[tuple[str, str, str, str, str, str]]:
    columns = ("move", "record_type", "slug", "by", "reason", "address")
    return list(LogEntry.objects.values_list(*columns))


@pytest.fixture
def moved(curator: User, root: User) -> Actor:
    """An actor that has been through every move of one that becomes public."""
    actor = make_actor("iran", state=State.DRAFT)
    cite(actor)
    moves.record_saved(actor, Act(AT, curator, address="192.0.2.1"))
    moves.submit(actor, Act(AT, curator, "Because.", address="192.0.2.1"))
    moves.send_back(actor, Act(AT + DAY, root, "Cite more.", address="192.0.2.2"))
    moves.submit(actor, Act(AT + DAY, curator, "Cited."))
    moves.publish(actor, Act(AT + 2 * DAY, root, "Because."))
    moves.retract(actor, Act(AT + 3 * DAY, root, "=HYPERLINK()"))
    moves.restore(actor, Act(AT + 4 * DAY, make_user("reviewer", name="reviewer"), "Right\r\nafter all."))
    return actor


@pytest.mark.usefixtures("moved")
def test_every_move_is_logged_in_its_order() -> None:
    assert log_rows() == [
        (Move.SAVED, "actor", "iran", "curator", "", "192.0.2.1"),
        (Move.SUBMITTED, "actor", "iran", "curator", "Because.", "192.0.2.1"),
        (Move.RETURNED, "actor", "iran", "root", "Cite more.", "192.0.2.2"),
        (Move.SUBMITTED, "actor", "iran", "curator", "Cited.", ""),
        (Move.PUBLISHED, "actor", "iran", "root", "Because.", ""),
        (Move.RETRACTED, "actor", "iran", "root", "=HYPERLINK()", ""),
        (Move.RESTORED, "actor", "iran", "reviewer", "Right\nafter all.", ""),
    ]
    assert list(LogEntry.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6, 7]
    assert LogEntry.objects.get(number=3).at == AT + DAY


def test_a_refused_move_leaves_no_entry(curator: User) -> None:
    with pytest.raises(MoveRefused):
        moves.publish(make_actor(state=State.IN_REVIEW), Act(AT, curator, "Because."))
    assert log_rows() == []


def test_a_move_that_cannot_be_logged_is_not_made(curator: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise IntegrityError

    monkeypatch.setattr(LogEntry.objects, "bulk_create", fail)
    actor = make_actor(state=State.DRAFT)
    with pytest.raises(IntegrityError):
        moves.submit(actor, Act(AT, curator, "Because."))
    assert Actor.objects.get().state == State.DRAFT


@pytest.mark.usefixtures("moved")
def test_whoever_is_deleted_stays_in_the_log() -> None:
    before = log_rows()
    User.objects.all().delete()
    assert log_rows() == before
    assert Actor.objects.get(slug="iran").state == State.PUBLISHED


@pytest.mark.usefixtures("moved")
@pytest.mark.parametrize(
    "sql",
    ["UPDATE sanctions_logentry SET reason = 'other'", "DELETE FROM sanctions_logentry WHERE number = 1"],
)
def test_the_database_refuses_to_change_or_delete_an_entry(sql: str) -> None:
    before = log_rows()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert log_rows() == before


# --- Reasons ------------------------------------------------------------------------------------

REASONED: list[tuple[Callable[..., None], State]] = [
    (moves.send_back, State.IN_REVIEW),
    (moves.retract, State.PUBLISHED),
    (moves.restore, State.RETRACTED),
]


@pytest.mark.parametrize("reason", ["", "  ", "\r\n\t"])
@pytest.mark.parametrize(("move", "state"), REASONED)
def test_what_concerns_others_is_not_done_without_a_reason(
    move: Callable[..., None], state: State, reason: str, root: User
) -> None:
    actor = make_actor(state=state)
    with pytest.raises(MoveRefused, match="Give a reason"):
        move(actor, Act(AT, root, reason))
    assert Actor.objects.get(pk=actor.pk).state == state


@pytest.mark.parametrize(
    ("reason", "complaint"),
    [("x" * (LONGEST_REASON + 1), "2,001 characters; at most 2,000"), ("a\0b", r"U\+0000"), ("\ud800", r"U\+D800")],
)
def test_a_reason_that_cannot_be_kept_is_refused_in_words(reason: str, complaint: str, curator: User) -> None:
    actor = make_actor(state=State.DRAFT)
    with pytest.raises(MoveRefused, match=complaint):
        moves.submit(actor, Act(AT, curator, reason))
    assert log_rows() == []


def test_the_longest_reason_is_taken(curator: User) -> None:
    moves.submit(make_actor(state=State.DRAFT), Act(AT, curator, "x" * LONGEST_REASON))
    assert len(LogEntry.objects.get().reason) == LONGEST_REASON


# --- Deleting -----------------------------------------------------------------------------------


def test_a_deleted_draft_ends_in_history_and_stays_in_the_log(root: User) -> None:
    actor = make_actor("iran", state=State.DRAFT)
    ActorName.objects.create(actor=actor, kind="alias", text="Persia")
    moves.record_saved(actor, Act(AT, root))
    moves.delete(actor, Act(AT + DAY, root, "Because."))
    for model in (Actor, ActorName):
        assert list(past_of(model).values_list("recorded_from", "recorded_to")) == [(AT, AT + DAY)]
    with known_at(AT + DAY / 2):
        assert Actor.objects.get().slug == "iran"
    with known_at(AT + DAY):
        assert not Actor.objects.exists()
    assert [(row[0], row[2]) for row in log_rows()] == [(Move.SAVED, "iran"), (Move.DELETED, "iran")]


def test_what_is_referred_to_is_not_deleted(root: User) -> None:
    actor = make_actor(state=State.DRAFT)
    make_program(issuer=actor)
    with pytest.raises(MoveRefused, match=r"is not deleted: program .* refers to it"):
        moves.delete(actor, Act(AT, root, "Because."))
    assert Actor.objects.exists()
    assert log_rows() == []


def test_what_a_set_of_rows_names_is_not_deleted(root: User) -> None:
    actor, program = make_actor(state=State.DRAFT), make_program()
    program.territories.add(actor)
    with pytest.raises(MoveRefused, match="refers to it"):
        moves.delete(actor, Act(AT, root, "Because."))
    assert list(program.territories.all()) == [actor]


@pytest.mark.parametrize("state", [State.PUBLISHED, State.RETRACTED])
def test_what_is_public_or_was_retracted_is_not_deleted(state: State, root: User) -> None:
    with pytest.raises(MoveRefused, match="may not delete"):
        moves.delete(make_actor(state=state), Act(AT, root, "Because."))


def test_a_draft_that_was_public_once_is_not_deleted(root: User) -> None:
    program = make_program(state=State.PUBLISHED)
    moves.retract(program, Act(AT, root, "Wrong."))
    Program.objects.update(state=State.DRAFT)
    with pytest.raises(MoveRefused, match="was public once"):
        moves.delete(program, Act(AT, root, "Because."))


# --- Export -------------------------------------------------------------------------------------


def exported(file: Path, *options: str) -> list[dict[str, str]]:
    call_command("export_log", *options, str(file), verbosity=0)
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.usefixtures("moved")
def test_the_export_has_every_entry_and_no_formula(tmp_path: Path) -> None:
    rows = exported(tmp_path / "log.csv")
    assert [row["number"] for row in rows] == list("1234567")
    assert rows[2] == {
        "number": "3",
        "at": "2025-02-08T12:00:00+00:00",
        "move": "returned",
        "record_type": "actor",
        "slug": "iran",
        "by": "root",
        "reason": "Cite more.",
        "address": "192.0.2.2",
        "proposal": "",
        "batch": "",
    }
    assert rows[5]["reason"] == "'=HYPERLINK()"


def test_the_export_tells_of_which_change_and_with_what_together(tmp_path: Path, curator: User) -> None:
    actor = make_actor("iran")
    cite(actor)
    append_missing_versions(Act(AT))
    change = ProposedChange(encode(type_of(actor), actor.pk) | {"name": "Persia"})
    proposal = propose(actor, change, Act(AT, curator, "Renamed."))
    with batch():
        for slug in ("a", "b"):
            moves.submit(make_actor(slug, state=State.DRAFT), Act(AT, curator, "Done."))
    rows = exported(tmp_path / "log.csv")
    assert [(row["move"], row["proposal"], row["batch"]) for row in rows] == [
        ("proposed", str(proposal.number), ""),
        ("submitted", "", "2"),
        ("submitted", "", "2"),
    ]


@pytest.mark.usefixtures("moved")
@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        (["--from", "2025-02-09"], "567"),
        (["--to", "2025-02-08"], "1234"),
        (["--from", "2025-02-08", "--to", "2025-02-08"], "34"),
        (["--from", "2026-01-01"], ""),
        (["--to", "9999-12-31"], "1234567"),
    ],
)
def test_the_export_has_the_days_asked_for_both_included(tmp_path: Path, options: list[str], numbers: str) -> None:
    assert "".join(row["number"] for row in exported(tmp_path / "log.csv", *options)) == numbers


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--from", "yesterday"], "YYYY-MM-DD"),
        (["--from", "2025-02-09", "--to", "2025-02-08"], "ends before it begins"),
    ],
)
def test_a_period_that_is_none_is_refused(tmp_path: Path, options: list[str], complaint: str) -> None:
    with pytest.raises(CommandError, match=complaint):
        call_command("export_log", *options, str(tmp_path / "log.csv"))


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="was not written"):
        call_command("export_log", str(tmp_path / "none" / "log.csv"))
