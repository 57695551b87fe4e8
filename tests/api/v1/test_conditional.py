"""Conditional requests: unchanged answers are not computed again, and changed ones never answer 304."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils.http import http_date, parse_http_date
from pytest_django import Settings

from api.http.conditional import REMEMBERED, ConditionalMiddleware, RepresentationKey
from sanctions.ledger.releases import make_release
from sanctions.vocabulary import State, VersionKind
from tests.api.v1.many import load_many
from tests.api.v1.publishing import IRAN, PERSIA, publish

pytestmark = pytest.mark.django_db
#: Addresses that change with what is public: a list, a record, questions, a page for people.
PATHS = (
    "actors/",
    "actors/iran/",
    "actors/iran/?format=html",
    "actors/iran/versions/",
    "timeline/",
    "changes/?include_documents=true",
    "notices/",
    "releases/",
    "compare/?from=2015-01-01&to=2016-01-01",
    "actors/?known_at=2030-01-01T00:00:00Z",
)
#: Long after what the tests publish, so that it counts as settled.
LATER = datetime(2031, 5, 17, 12, tzinfo=UTC)


def get(client: Client, path: str, **headers: str) -> Any:
    return client.get(f"/api/v1/{path}", headers={name.replace("_", "-"): value for name, value in headers.items()})


@pytest.fixture
def later(settings: Settings) -> Any:
    """Stop the clock of the process long after; that of PostgreSQL goes on and may differ."""
    settings.CLOCK_TOLERANCE = 10**9
    with time_machine.travel(LATER, tick=False) as clock:
        yield clock


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize("path", [*PATHS, "", "docs/problems/"])
def test_a_client_with_the_current_answer_gets_304(client: Client, path: str) -> None:
    publish(IRAN, 0)
    first = get(client, path)
    assert first.status_code == 200
    assert first["ETag"].startswith('"')
    second = get(client, path, If_None_Match=first["ETag"])
    assert (second.status_code, second.content) == (304, b"")
    for name in ("ETag", "Cache-Control", "Vary"):
        assert second[name] == first[name], name
    assert "Content-Type" not in second
    head = client.head(f"/api/v1/{path}")
    assert (head["ETag"], head.status_code) == (first["ETag"], 200)


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize("path", [*PATHS, "", "docs/problems/"])
def test_a_304_that_was_given_before_is_given_again_without_a_view(client: Client, path: str) -> None:
    publish(IRAN, 0)
    tag = get(client, path)["ETag"]
    by_the_view = get(client, path, If_None_Match=tag)
    with CaptureQueriesContext(connection) as queries:
        again = get(client, path, If_None_Match=f'"another", W/{tag}')
    assert len(queries) <= 1
    assert by_the_view.wsgi_request.resolver_match
    assert again.wsgi_request.resolver_match is None
    assert (again.status_code, again.content) == (304, b"")
    assert dict(again.items()) == dict(by_the_view.items())
    assert get(client, path, If_None_Match='"another"').status_code == 200


@pytest.mark.usefixtures("later")
def test_who_names_themselves_is_answered_by_the_view(client: Client) -> None:
    publish(IRAN, 0)
    tag = get(client, "actors/")["ETag"]
    for _ in range(2):
        assert get(client, "actors/", If_None_Match=tag).status_code == 304
    assert get(client, "actors/", If_None_Match=tag, Authorization="Bearer nobody").wsgi_request.resolver_match
    client.cookies[django_settings.SESSION_COOKIE_NAME] = "nobody"
    assert get(client, "actors/", If_None_Match=tag).wsgi_request.resolver_match


def test_only_so_many_questions_are_remembered() -> None:
    def view(request: Any) -> HttpResponse:
        request.representation_key = RepresentationKey(
            request.get_full_path(), "application/json", "json", of_records=False
        )
        return HttpResponse(status=304)

    middleware = ConditionalMiddleware(view)
    for number in range(REMEMBERED * 2 + 1):
        middleware(RequestFactory().get(f"/api/v1/actors/?limit={number}", headers={"If-None-Match": '"any"'}))
        assert len(middleware.remembered) <= REMEMBERED


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize("path", PATHS)
def test_whoever_has_an_old_answer_gets_the_new_one(client: Client, path: str) -> None:
    publish(IRAN, 0)
    old = get(client, path)
    for _ in range(2):
        assert get(client, path, If_None_Match=old["ETag"]).status_code == 304
    publish(PERSIA, 1, VersionKind.CORRECTION, "The name was wrong.")
    make_release(LATER)
    new = get(client, path, If_None_Match=old["ETag"])
    assert new.status_code == 200
    assert new["ETag"] != old["ETag"]


@pytest.mark.usefixtures("later")
def test_a_record_that_is_taken_back_is_not_called_unchanged(client: Client) -> None:
    publish(IRAN, 0)
    tag = get(client, "actors/iran/")["ETag"]
    publish(IRAN, 1, VersionKind.RETRACTION, "It was wrong.", State.RETRACTED)
    gone = get(client, "actors/iran/", If_None_Match=tag)
    assert gone.status_code == 410
    assert "ETag" not in gone
    assert gone["Cache-Control"] == "no-cache"
    assert get(client, "actors/iran/", If_None_Match="*").status_code == 410


@pytest.mark.usefixtures("later")
def test_another_day_another_question_or_another_format_is_another_answer(client: Client, later: Any) -> None:
    publish(IRAN, 0)
    paths = ("actors/", "actors/?limit=5", "actors/?kind=state", "actors/?as_of=2020-01-01", "actors/?format=html")
    tags = [get(client, path)["ETag"] for path in paths]
    assert get(client, "actors/", Accept="text/html")["ETag"] != tags[0]
    later.move_to(datetime(2031, 5, 18, tzinfo=UTC))
    tags += [get(client, path)["ETag"] for path in paths]
    assert len(set(tags)) == len(tags)


@pytest.mark.usefixtures("later")
def test_renderings_that_were_made_anew_are_another_answer(client: Client) -> None:
    publish(IRAN, 0)
    tag = get(client, "actors/")["ETag"]
    call_command("render", verbosity=0)
    assert get(client, "actors/", If_None_Match=tag).status_code == 200


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ("{}", 304),
        ("W/{}", 304),
        ('"another", {}', 304),
        ('"another",W/"more" , {}', 304),
        ("*", 304),
        ('"another"', 200),
        ("", 200),
        ("no tag", 200),
    ],
)
def test_tags_are_compared_as_the_standard_says(client: Client, sent: str, status: int) -> None:
    publish(IRAN, 0)
    tag = get(client, "actors/")["ETag"]
    assert get(client, "actors/", If_None_Match=sent.format(tag)).status_code == status


@pytest.mark.usefixtures("later")
def test_a_date_tells_what_is_known_unless_a_tag_does(client: Client) -> None:
    publish(IRAN, 0)
    first = get(client, "actors/")
    date = first["Last-Modified"]
    # The day has begun since the last change, and standings are of the day.
    assert parse_http_date(date) == datetime(2031, 5, 17, tzinfo=UTC).timestamp()
    assert get(client, "actors/", If_Modified_Since=date).status_code == 304
    assert get(client, "actors/", If_Modified_Since=http_date(parse_http_date(date) - 1)).status_code == 200
    assert get(client, "actors/", If_Modified_Since=date, If_None_Match='"another"').status_code == 200
    assert get(client, "actors/", If_Modified_Since="yesterday").status_code == 200
    tomorrow = http_date(LATER.timestamp() + 86_400)
    assert get(client, "actors/", If_Modified_Since=tomorrow).status_code == 200, "It was given under a wrong clock."


def test_an_answer_that_may_change_within_the_same_second_has_no_date(client: Client, later: Any) -> None:
    load_many(1)
    call_command("render", verbosity=0)
    assert "Last-Modified" not in get(client, "actors/")
    later.shift(2)
    assert get(client, "actors/")["Last-Modified"] == http_date(LATER.timestamp())


@pytest.mark.usefixtures("later")
def test_what_is_unchanged_is_neither_read_nor_written(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    load_many(3)
    tags = {path: get(client, path)["ETag"] for path in ("orders/", "orders/order-0/", "agreements/agreement-0/")}

    def no(*given: Any, **named: Any) -> bytes:
        pytest.fail("Something was rendered.")

    monkeypatch.setattr("api.http.renderers.JSONRenderer.render", no)
    for path, tag in tags.items():
        with CaptureQueriesContext(connection) as captured:
            assert get(client, path, If_None_Match=tag).status_code == 304
        (query,) = [query["sql"] for query in captured]
        assert "ledgerhead" in query


@pytest.mark.usefixtures("later")
def test_caches_that_many_share_may_keep_an_answer_for_a_minute(client: Client) -> None:
    publish(IRAN, 0)
    kept = get(client, "actors/iran/")
    assert kept["Cache-Control"] == "public, max-age=0, s-maxage=60, must-revalidate"
    assert "Accept" in kept["Vary"]
    assert "Cookie" not in kept["Vary"]
    refused = get(client, "actors/?colour=red", If_None_Match="*")
    assert (refused.status_code, refused["Cache-Control"]) == (400, "no-cache")
    assert get(client, "desk/")["Cache-Control"] == "private, no-store"
