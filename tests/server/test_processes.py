"""The server as a process: it comes back, ends, refuses to start, and outlives its database."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection, connections

from sanctions.questions.feed import last_of
from tests.api.v1.publishing import IRAN, publish
from tests.server.crowd import Crowd
from tests.server.loops import run_in_loop
from tests.server.processes import (
    ROOT,
    Served,
    database_url,
    environment_in,
    eventually,
    free_port,
    production_command,
    run_command,
    served,
    status_of,
)

pytestmark = pytest.mark.django_db(transaction=True)

#: Seconds in which the server ends, its patience and a loaded machine included.
STOP: Final = 20
LIST: Final = "/api/v1/actors/"
#: Seconds until the loss of a database is reported to the first clients, and to all others.
NOTICED: Final = 10
SESSION: Final = {"Cookie": f"session={'a' * 32}"}


@pytest.fixture(params=["production", "make run"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    """Serve the database of the test."""
    port = free_port()
    is_run = request.param == "make run"
    command = run_command(port) if is_run else production_command(port)
    own = {"SANCTIONS_ENV": "development", "DEBUG": "off"} if is_run else {}
    with served(command, port, environment_in(tmp_path, **own)) as found:
        yield found


def test_a_worker_that_is_killed_comes_back(server: Served) -> None:
    before = server.workers
    for worker in before:
        os.kill(worker, signal.SIGKILL)
    eventually(lambda: len(server.workers) == len(before) and not {*server.workers} & {*before})
    eventually(lambda: status_of(server.url + LIST) == 200)
    assert server.process.poll() is None


def test_it_ends_when_it_is_told_to_with_clients_that_are_slow_or_wait(server: Served) -> None:
    publish(IRAN, 0)
    after = last_of(None)
    connections.close_all()

    async def crowded() -> tuple[float, list[bytes]]:
        crowd = Crowd(server.port)
        for _ in range(5):
            await crowd.idle()
            await crowd.slow_body("/admin/login/")
            await crowd.long_poll(after)
        await asyncio.sleep(2)
        begin = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(server.process.wait, 2 * STOP)
        seconds = time.monotonic() - begin
        answers = [answer for _, answer in crowd.answers]
        await crowd.leave()
        return seconds, answers

    seconds, answers = run_in_loop(crowded())
    assert seconds < STOP
    # Who waits is answered and not cut off.
    assert [answer[:12] for answer in answers] == [b"HTTP/1.1 200"] * 5


@pytest.mark.parametrize(
    ("own", "sentence"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set."),
        ({"THREADS": "none"}, "THREADS must be a whole number from 1 to 64, not 'none'."),
    ],
)
def test_it_does_not_start_with_settings_that_are_refused(own: dict[str, str], sentence: str, tmp_path: Path) -> None:
    environment = environment_in(tmp_path, **own)
    refused = subprocess.run(
        production_command(free_port()),
        cwd=ROOT,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert refused.returncode == 1
    assert refused.stderr.startswith(sentence)
    assert "Traceback" not in refused.stderr


# --- The database is gone -----------------------------------------------------------------------


class Way:
    """The way to the database, which can be closed and opened: through a port, or to a file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sockets: list[socket.socket] = []
        self.port = free_port()

    @property
    def url(self) -> str:
        if connection.vendor == "sqlite":
            return database_url()
        parts = urlsplit(database_url())
        user = parts.netloc.rpartition("@")[0]
        return urlunsplit(parts._replace(netloc=f"{user}@127.0.0.1:{self.port}"))

    def open(self) -> None:
        if connection.vendor == "sqlite":
            for file in self._folder.iterdir():
                file.rename(self._database.parent / file.name)
            return
        listener = socket.create_server(("127.0.0.1", self.port))
        self._sockets.append(listener)
        threading.Thread(target=self._accept, args=[listener], daemon=True).start()

    def close(self) -> None:
        if connection.vendor == "sqlite":
            for file in self._database.parent.glob(f"{self._database.name}*"):
                file.rename(self._folder / file.name)
            return
        for each in self._sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self._sockets.clear()

    @property
    def _database(self) -> Path:
        return Path(connection.settings_dict["NAME"])

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                settings = connection.settings_dict
                server = socket.create_connection((settings["HOST"], int(settings["PORT"] or 5432)))
                self._sockets += [client, server]
                for source, target in ((client, server), (server, client)):
                    threading.Thread(target=_forward, args=[source, target], daemon=True).start()


def _forward(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(65_536):
            target.sendall(piece)
    with suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)


@contextmanager
def closed(way: Way) -> Iterator[None]:
    connections.close_all()
    way.close()
    try:
        yield
    finally:
        way.open()


def send(url: str, headers: dict[str, str]) -> tuple[int, str, bytes, float]:
    """Send a request; return the status, the header Retry-After, the body, and the duration."""
    begin = time.monotonic()
    try:
        answer = urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=60)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        return answer.status, answer.headers.get("Retry-After", ""), answer.read(), time.monotonic() - begin


def test_a_database_that_is_gone_is_told_soon_and_comes_back(tmp_path: Path) -> None:
    folder = tmp_path / "away"
    folder.mkdir()
    way, port = Way(folder), free_port()
    if connection.vendor == "postgresql":
        way.open()
    with served(production_command(port), port, environment_in(tmp_path, DATABASE_URL=way.url), LIST) as server:
        with closed(way), ThreadPoolExecutor(20) as clients:
            answers = list(clients.map(lambda _: send(server.url + LIST, {}), range(40)))
            assert {(status, again) for status, again, _, _ in answers} == {(503, "10")}
            assert max(seconds for _, _, _, seconds in answers) < NOTICED
            assert {json.loads(body)["reason"] for _, _, body, _ in answers} == {"gone"}
            status, again, body, seconds = send(f"{server.url}/admin/", SESSION)
            assert (status, again) == (503, "10")
            assert b"The database cannot be reached" in body
            assert seconds < NOTICED
            assert send(f"{server.url}/healthz", {})[0] == 503
        eventually(lambda: status_of(f"{server.url}/healthz") == 200, patience=30)
        eventually(lambda: status_of(server.url + LIST) == 200, patience=30)
    way.close() if connection.vendor == "postgresql" else None
