"""A request that is repeated with its Idempotency-Key is not processed again."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import orjson
import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from rest_framework.exceptions import APIException

from sanctions.accounts.tokens import issue_token
from sanctions.editorial import moves
from sanctions.editorial.procedure import fingerprint
from sanctions.models import Actor, IdempotencyKey, LogEntry
from sanctions.vocabulary import Move, Scope
from tests.api.v1.desk import Signed
from tests.factories.actors import make_actor
from tests.factories.users import make_user
from tests.together import together

pytestmark = pytest.mark.django_db
ELAM = {"document": {"slug": "elam", "kind": "state", "name": "Elam"}}
SUSA = {"document": {**ELAM["document"], "slug": "susa"}}


class Program:
    """A program that sends keys."""

    def __init__(self, user: User) -> None:
        self.user = user
        _, self.secret = issue_token(user, "A program", Scope.DRAFT, 30, datetime.now(UTC))

    def send(self, method: str, path: str, body: Any, key: str, **headers: str) -> HttpResponse:
        sent = {"authorization": f"Bearer {self.secret}", "idempotency-key": key, **headers}
        answer = Client().generic(method, f"/api/v1/desk/{path}", orjson.dumps(body), "application/json", headers=sent)
        assert isinstance(answer, HttpResponse)
        return answer


@pytest.fixture
def program() -> Program:
    return Program(make_user("curator"))


def test_what_is_sent_again_is_answered_as_before_and_not_done(program: Program) -> None:
    key = str(uuid4())
    first = program.send("POST", "actors/", ELAM, key)
    assert first.status_code == 201
    assert "Idempotent-Replayed" not in first
    logged = LogEntry.objects.count()
    again = program.send("POST", "actors/", ELAM, f'"{key}"')
    assert (again.status_code, again.content) == (201, first.content)
    assert [again[name] for name in ("ETag", "Location", "Content-Type", "Cache-Control")] == [
        first[name] for name in ("ETag", "Location", "Content-Type", "Cache-Control")
    ]
    assert again["Idempotent-Replayed"] == "true"
    assert LogEntry.objects.count() == logged
    assert Actor.objects.filter(slug="elam").count() == 1


def test_a_deletion_is_answered_as_before() -> None:
    program = Program(make_user("administrator"))
    stamp = fingerprint(make_actor("elam", state="draft", author=program.user))
    sent = [
        program.send("DELETE", "actors/elam/", {"reason": "A slip."}, "k", **{"if-match": f'"{stamp}"'}) for _ in "ab"
    ]
    assert [(answer.status_code, answer.content) for answer in sent] == [(204, b"")] * 2
    assert LogEntry.objects.filter(move=Move.DELETED).count() == 1


def test_a_key_stands_for_one_request(program: Program) -> None:
    assert program.send("POST", "actors/", ELAM, "k").status_code == 201
    others: list[tuple[str, str, Any, dict[str, str]]] = [
        ("POST", "programs/", ELAM, {}),
        ("PUT", "actors/elam/", ELAM, {}),
        ("POST", "actors/", SUSA, {}),
        ("POST", "actors/", ELAM, {"if-match": '"1"'}),
    ]
    for method, path, body, headers in others:
        answer = program.send(method, path, body, "k", **headers)
        assert answer.status_code == 422, (method, path)
        assert orjson.loads(answer.content)["type"].endswith("/idempotency-key-reused/")
    assert Actor.objects.count() == 1


def test_accounts_have_their_own_keys(program: Program) -> None:
    other = Program(make_user("curator"))
    assert program.send("POST", "actors/", ELAM, "k").status_code == 201
    assert other.send("POST", "actors/", SUSA, "k").status_code == 201


def test_a_refusal_keeps_no_key(program: Program) -> None:
    wrong = {"document": {"slug": "elam", "kind": "nothing", "name": "Elam"}}
    assert program.send("POST", "actors/", wrong, "k").status_code == 422
    assert not IdempotencyKey.objects.exists()
    assert program.send("POST", "actors/", ELAM, "k").status_code == 201


def test_what_is_only_tried_keeps_no_key(program: Program) -> None:
    assert program.send("POST", "actors/?dry_run=true", ELAM, "k").status_code == 201
    assert not IdempotencyKey.objects.exists()
    assert not Actor.objects.exists()


def test_a_failure_of_ours_keeps_no_key_and_nothing_of_the_work(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("The power is off.")

    with monkeypatch.context() as broken:
        broken.setattr("api.http.idempotency.store_answer", fails)
        with pytest.raises(RuntimeError):
            program.send("POST", "actors/", ELAM, "k")
    assert not Actor.objects.exists()
    assert not IdempotencyKey.objects.exists()
    assert program.send("POST", "actors/", ELAM, "k").status_code == 201


def test_many_items_are_done_once(program: Program) -> None:
    items = {
        "items": [{"action": "create", "type": "actor", **ELAM}, {"action": "create", "type": "actor", "document": {}}]
    }
    first, again = (program.send("POST", "bulk/", items, "k") for _ in "ab")
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.content == again.content
    assert orjson.loads(again.content)["succeeded"] == 1


@pytest.mark.parametrize("key", ["", '""', '"a" "b"', "a b", "ä", "k" * 201, '"'])
def test_what_is_no_key_is_refused(program: Program, key: str) -> None:
    answer = program.send("POST", "actors/", ELAM, key)
    assert answer.status_code == 400
    assert "Idempotency-Key" in orjson.loads(answer.content)["detail"]
    assert not Actor.objects.exists()


def test_too_large_a_body_is_refused_with_a_key_as_without(program: Program) -> None:
    body = {"document": {"slug": "elam", "summary": "x" * 2_000_001}}
    assert program.send("POST", "actors/", body, "k").status_code == 413


def test_a_key_is_kept_for_a_day(program: Program) -> None:
    assert program.send("POST", "actors/", ELAM, "k").status_code == 201
    IdempotencyKey.objects.update(created_at=datetime.now(UTC) - timedelta(hours=24))
    assert program.send("POST", "actors/", ELAM, "k").status_code == 409
    assert program.send("POST", "actors/", SUSA, "other").status_code == 201
    assert not IdempotencyKey.objects.filter(key="k").exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_that_are_sent_at_once_one_is_done_and_both_are_answered() -> None:
    program = Program(make_user("curator"))
    answers: list[HttpResponse] = []
    start = threading.Barrier(4)

    def send() -> None:
        start.wait()
        answers.append(program.send("POST", "actors/", ELAM, "k"))

    together(send, 4)
    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotent-Replayed" in answer for answer in answers) == 3
    assert LogEntry.objects.count() == 1


def test_what_is_no_key_is_refused_also_where_it_is_only_tried(program: Program) -> None:
    assert program.send("POST", "actors/?dry_run=true", ELAM, "a b").status_code == 400


@pytest.mark.parametrize("method", ["TRACE", "PATCH", "PUT"])
def test_an_unknown_method_is_rejected_before_anything_else(program: Program, method: str) -> None:
    assert program.send(method, "proposals/?nothing=1", {}, "a b").status_code == 405


# --- Signed in, with the check against forgery --------------------------------------------------


def test_who_has_signed_in_may_send_a_key_as_a_program_does() -> None:
    signed = Signed(make_user("curator"))
    first = signed.send("POST", "actors/", ELAM, **{"idempotency-key": "k"})
    assert first.status_code == 201, first.content
    again = signed.send("POST", "actors/", ELAM, **{"idempotency-key": "k"})
    assert (again.status_code, again.content) == (201, first.content)
    assert again["Idempotent-Replayed"] == "true"
    assert signed.send("POST", "actors/", SUSA, **{"idempotency-key": "k"}).status_code == 422
    assert Actor.objects.count() == 1


@pytest.mark.parametrize("tried", ["", "?dry_run=true"])
@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "actors/", SUSA, 201),
        ("POST", "bulk/", {"items": [{"action": "create", "type": "actor", **SUSA}]}, 200),
        ("PUT", "actors/elam/", {**ELAM, "reason": "A better name."}, 200),
        ("POST", "actors/elam/submit/", {"reason": "Ready."}, 200),
        ("DELETE", "actors/elam/", {"reason": "A slip."}, 204),
    ],
)
def test_every_way_to_write_takes_a_key_of_who_has_signed_in(
    method: str, path: str, body: Any, status: int, tried: str
) -> None:
    user = make_user("administrator")
    stamp = fingerprint(make_actor("elam", state="draft", author=user))
    headers = {"idempotency-key": "k", **({"if-match": f'"{stamp}"'} if "elam" in path else {})}
    answers = [Signed(user).send(method, path + tried, body, **headers) for _ in "ab"]
    assert [answer.status_code for answer in answers] == [status, status], answers[0].content
    assert answers[0].content == answers[1].content
    assert IdempotencyKey.objects.exists() == (not tried)
    assert LogEntry.objects.count() == (0 if tried else 1)


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"])
def test_a_body_that_is_no_json_is_refused_with_a_key_as_without(kind: str) -> None:
    signed = Signed(make_user("curator"))
    for headers in ({}, {"idempotency-key": "k"}):
        answer = signed.send("POST", "actors/", b"document=x", kind=kind, **headers)
        assert answer.status_code == 415, answer.content
    assert not IdempotencyKey.objects.exists()


def test_a_body_that_cannot_be_read_is_refused_with_a_key_as_without() -> None:
    signed = Signed(make_user("curator"))
    for body, status in ((b"{", 400), (b"", 422), (b"[]", 422), (b'"' + b"x" * 2_000_001 + b'"', 413)):
        for headers in ({}, {"idempotency-key": "k"}):
            answer = signed.send("POST", "actors/", body, **headers)
            assert answer.status_code == status, answer.content
    assert not IdempotencyKey.objects.exists()


def test_a_forged_request_is_refused_whatever_key_it_has() -> None:
    signed = Signed(make_user("curator"))
    answer = signed.send("POST", "actors/", ELAM, **{"idempotency-key": "k", "x-csrftoken": "x" * 32})
    assert answer.status_code == 403
    assert not IdempotencyKey.objects.exists()
    assert not Actor.objects.exists()


# --- Many items, one of which fails ---------------------------------------------------------------

BOTH = {"items": [{"action": "create", "type": "actor", **ELAM}, {"action": "create", "type": "actor", **SUSA}]}


@pytest.fixture
def failing_on_susa(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    def create(record_type: Any, document: Any, *rest: Any, **more: Any) -> Any:
        if document["slug"] == "susa":
            raise RuntimeError("The power is off.")
        return moves_create(record_type, document, *rest, **more)

    moves_create = moves.create
    monkeypatch.setattr(moves, "create", create)
    return monkeypatch


def test_a_failure_of_ours_on_one_item_undoes_all_of_a_request_with_a_key(
    program: Program, failing_on_susa: pytest.MonkeyPatch
) -> None:
    answer = program.send("POST", "bulk/", BOTH, "k")
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    problem = orjson.loads(answer.content)
    assert problem["item"] == 1
    assert problem["type"].endswith("/internal-error/")
    assert "none of its items was done" in problem["detail"]
    assert not Actor.objects.exists()
    assert not LogEntry.objects.exists()
    assert not IdempotencyKey.objects.exists()
    failing_on_susa.undo()
    answer = program.send("POST", "bulk/", BOTH, "k")
    assert "Idempotent-Replayed" not in answer
    assert orjson.loads(answer.content)["succeeded"] == 2
    assert Actor.objects.count() == 2


@pytest.mark.usefixtures("failing_on_susa")
def test_a_failure_of_ours_on_one_item_leaves_the_others_where_there_is_no_key() -> None:
    signed = Signed(make_user("curator"))
    answer = orjson.loads(signed.send("POST", "bulk/", BOTH).content)
    assert [result["status"] for result in answer["results"]] == [201, 500]
    assert list(Actor.objects.values_list("slug", flat=True)) == ["elam"]


@pytest.mark.usefixtures("failing_on_susa")
def test_what_is_only_tried_tells_of_each_item_with_a_key_as_without(program: Program) -> None:
    answer = orjson.loads(program.send("POST", "bulk/?dry_run=true", BOTH, "k").content)
    assert [result["status"] for result in answer["results"]] == [201, 500]
    assert not Actor.objects.exists()


def test_an_item_that_has_to_be_tried_again_later_undoes_all_and_says_when(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Busy(APIException):
        status_code = 503
        default_detail = "Another write holds the lock."
        wait = 2

    def create(*_: object, **__: object) -> None:
        raise Busy

    monkeypatch.setattr(moves, "create", create)
    answer = program.send("POST", "bulk/", BOTH, "k")
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    assert orjson.loads(answer.content)["item"] == 0
    assert not IdempotencyKey.objects.exists()
