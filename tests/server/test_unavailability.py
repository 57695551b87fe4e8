"""A database that cannot answer now: 503 with Retry-After everywhere, and nothing that was typed is lost."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from html import unescape
from typing import Any

import psycopg
import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import (
    DatabaseError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
    connection,
    transaction,
)
from django.test import Client
from django.urls import reverse

from sanctions.database.unavailability import BUSY, GONE, TOO_SLOW, unavailable
from sanctions.models import Actor
from tests.factories.actors import make_actor

needs_postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="It is about PostgreSQL.")
needs_sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="It is about SQLite.")


def error_of(sql: str, *before: str) -> DatabaseError:
    """Return the error that a statement ends with."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in (*before, sql):
                cursor.execute(statement)
    except DatabaseError as error:
        return error
    return pytest.fail("It ended without an error.")


# --- Which errors mean it -----------------------------------------------------------------------


@pytest.fixture
def written_by_somebody_else(transactional_db: None) -> Iterator[Any]:
    """Another connection writes actors and does not commit; lock timeouts are short."""
    other = connection.copy()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 50" if connection.vendor == "sqlite" else "SET lock_timeout = '50ms'")
    other.set_autocommit(False)
    with other.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("UPDATE sanctions_ledgerhead SET sequence = sequence")
        else:
            cursor.execute("LOCK TABLE sanctions_actor IN EXCLUSIVE MODE")
    yield other
    other.rollback()
    other.close()
    connection.close()


@pytest.mark.usefixtures("written_by_somebody_else")
def test_a_lock_of_somebody_else_is_busy() -> None:
    assert unavailable(error_of("UPDATE sanctions_actor SET name = name")) == BUSY


@pytest.mark.django_db
@needs_postgresql
def test_a_statement_that_is_cancelled_is_too_slow() -> None:
    assert unavailable(error_of("SELECT pg_sleep(10)", "SET LOCAL statement_timeout = '50ms'")) == TOO_SLOW


def test_a_question_to_sqlite_that_is_interrupted_is_too_slow() -> None:
    raw = sqlite3.connect(":memory:")
    raw.set_progress_handler(lambda: 1, 100)
    with pytest.raises(sqlite3.OperationalError) as raised:
        raw.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n").fetchone()
    raw.close()
    wrapped = OperationalError(str(raised.value))
    wrapped.__cause__ = raised.value
    assert unavailable(raised.value) == unavailable(wrapped) == TOO_SLOW


def test_a_file_that_cannot_be_opened_is_gone() -> None:
    with pytest.raises(sqlite3.OperationalError) as raised:
        sqlite3.connect("file:/nowhere/at/all.sqlite3?mode=ro", uri=True)
    assert unavailable(raised.value) == GONE


def test_a_server_that_does_not_listen_is_gone() -> None:
    with pytest.raises(psycopg.OperationalError) as raised:
        psycopg.connect("postgres://nobody@127.0.0.1:1/nothing", connect_timeout=3)
    assert unavailable(raised.value) == GONE


def test_a_connection_that_is_closed_is_gone() -> None:
    assert unavailable(InterfaceError("connection already closed")) == GONE


@pytest.mark.django_db
def test_a_table_that_is_not_there_yet_is_gone() -> None:
    assert unavailable(error_of("SELECT * FROM there_is_no_such_table")) == GONE


@pytest.mark.django_db
@pytest.mark.parametrize("sql", ["SELECT there_is_no_such_column FROM sanctions_actor", "SELECT FROM WHERE"])
def test_a_fault_of_a_statement_is_a_fault_of_ours(sql: str) -> None:
    assert unavailable(error_of(sql)) is None


@pytest.mark.parametrize("error", [IntegrityError("twice"), ProgrammingError("?"), ValueError("?"), DatabaseError("?")])
def test_any_other_error_stays_what_it_is(error: Exception) -> None:
    assert unavailable(error) is None


# --- What a curator sees ------------------------------------------------------------------------


@pytest.fixture
def desk(transactional_db: None) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_superuser("curator", password="a-password-of-the-tests"))
    return client


def hidden_fields(page: str) -> list[tuple[str, str]]:
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page)
    return [(unescape(name), unescape(value)) for name, value in found]


def form_of(page: str) -> dict[str, Any]:
    """Return the fields that a form has for rows of which there are none yet."""
    given = re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]*-(?:TOTAL|INITIAL)_FORMS)"', page)
    return dict.fromkeys(given, "0")


