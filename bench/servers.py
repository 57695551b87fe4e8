"""Servers to measure, one process each, and requests to them over persistent connections."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
#: Seconds until the first answer of a server at most.
PATIENCE: Final = 60
_GRANIAN: Final = ("--workers", "1", "--log-level", "warning", "--no-ws")


@dataclass(frozen=True, slots=True)
class Kind:
    """How to start a server.

    The port is appended to the command. The path ``ready`` answers 200 when the server is up.
    """

    name: str
    command: tuple[str, ...]
    ready: str
    environment: Mapping[str, str] = field(default_factory=dict)


def ours(python: str) -> Kind:
    """Return our service as `make run` starts it."""
    environment = {"SANCTIONS_ENV": "development", "DEBUG": "off", "RATE_ANONYMOUS": "0"}
    return Kind("ours", (python, "-m", "sanctions.server", "--port"), "/healthz", environment)


def django_peers(python: str) -> Kind:
    """Return the stock view set and Django Ninja, which share a project."""
    command = (python, "-m", "granian", "--interface", "wsgi", "--blocking-threads", "4", *_GRANIAN)
    environment = {"SANCTIONS_ENV": "development", "DEBUG": "off", "DJANGO_SETTINGS_MODULE": "bench.peers.settings"}
    return Kind("django", (*command, "bench.peers.wsgi:application", "--port"), "/ninja/events?limit=1", environment)


def fastapi(python: str, database: str) -> Kind:
    """Return FastAPI with SQLAlchemy."""
    command = (python, "-m", "granian", "--interface", "asgi", *_GRANIAN, "bench.peers.sqlalchemy_app:app", "--port")
    url = database.replace("postgres://", "postgresql+psycopg://")
    return Kind("fastapi", command, "/events?limit=1", {"SQLALCHEMY_URL": url})


def datasette(python: str, database: str) -> Kind:
    """Return Datasette on the file of an SQLite database, without the facet suggestions that are on by default."""
    path = database.removeprefix("sqlite:///")
    settings = ("--setting", "default_cache_ttl", "0", "--setting", "suggest_facets", "off")
    return Kind("datasette", (python, "-m", "datasette", "serve", path, *settings, "--port"), "/-/versions.json")


class Server:
    """A running server, and a connection to it."""

    def __init__(
        self, kind: Kind, database: str, process: subprocess.Popen[bytes], port: int, started_in: float
    ) -> None:
        self.kind, self.database, self.process, self.port, self.started_in = kind, database, process, port, started_in
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)

    def ask(self, path: str, headers: Mapping[str, str] | None = None) -> tuple[float, int, bytes]:
        """Return the seconds until the answer is complete, its status and its body."""
        begun = perf_counter()
        try:
            self.connection.request("GET", path, headers=dict(headers or {}))
            answer = self.connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError):
            # Some servers close a connection that is idle for a few seconds.
            self.connection.close()
            begun = perf_counter()
            self.connection.request("GET", path, headers=dict(headers or {}))
            answer = self.connection.getresponse()
        body = answer.read()
        seconds = perf_counter() - begun
        self.headers = answer.headers
        return seconds, answer.status, body

    def stream(self, path: str) -> tuple[float, int]:
        """Return the seconds that a long answer takes, and its number of lines; the answer is discarded."""
        begun, lines = perf_counter(), 0
        self.connection.request("GET", path)
        answer = self.connection.getresponse()
        if answer.status != 200:
            raise RuntimeError(f"{self.kind.name} answers {path} with {answer.status}: {answer.read()[:500]!r}")
        while piece := answer.read(1 << 20):
            lines += piece.count(b"\n")
        return perf_counter() - begun, lines

    def memory(self, what: str = "VmRSS") -> float:
        """Return the memory of the server's worker in megabytes; ``VmHWM`` is its peak."""
        return max(_memory(pid, what) for pid in _family(self.process.pid))

    def workers(self) -> list[int]:
        """Return the process ids of the workers, without their supervisor."""
        return _family(self.process.pid)[1:] or [self.process.pid]


def _family(pid: int) -> list[int]:
    """Return a process and its descendants."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(descendant for child in children for descendant in _family(int(child)))]


def _memory(pid: int, what: str) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{what}:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"/proc/{pid}/status has no {what}.")


@contextmanager
def serving(kind: Kind, database: str) -> Iterator[Server]:
    """Run a server on a database while the block runs; it is ready when the block begins."""
    port = _free_port()
    environment = {**os.environ, "DATABASE_URL": database, **kind.environment}
    begun = perf_counter()
    process = subprocess.Popen([*kind.command, str(port)], cwd=ROOT, env=environment, stdout=sys.stderr)
    try:
        _await(process, port, kind.ready)
        yield Server(kind, database, process, port, perf_counter() - begun)
    finally:
        process.terminate()
        process.wait(30)


def _await(process: subprocess.Popen[bytes], port: int, path: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.02)
    raise RuntimeError(f"The server does not answer: {' '.join(map(str, process.args))}")  # type: ignore[arg-type]


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
