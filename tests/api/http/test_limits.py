"""Rate limits, and the longest address."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from limits.storage import RedisStorage, Storage
from pytest_django import Settings

from api.http import costs
from api.http.counters import FileStorage
from api.http.limits import MOST_URI
from sanctions.accounts.tokens import issue_token
from sanctions.server.waiting import offer
from sanctions.vocabulary import Scope
from tests.factories.users import make_user
from tests.together import together

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)
PATH = "/api/v1/programs/"


@pytest.fixture(autouse=True)
def limited(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """Answer three readers' requests a minute, and five of a program."""
    settings.LIMITS_URL = f"sqlite://{tmp_path}/limits.sqlite3"
    settings.RATE_ANONYMOUS, settings.RATE_TOKEN = 3, 5
    with time_machine.travel(NOW, tick=False):
        yield


def ask(path: str = PATH, **extra: Any) -> Any:
    return Client().get(path, **extra)


def test_what_is_over_the_limit_is_refused_with_when_to_ask_again() -> None:
    assert [ask().status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = ask()
    assert refused["Retry-After"] == "60"
    assert refused["Content-Type"] == "application/problem+json"
    assert refused.json()["type"].endswith("/too-many-requests/")


def test_every_answer_says_what_is_left() -> None:
    told = [ask(path)["RateLimit"] for path in (PATH, f"{PATH}nothing/", f"{PATH}?nothing=1", PATH)]
    assert told == [f'"anonymous";r={left};t=60' for left in (2, 1, 0, 0)]
    assert ask()["RateLimit-Policy"] == '"anonymous";q=3;w=60'


def test_what_has_not_changed_counts_too_and_is_refused_too() -> None:
    client = Client()
    etag = client.get(PATH)["ETag"]
    # The first is answered by the view, the second before it.
    for left in (1, 0):
        answer = client.get(PATH, headers={"if-none-match": etag})
        assert (answer.status_code, answer["RateLimit"]) == (304, f'"anonymous";r={left};t=60')
    refused = client.get(PATH, headers={"if-none-match": etag})
    assert (refused.status_code, refused["RateLimit"]) == (429, '"anonymous";r=0;t=60')


def test_what_the_server_asks_again_for_somebody_who_waits_is_counted_once() -> None:
    again: dict[str, Any] = {}
    offer(again, is_repeated=True)
    assert [ask(**again).status_code for _ in range(5)] == [200] * 5
    assert ask()["RateLimit"] == '"anonymous";r=2;t=60'


def test_a_window_begins_with_its_first_request_and_lasts_a_minute() -> None:
    for _ in range(4):
        ask()
    with time_machine.travel(NOW + timedelta(seconds=59.5), tick=False):
        refused = ask()
        assert (refused.status_code, refused["Retry-After"]) == (429, "1")
    with time_machine.travel(NOW + timedelta(seconds=60), tick=False):
        assert ask()["RateLimit"] == '"anonymous";r=2;t=60'


def test_each_address_counts_for_itself_and_of_ipv6_each_network() -> None:
    for place in range(3):
        assert ask(REMOTE_ADDR=f"2001:db8:1:1::{place}").status_code == 200
    assert ask(REMOTE_ADDR="2001:db8:1:1:ffff::9").status_code == 429
    assert ask(REMOTE_ADDR="2001:db8:1:2::9").status_code == 200
    assert ask(REMOTE_ADDR="192.0.2.1").status_code == 200


def test_no_header_makes_another_of_who_asks(settings: Settings) -> None:
    settings.RATE_ANONYMOUS = 1
    assert ask(headers={"x-forwarded-for": "192.0.2.1"}).status_code == 200
    assert ask(headers={"x-forwarded-for": "192.0.2.2"}).status_code == 429
    settings.PROXIES = 1
    assert ask(headers={"x-forwarded-for": "192.0.2.2"}).status_code == 200


def test_a_program_is_counted_by_its_token(settings: Settings) -> None:
    user = make_user("curator")
    first, second = (issue_token(user, name, Scope.READ, 30, NOW)[1] for name in ("First", "Second"))
    asked = [ask("/api/v1/desk/", headers={"authorization": f"Bearer {first}"}) for _ in range(6)]
    assert [answer.status_code for answer in asked] == [200] * 5 + [429]
    assert asked[0]["RateLimit"] == '"token";r=4;t=60'
    assert ask("/api/v1/desk/", headers={"authorization": f"Bearer {second}"}).status_code == 200
    assert ask().status_code == 200


def test_who_has_signed_in_is_counted_by_account() -> None:
    client = Client()
    client.force_login(make_user("curator"))
    assert client.get("/api/v1/desk/")["RateLimit"] == '"account";r=4;t=60'


def test_without_a_limit_nothing_is_counted(settings: Settings) -> None:
    settings.RATE_ANONYMOUS = 0
    answers = [ask() for _ in range(5)]
    assert {answer.status_code for answer in answers} == {200}
    assert "RateLimit" not in answers[0]


def test_where_nothing_can_be_counted_everybody_is_answered(
    settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings.LIMITS_URL = f"sqlite://{tmp_path}/missing/limits.sqlite3"
    assert [ask().status_code for _ in range(5)] == [200] * 5
    assert "no client is limited" in caplog.text


def test_counting_asks_the_database_nothing(settings: Settings) -> None:
    settings.RATE_ANONYMOUS = 0
    with CaptureQueriesContext(connection) as without:
        ask()
    settings.RATE_ANONYMOUS = 3
    with CaptureQueriesContext(connection) as counted:
        assert "RateLimit" in ask()
    assert len(counted) == len(without) > 0


def test_pages_for_people_are_not_counted() -> None:
    assert "RateLimit" not in ask("/healthz")


@pytest.mark.parametrize("path", [PATH, "/api/v1/nowhere/"])
def test_too_long_an_address_is_refused(path: str) -> None:
    fits = f"{path}?x=" + "x" * (MOST_URI - len(path) - 3)
    assert ask(fits).status_code in (400, 404)
    refused = ask(fits + "x")
    assert (refused.status_code, refused["Content-Type"]) == (414, "application/problem+json")
    assert "8,000" in refused.json()["detail"]


# --- What is asked counts by what it costs ------------------------------------------------------


DEAR = [
    (PATH, 1),
    (f"{PATH}?limit=200", 1),
    (f"{PATH}?limit=1000", 5),
    (f"{PATH}?limit=none", 1),
    ("/api/v1/orders/?facets=kind,program", 1 + 2 * costs.FACET),
    (f"{PATH}?count=true", 1 + costs.COUNT),
    (f"{PATH}?format=csv", costs.COLLECTION),
    ("/api/v1/orders/nothing/", 1),
    ("/api/v1/search/?q=iran", costs.SEARCH),
    ("/api/v1/stats/?collection=orders&group_by=kind,year", 1 + 2 * costs.FACET),
    ("/api/v1/panel/", costs.PANEL),
    ("/api/v1/panel/columns/", 1),
    ("/api/v1/compare/?from=2015-01-01&to=2016-01-01", costs.COMPARISON),
    ("/api/v1/network/", costs.NETWORK),
    ("/api/v1/orders/nothing/lineage/", costs.LINEAGE),
    ("/api/v1/reconcile/", 1),
    ("/api/v1/reconcile/?queries={}", costs.RECONCILE),
]


@pytest.mark.parametrize(("path", "cost"), DEAR, ids=[path for path, _ in DEAR])
def test_a_request_takes_what_it_costs_and_says_so(settings: Settings, path: str, cost: int) -> None:
    settings.RATE_ANONYMOUS = 600
    shown = f";cost={cost}" if cost > 1 else ""
    assert ask(path)["RateLimit"] == f'"anonymous";r={600 - cost};t=60{shown}'


def test_what_costs_more_than_is_left_is_refused_and_takes_nothing(settings: Settings) -> None:
    settings.RATE_ANONYMOUS = costs.PANEL + 5
    assert [ask("/api/v1/panel/").status_code for _ in range(2)] == [200, 429]
    refused = ask("/api/v1/panel/")
    assert (refused["RateLimit"], refused["Retry-After"]) == (f'"anonymous";r=5;t=60;cost={costs.PANEL}', "60")
    assert [ask().status_code for _ in range(6)] == [200] * 5 + [429]


def test_what_costs_more_than_the_whole_limit_is_answered_once_a_window(settings: Settings) -> None:
    settings.RATE_ANONYMOUS = 5
    assert [ask("/api/v1/panel/").status_code for _ in range(2)] == [200, 429]


def test_what_has_not_changed_costs_as_little_as_any_other(settings: Settings) -> None:
    settings.RATE_ANONYMOUS = 100
    client, path = Client(), "/api/v1/panel/"
    etag = client.get(path)["ETag"]
    for left in (79, 78):
        answer = client.get(path, headers={"if-none-match": etag})
        assert (answer.status_code, answer["RateLimit"]) == (304, f'"anonymous";r={left};t=60')


@pytest.mark.parametrize("kind", ["file", *(["redis"] if "TEST_REDIS_URL" in os.environ else [])])
def test_costs_are_counted_alike_wherever_they_are(settings: Settings, kind: str) -> None:
    settings.RATE_ANONYMOUS = 30
    if kind == "redis":
        settings.LIMITS_URL = os.environ["TEST_REDIS_URL"]
    told = [ask(path, REMOTE_ADDR="192.0.2.77") for path in ("/api/v1/panel/", "/api/v1/panel/", PATH)]
    assert [answer.status_code for answer in told] == [200, 429, 200]
    assert [answer["RateLimit"].split(";")[1] for answer in told] == ["r=10", "r=10", "r=9"]
    if kind == "redis":
        RedisStorage(settings.LIMITS_URL).clear("anonymous/192.0.2.77")


# --- Credentials that are not taken -------------------------------------------------------------


def wrong(**extra: Any) -> Any:
    return ask("/api/v1/desk/", headers={"authorization": "Bearer sanctions_wrong"}, **extra)


def test_wrong_tokens_count_for_their_address_and_then_none_is_looked_at(settings: Settings) -> None:
    settings.RATE_REFUSED = 3
    answers = [wrong() for _ in range(3)]
    assert [answer.status_code for answer in answers] == [401] * 3
    assert [answer["RateLimit"] for answer in answers] == [f'"refused";r={left};t=60' for left in (2, 1, 0)]
    with CaptureQueriesContext(connection) as queries:
        refused = wrong()
    assert (refused.status_code, refused["Retry-After"], len(queries)) == (429, "60", 0)
    assert refused.json()["type"].endswith("/too-many-requests/")
    assert wrong(REMOTE_ADDR="192.0.2.9").status_code == 401
    assert ask().status_code == 200, "Readers of the address go on."
    with time_machine.travel(NOW + timedelta(seconds=60), tick=False):
        assert wrong().status_code == 401


def test_behind_a_proxy_wrong_tokens_count_for_the_address_that_it_names(settings: Settings) -> None:
    settings.RATE_REFUSED, settings.PROXIES = 1, 1
    for place, status in ((1, 401), (1, 429), (2, 401)):
        headers = {"authorization": "Bearer sanctions_wrong", "x-forwarded-for": f"192.0.2.{place}"}
        assert ask("/api/v1/desk/", headers=headers).status_code == status


def test_the_desk_without_credentials_counts_as_refused(settings: Settings) -> None:
    settings.RATE_REFUSED = 2
    assert [ask("/api/v1/desk/").status_code for _ in range(3)] == [401, 401, 429]


def test_what_a_token_may_not_do_counts_for_the_token() -> None:
    token = issue_token(make_user("curator"), "Reads", Scope.READ, 30, NOW)[1]
    headers = {"authorization": f"Bearer {token}"}
    answers = [
        Client().post("/api/v1/desk/actors/", {}, content_type="application/json", headers=headers) for _ in range(6)
    ]
    assert [answer.status_code for answer in answers] == [403] * 5 + [429]
    assert answers[0]["RateLimit"] == '"token";r=4;t=60'


# --- Where it is counted ------------------------------------------------------------------------


@pytest.fixture(params=["file", *(["redis"] if "TEST_REDIS_URL" in os.environ else [])])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """Each kind of storage: the file, and the server where one is named."""
    if request.param == "redis":
        return RedisStorage(os.environ["TEST_REDIS_URL"])
    return FileStorage(f"sqlite://{tmp_path}/counters.sqlite3")


def test_hits_that_come_at_once_are_all_counted(storage: Storage) -> None:
    key = f"test/{uuid4()}"

    def hit() -> None:
        for _ in range(100):
            storage.incr(key, 60)
        if isinstance(storage, FileStorage):
            storage.close()

    together(hit, 4)
    assert storage.get(key) == 400
    assert storage.incr(key, 60) == 401
    storage.clear(key)
    assert storage.get(key) == 0
    assert storage.check()


HITS = """
import sys
from api.http import costs
from api.http.counters import FileStorage
storage = FileStorage(sys.argv[1])
for _ in range(200):
    storage.incr("a", 3600)
"""


def test_processes_count_together(tmp_path: Path) -> None:
    url = f"sqlite://{tmp_path}/counters.sqlite3"
    processes = [subprocess.Popen([sys.executable, "-c", HITS, url]) for _ in range(3)]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    with time_machine.travel(datetime.now(UTC), tick=False):
        storage = FileStorage(url)
        assert storage.get("a") == 600
        storage.close()


def test_what_has_ended_is_removed(tmp_path: Path) -> None:
    storage = FileStorage(f"sqlite://{tmp_path}/counters.sqlite3")
    storage.incr("a", 60)
    assert storage.get_expiry("a") == NOW.timestamp() + 60
    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        assert storage.get("a") == 0
        storage.incr("b", 60)
        assert storage.reset() == 1
    storage.close()


def test_a_file_that_is_not_a_database_is_reported(tmp_path: Path) -> None:
    (tmp_path / "counters.sqlite3").write_text("This is no database." * 100, encoding="utf-8")
    storage = FileStorage(f"sqlite://{tmp_path}/counters.sqlite3")
    assert not storage.check()
    with pytest.raises(sqlite3.Error):
        storage.incr("a", 60)