def test_a_save_while_somebody_writes_keeps_what_was_typed(desk: Client, written_by_somebody_else: Any) -> None:
    address = f"{reverse('admin:sanctions_actor_add')}?from=here"
    typed = form_of(desk.get(address).content.decode()) | {
        "slug": "iran",
        "kind": "state",
        "name": 'Iran "of old" <& new>',
        "summary": "\n  A state.\r\nOf many.",
        "several": ["one", "two"],
        "_save": "Save",
    }
    answer = desk.post(address, typed | {"csrfmiddlewaretoken": "an-old-token"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "no-store" in answer["Cache-Control"]
    page = answer.content.decode()
    assert "nothing is lost" in page
    assert f'action="{address}"' in page
    (token, *fields) = hidden_fields(page)
    assert token[0] == "csrfmiddlewaretoken"
    assert token[1] != "an-old-token"
    sent = [(name, value) for name, given in typed.items() for value in (given if isinstance(given, list) else [given])]
    assert sorted(fields) == sorted(sent)


def test_what_was_kept_is_saved_when_it_is_sent_again(desk: Client, written_by_somebody_else: Any) -> None:
    address = reverse("admin:sanctions_actor_add")
    typed = form_of(desk.get(address).content.decode()) | {"slug": "iran", "kind": "state", "name": "Iran"}
    first = desk.post(address, typed)
    assert first.status_code == 503
    written_by_somebody_else.rollback()
    again = desk.post(address, dict(hidden_fields(first.content.decode())))
    assert (again.status_code, Actor.objects.get().name) == (302, "Iran")


def broken(monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """Let something find the database gone."""

    def refuse(*args: object, **options: object) -> None:
        raise OperationalError("connection to 10.0.0.7 refused for user sanctions")

    monkeypatch.setattr(where, refuse)


def test_files_are_named_and_passwords_are_not_kept(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    broken(monkeypatch, "sanctions.admin.nouns.actors.ActorAdmin.changeform_view")
    file = SimpleUploadedFile("list <1>.csv", b"a,b")
    sent = {"name": "Iran", "file": file, "password1": "a-secret", "code": "123456"}
    page = desk.post(reverse("admin:sanctions_actor_add"), sent).content.decode()
    assert "Choose list &lt;1&gt;.csv again" in page
    assert '<input type="password" name="password1"' in page
    assert 'enctype="multipart/form-data"' in page
    assert "a-secret" not in page
    assert "123456" not in page
    assert ("name", "Iran") in hidden_fields(page)


def test_a_form_that_another_site_sends_is_not_repeated(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    broken(monkeypatch, "django.contrib.sessions.backends.db.SessionStore.load")
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.cookies["session"] = "a" * 32
    answer = client.post(reverse("admin:sanctions_actor_add"), {"name": "From elsewhere"})
    assert answer.status_code == 403
    assert b"From elsewhere" not in answer.content


def test_a_page_is_plain_where_even_the_session_cannot_be_read(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    broken(monkeypatch, "django.contrib.sessions.backends.db.SessionStore.load")
    client = Client(raise_request_exception=False)
    client.cookies["session"] = "a" * 32
    answer = client.get("/admin/sanctions/actor/?q=iran")
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    page = answer.content.decode()
    assert "The database cannot be reached" in page
    assert '<a href="/admin/sanctions/actor/?q=iran">Try again</a>' in page
    assert "10.0.0.7" not in page


# --- What a program sees ------------------------------------------------------------------------


def test_the_api_answers_a_problem(monkeypatch: pytest.MonkeyPatch, client: Client, db: None) -> None:
    broken(monkeypatch, "api.v1.views.feed.feed")
    answer = client.get("/api/v1/changes/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["type"], problem["reason"]) == ("/api/v1/docs/problems/unavailable/", "gone")
    assert "10.0.0.7" not in str(problem)


def test_a_lost_database_is_not_asked_by_everybody(monkeypatch: pytest.MonkeyPatch, client: Client, db: None) -> None:
    seconds = [100.0]
    monkeypatch.setattr("api.http.unavailable.time.monotonic", lambda: seconds[0])
    calls = []

    def refuse(*args: object) -> None:
        calls.append(args)
        raise OperationalError("connection refused")

    with monkeypatch.context() as patch:
        patch.setattr("api.v1.views.feed.feed", refuse)
        for _ in range(5):
            assert client.get("/api/v1/changes/").status_code == 503
        assert len(calls) == 1
        seconds[0] += 3
        for _ in range(5):
            assert client.get("/api/v1/changes/").status_code == 503
        assert len(calls) == 2
        assert client.get("/healthz").status_code == 200
    seconds[0] += 3
    assert [client.get("/api/v1/changes/").status_code for _ in range(3)] == [200, 200, 200]


def test_a_record_can_be_read_while_somebody_else_writes(desk: Client, written_by_somebody_else: Any) -> None:
    written_by_somebody_else.rollback()
    actor = make_actor("iran", name="Iran", state="draft")
    with written_by_somebody_else.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("UPDATE sanctions_ledgerhead SET sequence = sequence")
        else:
            cursor.execute("LOCK TABLE sanctions_presence IN EXCLUSIVE MODE")
    answer = desk.get(reverse("admin:sanctions_actor_change", args=[actor.pk]))
    assert answer.status_code == 200
    assert 'value="Iran"' in answer.content.decode()
