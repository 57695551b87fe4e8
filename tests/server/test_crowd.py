"""Clients that are slow, or wait, hold nothing that others need: with the real server and the real proxy."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from django.db import connections

from sanctions.questions.feed import last_of
from tests.api.v1.publishing import IRAN, publish
from tests.server.crowd import MANY, Crowd
from tests.server.loops import run_in_loop
from tests.server.processes import Served, environment_in, free_port, production_command, proxied, run_command, served

pytestmark = pytest.mark.django_db(transaction=True)

#: Seconds in which all other clients get a response, and in which waiting clients get a change.
ANSWERED: Final = 1.0
CHANGE: Final = 2.0
#: Seconds in which a crowd that comes at once has come to where it waits.
SETTLED: Final = 20.0
#: Quick answers in a row that show it: each may come from another process.
SEVERAL: Final = 10
LIST: Final = "/api/v1/actors/?limit=100"


@pytest.fixture(params=["production", "make run"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    """Serve the database of the test."""
    port = free_port()
    if request.param == "make run":
        own = {"SANCTIONS_ENV": "development", "DEBUG": "off"}
        with served(run_command(port), port, environment_in(tmp_path, **own)) as application:
            yield application
        return
    with (
        served(production_command(port), port, environment_in(tmp_path, PROXIES="1")) as application,
        proxied(application, tmp_path) as proxy,
    ):
        yield proxy


def publish_something() -> float:
    """Publish as another process would, and return when it had been done."""
    publish({**IRAN, "summary": "It is on a map."}, 1)
    connections.close_all()
    return time.monotonic()


async def meet(crowd: Crowd) -> None:
    after = await asyncio.to_thread(last_of, None)
    try:
        await crowd.gather(after)
        # The first response to each waiting client, without changes, was computed and is held: that is their whole
        # cost.
        until = time.monotonic() + SETTLED
        quick = 0
        while quick < SEVERAL:
            quick = quick + 1 if await crowd.seconds_for(LIST) < ANSWERED / 2 else 0
            assert time.monotonic() < until
        for _ in range(12):
            for path in ("/healthz", LIST):
                assert await crowd.seconds_for(path) < ANSWERED, path
            await asyncio.sleep(0.25)
        assert crowd.answers == []
        published_at = await asyncio.to_thread(publish_something)
        while len(crowd.answers) < MANY and time.monotonic() < published_at + 3 * CHANGE:
            assert await crowd.seconds_for("/healthz") < ANSWERED
        assert len(crowd.answers) == MANY
        assert {answer.startswith(b"HTTP/1.1 200") and b'"iran"' in answer for _, answer in crowd.answers} == {True}
        assert max(at for at, _ in crowd.answers) - published_at < CHANGE
    finally:
        await crowd.leave()


def test_nine_hundred_slow_and_waiting_clients_hold_up_nobody(server: Served) -> None:
    publish(IRAN, 0)
    run_in_loop(meet(Crowd(server.port)))
