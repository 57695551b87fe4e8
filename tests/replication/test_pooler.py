"""Behind PgBouncer, which gives each transaction another connection, every answer is right."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import pytest

from tests.replication.clusters import (
    PATIENCE,
    answers,
    clusters,
    environment_on,
    eventually,
    free_port,
    manage,
    publish,
    served,
)

SETTINGS: Final = """[databases]
postgres = host=127.0.0.1 port={database} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listening}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 2
"""
#: It refuses to run as root.
AS_POSTGRES: Final = ("--user", "postgres") if os.getuid() == 0 else ()
MANY: Final = [f"actor-{number}" for number in range(30)]


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Serve on a database behind a pooler that has two connections for all processes."""
    folder = tmp_path_factory.mktemp("seeds")
    with clusters("database") as (database,):
        database.do("primary", database.port)
        listening = free_port()
        environment = environment_on(f"postgres://postgres@127.0.0.1:{listening}/postgres", POOLER="on")
        with pooled(database.folder.parent / "pgbouncer.ini", database.port, listening):
            manage(environment, "migrate", "--verbosity", "0")
            publish(environment, folder, *MANY)
            with served(environment) as found:
                yield found


@contextmanager
def pooled(settings: Path, database: int, listening: int) -> Iterator[None]:
    """Run PgBouncer for the block: two connections to the database for all processes."""
    settings.write_text(SETTINGS.format(database=database, listening=listening))
    settings.chmod(0o644)
    process = subprocess.Popen(["pgbouncer", "--quiet", *AS_POSTGRES, str(settings)])
    try:
        eventually(lambda: answers(listening))
        yield
    finally:
        process.terminate()
        process.wait(30)


def ask(port: int, path: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", f"/api/v1/{path}")
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    assert answer.status == 200, body
    return body


def slugs(body: bytes) -> list[str]:
    told: list[Any] = (
        json.loads(body)["results"] if body.startswith(b'{"next"') else list(map(json.loads, body.splitlines()))
    )
    return sorted(row["slug"] for row in told)


def test_the_present_and_the_past_are_not_mixed_whoever_asks_at_the_same_time(port: int) -> None:
    now = urlencode({"known_at": datetime.now(UTC).isoformat()})
    before = urlencode({"known_at": "2020-01-01T00:00:00+00:00"})
    paths = [
        "actors/",
        f"actors/?{now}",
        f"actors/?{before}",
        "actors/?format=jsonl",
        f"actors/?format=jsonl&{now}",
    ] * 12
    with ThreadPoolExecutor(8) as together:
        found = list(together.map(lambda path: slugs(ask(port, path)), paths))
    assert found
    for path, got in zip(paths, found, strict=True):
        assert got == ([] if before in path else sorted(MANY)), path


def test_search_stats_and_versions_are_answered(port: int) -> None:
    assert b"actor-7" in ask(port, "search/?q=actor-7")
    assert b"30" in ask(port, "stats/?collection=actors&group_by=kind")
    assert b"actor-7" in ask(port, "actors/actor-7/versions/1/")
