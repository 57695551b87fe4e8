"""Every address with every method and every role: public answers are the same for all, the editorial API is not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import pytest
import time_machine
from django.test import Client
from django.urls import resolve

from api.v1.urls import DESK
from sanctions.accounts.tokens import issue_token
from sanctions.models import LogEntry, Proposal
from sanctions.records.registry import RECORD_TYPES
from sanctions.vocabulary import Scope
from tests.api.addresses import addresses
from tests.factories.users import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
METHODS: Final = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE")
SAFE: Final = {"GET", "HEAD", "OPTIONS"}
#: Public addresses that accept POST, as their protocol requires.
_ACCEPTS_POST: Final = {"reconcile"}
#: The groups of the users; a user may have none.
ROLES: Final = ("no group", "curator", "reviewer", "administrator")
#: Editorial addresses that answer every user: with what the user may read, or with a result for each item.
_LIMITED_BY_PERMISSIONS: Final = {"desk-root", "desk-proposals", "desk-bulk"}
PUBLIC: Final = [(name, path) for name, path in addresses() if not name.startswith("desk-")]
EDITORIAL: Final = [(name, path) for name, path in addresses() if name.startswith("desk-")]
NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)


def signed_in(role: str) -> Client:
    """Return a client with the session of a user in a group."""
    client = Client()
    client.force_login(make_user(*(() if role == "no group" else (role,))))
    return client


def with_token(role: str, scope: Scope) -> Client:
    """Return a client with the token of a user in a group; one without a group has left it since."""
    user = make_user("reviewer" if role == "no group" else role)
    _, secret = issue_token(user, "A program", scope, 30, NOW)
    if role == "no group":
        user.groups.clear()
    return Client(headers={"authorization": f"Bearer {secret}"})


def clients_by_role() -> dict[str, Client]:
    """Return a client for each role and kind of credentials, by name."""
    return {role: signed_in(role) for role in ROLES} | {
        f"{role}'s token to {scope}": with_token(role, scope)
        for role in ROLES
        for scope in Scope
        if (role, scope) != ("curator", Scope.REVIEW)
    }


def ask(client: Client, method: str, path: str) -> Any:
    """Ask with an empty object as the body where there may be one."""
    body = b"" if method in SAFE else b"{}"
    return client.generic(method, f"/api/v1/{path}", body, "application/json")


def written() -> list[int]:
    """Return how much of everything that requests could have written there is."""
    tables = [kind.model for kind in RECORD_TYPES] + [Proposal, LogEntry]
    return [table._default_manager.count() for table in tables]


@pytest.mark.parametrize(("name", "path"), PUBLIC, ids=[name for name, _ in PUBLIC])
def test_what_is_public_is_the_same_for_everybody_and_takes_nothing(name: str, path: str) -> None:
    with time_machine.travel(NOW, tick=False):
        clients = {
            "no group": signed_in("no group"),
            "administrator": signed_in("administrator"),
            "a token": with_token("reviewer", Scope.REVIEW),
        }
        before = written()
        for method in METHODS:
            expected = ask(Client(), method, path)
            if (method in SAFE and (name, method) != ("docs", "OPTIONS")) or (
                method == "POST" and name in _ACCEPTS_POST
            ):
                assert expected.status_code in (200, 400, 404, 415), (method, expected.content)
            else:
                assert expected.status_code == 405, method
                assert method not in expected["Allow"].split(", ")
            for who, client in clients.items():
                answer = ask(client, method, path)
                told = (answer.status_code, answer.get("ETag"), content(answer))
                assert told == (expected.status_code, expected.get("ETag"), content(expected)), (who, method)
        assert written() == before


def content(answer: Any) -> bytes:
    """Return the body, whether it was streamed or not."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.mark.parametrize(("name", "path"), EDITORIAL, ids=[name for name, _ in EDITORIAL])
def test_at_the_desk_only_its_people_are_answered_by_the_methods_there_are(name: str, path: str) -> None:
    view: Any = resolve(f"/api/v1/{path}").func
    offered = set(view.view_class.operations)
    with time_machine.travel(NOW, tick=False):
        clients = clients_by_role()
        before = written()
        answers = {(who, method): ask(client, method, path) for who, client in clients.items() for method in METHODS}
        anonymous = [ask(Client(), method, path).status_code for method in METHODS]
    assert set(anonymous) == {401}
    for (who, method), answer in answers.items():
        status = answer.status_code
        if method == "OPTIONS":
            assert status == 200, who
        elif who.startswith("no group") and name not in _LIMITED_BY_PERMISSIONS:
            assert status in (403, 404, 405), (who, method)
        elif method in offered or (method == "HEAD" and "GET" in offered):
            assert status != 401, (who, method)
            assert status < 500, (who, method)
        else:
            # What a token is not for is refused before it is known whether there is such a method.
            assert status == 405 or (status == 403 and "token" in who), (who, method)
    assert written() == before


def test_every_address_of_the_desk_is_asked() -> None:
    assert {name for name, _ in EDITORIAL} == {one.name for one in DESK}
