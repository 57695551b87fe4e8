"""Time limits: of writers waiting for locks, of readers waiting for writers, and of statements."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from api.http.time_limits import WritersMiddleware, is_restricted
from api.v1.views import stats
from sanctions.database.time_limits import TimeLimits, limit_transaction, time_limits
from sanctions.database.unavailability import unavailable
from sanctions.models import Actor, LedgerHead, LogEntry
from sanctions.questions.streaming import one_state
from sanctions.vocabulary import State
from tests.api.v1.desk import draft
from tests.factories.users import make_user

#: Seconds that everything may take that has a limit of a second: generous, for a busy machine.
SOON = 8.0
LIST = "/api/v1/programs/"


@pytest.fixture
def limits(settings: Settings) -> None:
    """Let requests wait a second for a lock, and public ones ask the database for a second."""
    settings.LOCK_TIMEOUT = settings.QUERY_TIMEOUT = 1


@contextmanager
def held_ledger() -> Iterator[None]:
    """Hold what every publication needs, in another connection, as a long import does."""
    is_held, may_end = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                LedgerHead.objects.select_for_update().get(pk=1)
                is_held.set()
                may_end.wait(60)
        finally:
            connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        assert is_held.wait(10)
        yield
    finally:
        may_end.set()
        thread.join()


def slow_statement() -> None:
    """Run a statement that takes a minute and more."""
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(60)" if connection.vendor == "postgresql" else endless)


@contextmanager
def soon() -> Iterator[None]:
    """Fail where what is within takes longer than its limits allow."""
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < SOON


def put(client: Client, document: dict[str, Any], etag: str) -> Any:
    return client.put(
        "/api/v1/desk/actors/iran/",
        orjson.dumps({"document": document}),
        content_type="application/json",
        headers={"if-match": etag},
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("limits")
def test_a_write_that_waits_for_another_is_refused_within_the_limit_and_nothing_is_written() -> None:
    reviewer = make_user("reviewer", name="reviewer")
    draft(make_user("curator", name="author"), state=State.IN_REVIEW)
    client = Client()
    client.force_login(reviewer)
    etag = client.get("/api/v1/desk/actors/iran/").headers["ETag"]

    def publish() -> Any:
        body = orjson.dumps({"reason": "It is right."})
        path = "/api/v1/desk/actors/iran/publish/"
        return client.post(path, body, content_type="application/json", headers={"if-match": etag})

    with held_ledger(), soon():
        refused = publish()
        assert (refused.status_code, refused.json()["reason"]) == (503, "busy")
        assert int(refused["Retry-After"]) >= 1
        assert refused["Content-Type"] == "application/problem+json"
        assert Client().get(LIST).status_code == 200
    assert Actor.objects.get().state == State.IN_REVIEW
    assert not LogEntry.objects.filter(slug="iran", move="publish").exists()
    assert publish().status_code == 200
    assert Actor.objects.get().state == State.PUBLISHED


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("limits")
def test_a_reader_is_answered_while_somebody_writes() -> None:
    with held_ledger(), soon():
        for path in (LIST, "/healthz", "/api/v1/changes/"):
            assert Client().get(path).status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("limits")
def test_a_public_question_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stats, "counted", lambda *given: slow_statement())
    for headers in ({}, {"authorization": "Bearer nothing"}, {"cookie": "session=nothing"}):
        with soon():
            refused = Client().get("/api/v1/stats/?collection=actors&group_by=kind", headers=headers)
            assert (refused.status_code, refused.json()["reason"]) == (503, "too_slow")
            assert refused["Retry-After"]
    monkeypatch.undo()
    assert Client().get("/api/v1/stats/?collection=actors&group_by=kind").status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("limits")
def test_many_short_statements_take_no_longer_together_than_a_long_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def many(*given: Any) -> None:
        while True:
            User.objects.exists()

    monkeypatch.setattr(stats, "counted", many)
    with soon():
        assert Client().get("/api/v1/stats/?collection=actors&group_by=kind").status_code == 503


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("pooler", [False, True])
def test_limits_hold_alone_and_in_transactions_and_end_with_the_request(settings: Settings, *, pooler: bool) -> None:
    settings.POOLER = pooler
    for _ in range(2):
        for around in (noop, transaction.atomic):
            with time_limits(connection, TimeLimits(1, 1)), pytest.raises(OperationalError) as failure, around():
                slow_statement()
            reason = unavailable(failure.value)
            assert reason is not None
            assert reason.reason == "too_slow"
    with time_limits(connection, TimeLimits(0, 2)):
        assert shown_limits() == ("0", "2s")
        with transaction.atomic():
            assert shown_limits() == ("0", "2s")
    if pooler:
        # The next user of the connection must find nothing of this one.
        connection.close()
        with time_limits(connection, TimeLimits(3, 3)):
            assert shown_limits() == ("3s", "3s")
        assert shown_limits() == ("0", "0" if connection.vendor == "postgresql" else "20s")


@contextmanager
def noop() -> Iterator[None]:
    yield


def shown_limits() -> tuple[str, str]:
    """Return the limits of statements and locks, as PostgreSQL writes them; SQLite has only the second."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT current_setting('statement_timeout'), current_setting('lock_timeout')")
            found: tuple[str, str] = cursor.fetchone()
            return found
        cursor.execute("PRAGMA busy_timeout")
        waits = f"{cursor.fetchone()[0] // 1000}s"
        return {"2s": "0", "3s": "3s"}.get(waits, "0"), waits


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_is_rolled_back_takes_its_limits_along() -> None:
    connection.close()
    limits = TimeLimits(0, 7)
    with time_limits(connection, limits):
        with transaction.atomic():
            assert shown_limits()[1] == "7s"
            transaction.set_rollback(True)
        with transaction.atomic():
            assert shown_limits()[1] == "7s"
        assert shown_limits()[1] == "7s"


