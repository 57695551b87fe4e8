"""The editorial API with a token: scopes, dry runs, and bulk requests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import resolve

from api.v1.schemas.bulk import KEYS, MOST_ITEMS
from api.v1.urls import DESK
from sanctions.accounts.tokens import issue_token
from sanctions.editorial import moves
from sanctions.editorial.procedure import fingerprint
from sanctions.models import Actor, LogEntry
from sanctions.vocabulary import Scope, State
from tests.api.v1.answer_schema import faults
from tests.factories.actors import make_actor
from tests.factories.sources import make_source
from tests.factories.users import make_user

pytestmark = pytest.mark.django_db
ELAM = {"slug": "elam", "kind": "state", "name": "Elam"}


class Program:
    """A program that works with a token, and nothing else."""

    def __init__(self, user: User, scope: Scope) -> None:
        self.user = user
        _, self.secret = issue_token(user, "A program", scope, 30, datetime.now(UTC))

    def ask(self, method: str, path: str, body: Any = None, *, stamp: str = "", status: int = 200) -> Any:
        """Send a request below /api/v1/desk/, check the status, and return the decoded body."""
        headers = {"authorization": f"Bearer {self.secret}"} | ({"if-match": f'"{stamp}"'} if stamp else {})
        client = Client(enforce_csrf_checks=True)
        data = b"" if body is None else orjson.dumps(body)
        answer = client.generic(method, f"/api/v1/desk/{path}", data, "application/json", headers=headers)
        assert answer.status_code == status, answer.content
        return orjson.loads(answer.content) if answer.content else None


@pytest.fixture
def curator() -> Program:
    return Program(make_user("curator"), Scope.DRAFT)


@pytest.fixture
def reviewer() -> Program:
    return Program(make_user("reviewer"), Scope.REVIEW)


def test_a_program_writes_and_submits_and_another_publishes(curator: Program, reviewer: Program) -> None:
    source = make_source("law")
    made = curator.ask("POST", "actors/", {"document": {**ELAM, "citations": [{"source": source.slug}]}}, status=201)
    assert made["author"] == curator.user.username
    elam = Actor.objects.get(slug="elam")
    curator.ask("POST", "actors/elam/submit/", {"reason": "It is ready."}, stamp=fingerprint(elam))
    elam.refresh_from_db()
    reviewer.ask("POST", "actors/elam/publish/", {"reason": "Checked."}, stamp=fingerprint(elam))
    elam.refresh_from_db()
    assert (elam.state, elam.approver) == (State.PUBLISHED, reviewer.user)


@pytest.mark.parametrize("sent", ["Bearer", "Bearer nothing", "Bearer sanctions_nothing", "bearer \x7f"])
def test_a_token_that_is_not_taken_opens_nothing(sent: str) -> None:
    answer = Client().get("/api/v1/desk/", headers={"authorization": sent})
    assert answer.status_code == 401
    assert answer.json()["type"].endswith("/not-authenticated/")
    assert answer["WWW-Authenticate"].startswith('Bearer realm="desk"')


def test_with_a_token_no_session_is_looked_at(curator: Program) -> None:
    client = Client()
    client.force_login(make_user("administrator"))
    answer = client.get("/api/v1/desk/", headers={"authorization": f"Bearer {curator.secret}"})
    assert answer.json()["account"] == curator.user.username
    assert {"Authorization", "Cookie"} <= set(answer["Vary"].split(", "))


#: What is asked → the scope that it needs at least.
NEEDED = {
    ("GET", ""): Scope.READ,
    ("GET", "proposals/"): Scope.READ,
    ("GET", "proposals/1/"): Scope.READ,
    ("GET", "actors/iran/"): Scope.READ,
    ("POST", "actors/"): Scope.DRAFT,
    ("POST", "bulk/"): Scope.DRAFT,
    ("PUT", "actors/iran/"): Scope.DRAFT,
    ("DELETE", "actors/iran/"): Scope.DRAFT,
    ("POST", "actors/iran/proposals/"): Scope.DRAFT,
    ("POST", "actors/iran/submit/"): Scope.DRAFT,
    ("POST", "actors/iran/return/"): Scope.REVIEW,
    ("POST", "actors/iran/publish/"): Scope.REVIEW,
    ("POST", "actors/iran/retract/"): Scope.REVIEW,
    ("POST", "actors/iran/restore/"): Scope.REVIEW,
    ("POST", "proposals/1/submit/"): Scope.DRAFT,
    ("POST", "proposals/1/withdraw/"): Scope.DRAFT,
    ("POST", "proposals/1/return/"): Scope.REVIEW,
    ("POST", "proposals/1/accept/"): Scope.REVIEW,
}


@pytest.mark.parametrize("scope", Scope)
def test_a_token_is_for_what_its_scope_includes(scope: Scope) -> None:
    make_actor("iran", state=State.IN_REVIEW)
    program = Program(make_user("administrator"), scope)
    headers = {"authorization": f"Bearer {program.secret}"}
    for (method, path), needed in NEEDED.items():
        answer = Client().generic(method, f"/api/v1/desk/{path}", b"{}", "application/json", headers=headers)
        refused = answer.status_code == 403 and "has the scope" in answer.json()["detail"]
        assert refused != scope.includes(needed), (method, path)


def test_every_method_of_every_address_of_the_desk_has_its_scope() -> None:
    asked = {(method, resolve(f"/api/v1/desk/{path}").url_name) for method, path in NEEDED}
    there = {(method, one.name) for one in DESK for method in one.callback.view_class.operations}  # type: ignore[attr-defined]
    assert asked == there


# --- Trying -------------------------------------------------------------------------------------


def test_what_is_tried_is_answered_and_not_done(curator: Program) -> None:
    before = LogEntry.objects.count()
    made = curator.ask("POST", "actors/?dry_run=true", {"document": ELAM}, status=201)
    assert made["slug"] == "elam"
    assert not Actor.objects.filter(slug="elam").exists()
    assert LogEntry.objects.count() == before
    curator.ask("POST", "actors/?dry_run=true", {"document": {**ELAM, "kind": "none"}}, status=422)
    curator.ask("POST", "actors/?dry_run=false", {"document": ELAM}, status=201)
    assert Actor.objects.filter(slug="elam").exists()


@pytest.mark.parametrize("query", ["dry_run=yes", "dry_run=", "dryrun=true"])
def test_nothing_is_done_where_trying_is_misspelt(curator: Program, query: str) -> None:
    problem = curator.ask("POST", f"actors/?{query}", {"document": ELAM}, status=400)
    assert problem["errors"][0]["parameter"] == query.partition("=")[0]
    assert not Actor.objects.exists()


# --- Many at once -------------------------------------------------------------------------------


def test_many_moves_are_made_each_for_itself(curator: Program) -> None:
    iran = make_actor("iran", state=State.DRAFT)
    submit = {"action": "submit", "type": "actor", "slug": "iran", "reason": "It is ready."}
    answer = curator.ask(
        "POST",
        "bulk/",
        {
            "items": [
                {"action": "create", "type": "actor", "document": ELAM},
                {"action": "create", "type": "actor", "document": {**ELAM, "slug": "media", "kind": "none"}},
                {**submit, "etag": f'"{fingerprint(iran)}"'},
                {**submit, "etag": '"older"'},
                {"action": "submit", "type": "actor", "slug": "nowhere", "etag": '"x"'},
                {"action": "delete", "type": "actor", "slug": "iran"},
                {"action": "publish", "type": "actor", "slug": "iran", "etag": '"x"'},
            ]
        },
    )
    assert faults("BulkResults", answer) == []
    assert [result["status"] for result in answer["results"]] == [201, 422, 200, 412, 404, 428, 403]
    assert (answer["succeeded"], answer["failed"]) == (2, 5)
    assert answer["results"][1]["problem"]["problems"][0]["path"] == "document.kind"
    iran.refresh_from_db()
    assert iran.state == State.IN_REVIEW
    assert set(Actor.objects.values_list("slug", flat=True)) == {"iran", "elam"}


def test_many_moves_can_be_tried(curator: Program) -> None:
    items = [{"action": "create", "type": "actor", "document": {**ELAM, "slug": f"elam-{n}"}} for n in range(3)]
    assert curator.ask("POST", "bulk/?dry_run=true", {"items": items})["succeeded"] == 3
    assert not Actor.objects.exists()


def test_a_failure_of_the_server_is_reported_for_its_item_alone(
    curator: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(moves, "submit", broken)
    iran = make_actor("iran", state=State.DRAFT)
    items = [
        {"action": "submit", "type": "actor", "slug": "iran", "etag": f'"{fingerprint(iran)}"'},
        {"action": "create", "type": "actor", "document": ELAM},
    ]
    answer = curator.ask("POST", "bulk/", {"items": items})
    assert [result["status"] for result in answer["results"]] == [500, 201]


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"items": {}},
        {"items": []},
        {"items": [{}] * (MOST_ITEMS + 1)},
        {"items": [{}], "more": 1},
    ],
)
def test_what_is_no_list_of_items_is_refused(curator: Program, body: Any) -> None:
    assert curator.ask("POST", "bulk/", body, status=422)["problems"]


@pytest.mark.parametrize(
    ("item", "path"),
    [
        (1, ""),
        ({"action": "undo", "type": "actor"}, "action"),
        ({"action": [], "type": "actor"}, "action"),
        ({"action": "submit", "type": "actors"}, "type"),
        ({"action": "submit", "type": "actor"}, "slug"),
        ({"action": "submit", "type": "actor", "slug": 1}, "slug"),
        ({"action": "submit", "type": "actor", "slug": "iran", "document": {}}, "document"),
        ({"action": "create", "type": "actor"}, "document"),
    ],
)
def test_a_fault_of_an_item_is_reported_by_its_key(curator: Program, item: Any, path: str) -> None:
    (result,) = curator.ask("POST", "bulk/", {"items": [item]})["results"]
    assert result["status"] == 422
    assert result["problem"]["problems"][0]["path"] == path


def test_every_move_that_can_be_made_of_a_record_can_be_made_of_many() -> None:
    assert set(KEYS) == {"create", "replace", "delete", "propose", "submit", "return", "publish", "retract", "restore"}
