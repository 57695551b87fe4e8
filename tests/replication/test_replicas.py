"""Public answers come from a replica that has everything, and are right when it has not, or is not there.

A primary and a replica of their own are started (``cluster.sh``), and the service on both as it is served.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest

from api import replicas

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parent.parent
SCRIPT: Final = str(HERE / "cluster.sh")
PATIENCE: Final = 60.0
ACTORS: Final = "/api/v1/actors/?limit=1000&fields=slug"

pytestmark = pytest.mark.skipif(
    not os.environ.get("TEST_DATABASE_URL"), reason="This is about PostgreSQL, on which the suite is repeated."
)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "It never came to hold."
        time.sleep(0.1)


@dataclass
class Cluster:
    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def do(self, command: str, *arguments: object) -> None:
        subprocess.run([SCRIPT, command, self.folder, *map(str, arguments)], check=True, timeout=PATIENCE)

    def ask(self, statement: str) -> Any:
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchone() if cursor.description else None


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
        told = f"actors:\n- slug: {slug}\n  kind: state\n  name: {slug.capitalize()}\n"
        (self.folder / "actors.yaml").write_text(told)
        self.manage("load_seeds", str(self.folder), "--verbosity", "0")

    def manage(self, *command: str) -> None:
        subprocess.run([sys.executable, "manage.py", *command], check=True, cwd=ROOT, env=self.environment)

    def caught_up(self) -> bool:
        head = "SELECT sequence FROM sanctions_ledgerhead"
        return bool(self.primary.ask(head) == self.replica.ask(head))


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    # Postgres goes through every folder above its own.
    base = Path("/tmp") / f"sanctions-replication-{os.getpid()}"
    base.mkdir(mode=0o755)
    primary, replica = (Cluster(base / name, free_port()) for name in ("primary", "replica"))
    server: subprocess.Popen[bytes] | None = None
    folder = tmp_path_factory.mktemp("seeds")
    environment = {
        **os.environ,
        "SANCTIONS_ENV": "development",
        "DEBUG": "off",
        "DATABASE_URL": primary.url,
        "REPLICA_URLS": replica.url,
        "RATE_ANONYMOUS": "0",
    }
    try:
        primary.do("primary", primary.port)
        port = free_port()
        found = Service(primary, replica, port, folder, environment)
        found.manage("migrate", "--verbosity", "0")
        found.publish("first")
        replica.do("replica", replica.port, primary.port)
        command = ["-m", "granian", "--interface", "wsgi", "--blocking-threads", "2", "--port", str(port)]
        server = subprocess.Popen(
            [sys.executable, *command, "sanctions.wsgi:application"], cwd=ROOT, env=environment, start_new_session=True
        )
        eventually(lambda: _answers(port))
        yield found
    finally:
        if server is not None:
            server.terminate()
            server.wait(30)
        for cluster in (replica, primary):
            if (cluster.folder / "postmaster.pid").exists():
                cluster.do("kill")
        subprocess.run(["rm", "-rf", base], check=True)


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


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
        asked = []
        while not service.caught_up():
            by, slugs = service.actors()
            assert "lagging" in slugs
            asked.append(by)
        assert "" in asked
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
