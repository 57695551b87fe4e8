"""The ledger: one chain of everything that was ever public, in which every change is detected."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
import rfc8785
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from sanctions.ledger import guards
from sanctions.ledger.versions import (
    GENESIS,
    Act,
    append,
    append_missing_versions,
    canonical_json,
    digest_of_version,
    verify_chain,
)
from sanctions.loading.documents import Incoming, save_documents
from sanctions.models import LedgerHead, Version
from sanctions.records.actors import ACTOR
from sanctions.records.base import plain
from sanctions.vocabulary import State, VersionKind

pytestmark = pytest.mark.django_db
DAY = datetime(2025, 3, 1, 12, tzinfo=UTC)


def actor(name: str = "Iran", slug: str = "iran", state: State = State.PUBLISHED) -> Incoming:
    """Return an actor on its way in."""
    return Incoming(ACTOR, {"slug": slug, "kind": "state", "name": name}, state)


def versions() -> list[Version]:
    """Return the chain."""
    return list(Version.objects.order_by("sequence"))


def tamper(sql: str, *values: Any) -> None:
    """Change the ledger as somebody would who owns the database."""
    guards.remove("default")
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
    finally:
        guards.install("default")


def test_what_is_published_gets_a_version_in_the_same_transaction() -> None:
    save_documents([actor()], Act(DAY, authors="a", by="b", reason="first"))
    (version,) = versions()
    assert (version.sequence, version.number, version.kind) == (1, 1, VersionKind.PUBLICATION)
    assert (version.author, version.approver, version.reason) == ("a", "b", "first")
    assert version.document == '{"kind":"state","name":"Iran","slug":"iran"}'
    assert (version.recorded_from, version.recorded_to, version.previous) == (DAY, None, GENESIS)


def test_a_change_closes_the_version_before_it() -> None:
    save_documents([actor()], Act(DAY))
    save_documents([actor("Islamic Republic of Iran")], Act(DAY + timedelta(days=1), kind=VersionKind.CORRECTION))
    first, second = versions()
    assert first.recorded_to == second.recorded_from == DAY + timedelta(days=1)
    assert (second.number, second.kind, second.previous) == (2, VersionKind.CORRECTION, first.digest)
    assert [version.number for version in Version.objects.known_at(DAY)] == [1]
    assert [version.number for version in Version.objects.known_at(DAY + timedelta(days=1))] == [2]
    assert not Version.objects.known_at(DAY - timedelta(seconds=1)).exists()


def test_what_has_not_changed_gets_no_version() -> None:
    save_documents([actor()], Act(DAY))
    save_documents([actor()], Act(DAY + timedelta(days=1)))
    assert len(versions()) == 1


def test_a_draft_is_not_in_the_ledger() -> None:
    save_documents([actor(state=State.DRAFT)], Act(DAY))
    assert versions() == []


def test_what_is_no_longer_public_is_retracted() -> None:
    save_documents([actor()], Act(DAY))
    save_documents([actor(state=State.IN_REVIEW)], Act(DAY + timedelta(days=1)))
    assert [version.kind for version in versions()] == [VersionKind.PUBLICATION, VersionKind.RETRACTION]
    assert not Version.objects.known_at(DAY + timedelta(days=2)).exists()


def test_time_never_runs_backwards() -> None:
    save_documents([actor()], Act(DAY))
    save_documents([actor("Persia")], Act(DAY - timedelta(days=1)))
    assert [version.recorded_from for version in versions()] == [DAY, DAY]


def test_a_publication_that_fails_leaves_no_version() -> None:
    def fail() -> None:
        with transaction.atomic():
            save_documents([actor()], Act(DAY))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert versions() == []
    assert LedgerHead.objects.get().sequence == 0


@pytest.mark.django_db(transaction=True)
def test_a_version_needs_the_transaction_that_publishes() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        append(ACTOR, [{"slug": "iran"}], Act(DAY))


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE sanctions_version SET reason = 'other'",
        "UPDATE sanctions_version SET recorded_to = NULL",
        "UPDATE sanctions_version SET recorded_to = '2030-01-01' WHERE recorded_to IS NOT NULL",
        "DELETE FROM sanctions_version WHERE sequence = 1",
    ],
)
def test_the_database_refuses_to_change_or_delete_a_version(sql: str) -> None:
    save_documents([actor()], Act(DAY))
    save_documents([actor("Persia")], Act(DAY))
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert list(verify_chain()) == []


@pytest.fixture
def chain() -> None:
    """Give the ledger four versions."""
    for name in ("Iran", "Persia", "Iran, Islamic Republic of", "Iran"):
        save_documents([actor(name)], Act(DAY, reason=name))


@pytest.mark.usefixtures("chain")
def test_an_untouched_ledger_holds() -> None:
    assert list(verify_chain()) == []
    said = StringIO()
    call_command("verify_ledger", stdout=said)
    assert "4 versions are consistent" in said.getvalue()


@pytest.mark.usefixtures("chain")
@pytest.mark.parametrize(
    "change", ["document = document || ' '", "reason = 'x'", "author = 'x'", "slug = 'irak'", "kind = 'merge'"]
)
def test_one_flipped_byte_is_found_and_named(change: str) -> None:
    tamper(f"UPDATE sanctions_version SET {change} WHERE sequence = 2")
    (fault,) = verify_chain()
    assert (fault.sequence, "was changed" in fault.message) == (2, True)
    with pytest.raises(CommandError, match="sequence 2"):
        call_command("verify_ledger")


@pytest.mark.usefixtures("chain")
def test_a_flipped_byte_with_a_new_digest_is_found_by_the_next_version() -> None:
    version = Version.objects.get(sequence=2)
    version.reason = "other"
    tamper("UPDATE sanctions_version SET reason = 'other', digest = %s WHERE sequence = 2", digest_of_version(version))
    assert [fault.sequence for fault in verify_chain()] == [3]


@pytest.mark.usefixtures("chain")
@pytest.mark.parametrize("sequence", [1, 2, 4])
def test_a_missing_row_is_found_and_named(sequence: int) -> None:
    tamper("DELETE FROM sanctions_version WHERE sequence = %s", sequence)
    fault = next(verify_chain())
    assert fault.sequence == sequence
    assert str(sequence) in fault.message


@pytest.mark.usefixtures("chain")
def test_two_exchanged_rows_are_found_and_named() -> None:
    tamper("UPDATE sanctions_version SET sequence = 99 WHERE sequence = 2")
    tamper("UPDATE sanctions_version SET sequence = 2 WHERE sequence = 3")
    tamper("UPDATE sanctions_version SET sequence = 3 WHERE sequence = 99")
    assert {fault.sequence for fault in verify_chain()} >= {2, 3}


@pytest.mark.usefixtures("chain")
def test_emptying_the_database_empties_the_ledger_and_guards_it_again() -> None:
    guards.remove("default")
    Version.objects.all().delete()
    guards.install("default")
    assert [fault.sequence for fault in verify_chain()] == [4]


def test_what_came_in_without_the_ledger_is_caught_up_once() -> None:
    save_documents([actor()], Act(DAY))
    ACTOR.model._default_manager.filter(slug="iran").update(name="Persia")
    assert append_missing_versions(Act(DAY, reason="found changed")) == 1
    assert append_missing_versions(Act(DAY)) == 0
    assert [version.reason for version in versions()] == ["", "found changed"]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**15), 10**15)
    | st.decimals(-(10**10), 10**10, places=4, allow_nan=False).map(plain)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.from_regex(r"\A[a-z_]{1,9}\Z"), inner, max_size=3),
)


@given(JSON)
def test_the_canonical_form_is_that_of_rfc_8785(value: Any) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)


@pytest.mark.django_db(transaction=True)
def test_a_reader_who_asks_after_n_never_misses_a_version() -> None:
    """Writers publish at once; a reader keeps a copy by asking for what follows the last sequence it has seen."""
    writers, rounds = 4, 5
    failures: list[BaseException] = []
    done = threading.Event()
    seen: list[int] = []

    def write(writer: int) -> None:
        try:
            for turn in range(rounds):
                save_documents([actor(f"{writer} {turn}", f"actor-{writer}")], Act(DAY))
        except BaseException as error:  # noqa: BLE001 - a failure in a thread must fail the test
            failures.append(error)
        finally:
            connection.close()

    def read() -> None:
        try:
            while True:
                # A reader that never rests keeps the writers from the interpreter.
                last_look = done.wait(0.005)
                after = seen[-1] if seen else 0
                seen.extend(
                    Version.objects.filter(sequence__gt=after).order_by("sequence").values_list("sequence", flat=True)
                )
                if last_look:
                    return
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=[writer]) for writer in range(writers)]
    reader = threading.Thread(target=read)
    reader.start()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    reader.join()
    assert failures == []
    assert seen == list(range(1, writers * rounds + 1))
    assert list(verify_chain()) == []
