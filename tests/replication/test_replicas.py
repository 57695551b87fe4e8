"""Public answers come from a replica that has everything, and are right when it has not, or is not there.

A primary and a replica of their own are started (``cluster.sh``), and the service on both as it is served.
"""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from api.http import replicas
from tests.replication.clusters import (
    PATIENCE,
    Cluster,
    clusters,
    environment_on,
    eventually,
    manage,
    publish,
    served,
)

ACTORS: Final = "/api/v1/actors/?limit=1000&fields=slug"


@dataclass
class Service:
    """The service on a primary and a replica."""

    primary: Cluster
    replica: Cluster
    port: int
    folder: Path
    environment: Mapping[str, str]

    def get(self, path: str, **headers: str) -> tuple[int, str, Any]:
        """Return the status, the replica that answered, empty for the primary, and the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        told = json.loads(body) if answer.getheader("Content-Type", "").endswith("json") else body
        return answer.status, answer.getheader("Server-Timing") or "", told

    def actors(self) -> tuple[str, list[str]]:
        """Return who answered, and the slugs of all actors."""
        status, by, told = self.get(ACTORS)
        assert status == 200, told
        return by, [row["slug"] for row in told["results"]]

    def publish(self, slug: str) -> None:
        """Publish an actor."""
        publish(self.environment, self.folder, slug)

    def caught_up(self) -> bool:
        head = "SELECT sequence FROM sanctions_ledgerhead"
        return bool(self.primary.ask(head) == self.replica.ask(head))


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("seeds")
    with clusters("primary", "replica") as (primary, replica):
        environment = environment_on(primary.url, REPLICA_URLS=replica.url)
        primary.do("primary", primary.port)
        manage(environment, "migrate", "--verbosity", "0")
        publish(environment, folder, "first")
        replica.do("replica", replica.port, primary.port)
        with served(environment) as port:
            yield Service(primary, replica, port, folder, environment)


REPLICA: Final = 'db;desc="replica-1"'


@pytest.fixture(autouse=True)
def _settled(service: Service) -> None:
    """Begin each test with a replica that has everything and is asked."""
    eventually(service.caught_up)
    eventually(lambda: service.get(ACTORS)[1] == REPLICA)


def test_the_public_is_answered_from_the_replica(service: Service) -> None:
    reads = "SELECT seq_scan + idx_scan FROM pg_stat_user_tables WHERE relname = 'sanctions_actor'"
    before = service.primary.ask(reads)
    for path in (ACTORS, "/api/v1/actors/first/", "/api/v1/actors/?format=jsonl", "/api/v1/search/?q=first"):
        status, by, told = service.get(path)
        assert (status, by) == (200, REPLICA)
        assert b"first" in told if isinstance(told, bytes) else "first" in json.dumps(told)
    time.sleep(1.5)
    assert service.primary.ask(reads) == before


def test_what_was_published_is_read_at_once(service: Service) -> None:
    for number in range(3):
        service.publish(f"at-once-{number}")
        assert f"at-once-{number}" in service.actors()[1]


def test_while_the_replica_does_not_replay_the_primary_answers(service: Service) -> None:
    service.replica.ask("SELECT pg_wal_replay_pause()")
    try:
        service.publish("paused")
        by, slugs = service.actors()
        assert (by, "paused" in slugs) == ("", True)
        assert service.get("/api/v1/actors/paused/")[:2] == (200, "")
    finally:
        service.replica.ask("SELECT pg_wal_replay_resume()")
    eventually(service.caught_up)
    by, slugs = service.actors()
    assert (by, "paused" in slugs) == (REPLICA, True)


def test_a_replica_that_lags_is_not_asked_until_it_has_everything(service: Service) -> None:
    service.replica.ask("ALTER SYSTEM SET recovery_min_apply_delay = '3s'")
    service.replica.ask("SELECT pg_reload_conf()")
    try:
        service.publish("lagging")
        answering = []
        while not service.caught_up():
            by, slugs = service.actors()
            assert "lagging" in slugs
            answering.append(by)
        assert "" in answering
        assert "lagging" in service.actors()[1]
    finally:
        service.replica.ask("ALTER SYSTEM RESET recovery_min_apply_delay")
        service.replica.ask("SELECT pg_reload_conf()")


def test_when_the_replica_dies_the_primary_answers_and_later_the_replica_again(service: Service) -> None:
    service.replica.do("kill")
    try:
        for _ in range(5):
            by, slugs = service.actors()
            assert (by, "first" in slugs) == ("", True)
        service.publish("while-dead")
        assert "while-dead" in service.actors()[1]
    finally:
        service.replica.do("start")
    eventually(lambda: service.actors()[0] == REPLICA)
    assert "while-dead" in service.actors()[1]


def test_when_the_primary_dies_the_public_is_still_answered(service: Service) -> None:
    service.primary.do("kill")
    try:
        for _ in range(3):
            by, slugs = service.actors()
            assert (by, "first" in slugs) == (REPLICA, True)
    finally:
        service.primary.do("start")
    time.sleep(replicas.REST)
    service.publish("after-the-fall")
    assert "after-the-fall" in service.actors()[1]


@pytest.mark.parametrize("headers", [{"Authorization": "Bearer nobody"}, {"Cookie": "session=anything"}])
def test_who_may_have_written_is_answered_from_the_primary(service: Service, headers: dict[str, str]) -> None:
    assert service.get(ACTORS, **headers)[:2] == (200, "")