@pytest.mark.django_db(transaction=True)
def test_a_collection_is_sent_under_a_limit_of_its_own() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite ends no statement whose reader is slow.")
    with time_limits(connection, TimeLimits(1, 1)), one_state():
        limit_transaction(connection, 900)
        assert shown_limits()[0] == "15min"


# --- Places for writers -------------------------------------------------------------------------


def request(method: str, path: str) -> HttpRequest:
    return RequestFactory().generic(method, path)


def test_writers_never_take_all_threads(settings: Settings) -> None:
    settings.WRITERS = 2
    inside, may_end = threading.Semaphore(0), threading.Event()

    def answer(request: HttpRequest) -> HttpResponse:
        if request.method == "PUT":
            inside.release()
            assert may_end.wait(30)
        return HttpResponse()

    guarded = WritersMiddleware(answer)
    threads = [threading.Thread(target=guarded, args=[request("PUT", "/api/v1/desk/actors/a/")]) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert inside.acquire(timeout=10)
    with soon():
        for path, kind in (("/api/v1/desk/actors/b/", "application/problem+json"), ("/admin/login/", "text/html")):
            refused: Any = guarded(request("PUT", path))
            assert (refused.status_code, refused["Retry-After"]) == (503, "1")
            assert refused["Content-Type"].startswith(kind)
        for method, path in (("GET", "/api/v1/desk/"), ("GET", LIST), ("POST", "/api/v1/reconcile/")):
            assert guarded(request(method, path)).status_code == 200
    may_end.set()
    for thread in threads:
        thread.join()
    assert guarded(request("PUT", "/api/v1/desk/actors/b/")).status_code == 200


def test_a_writer_that_fails_gives_its_place_back(settings: Settings) -> None:
    settings.WRITERS = 1

    def fail(request: HttpRequest) -> HttpResponse:
        raise RuntimeError

    guarded = WritersMiddleware(fail)
    for _ in range(3):
        with pytest.raises(RuntimeError):
            guarded(request("POST", "/admin/"))


@pytest.mark.parametrize(
    ("path", "restricted"),
    [("/admin/", True), ("/api/v1/desk/orders/", True), ("/api/v1/orders/", False), ("/", False), ("/healthz", False)],
)
def test_only_the_desk_and_the_admin_are_not_public(path: str, *, restricted: bool) -> None:
    assert is_restricted(request("GET", path)) is restricted
