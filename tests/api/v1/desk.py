"""Clients of the editorial API, and the records that its tests use."""

from __future__ import annotations

from typing import Any

import orjson
from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.test import Client

from sanctions.ledger.versions import Act, append_missing_versions
from sanctions.models import Actor
from sanctions.vocabulary import State
from tests.api.v1.publishing import DAY
from tests.factories.actors import make_actor
from tests.factories.sources import cite


class Person:
    """A client of the editorial API, signed in as a user or anonymous; it keeps only the session cookie."""

    def __init__(self, user: User | None = None) -> None:
        self.client = Client()
        if user is not None:
            self.client.force_login(user)

    def ask(
        self, method: str, path: str, body: Any = None, *, match: str | None = "", status: int = 200, **more: Any
    ) -> Any:
        """Send a request below /api/v1/desk/. ``match`` is the ETag to send; if empty, the current one."""
        if match == "":
            match = self.etag(path) if method in ("put", "delete", "post") else None
        headers = {"if-match": match} if match else {}
        content = body if isinstance(body, bytes) else orjson.dumps({} if body is None else body)
        send = getattr(self.client, method)
        if method in ("get", "head", "options"):
            answer = send(f"/api/v1/desk/{path}", **more)
        else:
            options = {"content_type": "application/json"} | more
            answer = send(f"/api/v1/desk/{path}", content, headers=headers, **options)
        assert answer.status_code == status, answer.content.decode()[:2000]
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert "Cookie" in answer.headers["Vary"]
        if status >= 400:
            assert answer.headers["Content-Type"] == "application/problem+json"
        return answer

    def ask_json(self, *arguments: Any, **options: Any) -> Any:
        """Send a request, and return the decoded body of the answer."""
        return self.ask(*arguments, **options).json()

    def etag(self, path: str) -> str | None:
        """Return the ETag of the record or proposal of a path."""
        steps = path.strip("/").split("/")[:2]
        if len(steps) < 2:
            return None
        answer = self.client.get(f"/api/v1/desk/{'/'.join(steps)}/")
        return answer.headers.get("ETag", '"none"')


class Signed:
    """A browser with a session, whose requests are checked for a CSRF token."""

    def __init__(self, user: User) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.client.force_login(user)
        self.token = get_token(HttpRequest())
        self.client.cookies[settings.CSRF_COOKIE_NAME] = self.token

    def send(
        self, method: str, path: str, body: Any, *, kind: str = "application/json", **headers: str
    ) -> HttpResponse:
        """Send a request below /api/v1/desk/ with the CSRF token."""
        content = body if isinstance(body, bytes) else orjson.dumps(body)
        sent = {"x-csrftoken": self.token, **headers}
        answer = self.client.generic(method, f"/api/v1/desk/{path}", content, kind, headers=sent)
        assert isinstance(answer, HttpResponse)
        return answer


def draft(author: User, slug: str = "iran", state: State = State.DRAFT) -> Actor:
    """Return an actor by an author, with a source."""
    actor = make_actor(slug, name="Iran", state=state, author=author)
    cite(actor)
    if state == State.PUBLISHED:
        append_missing_versions(Act(DAY))
    return actor
