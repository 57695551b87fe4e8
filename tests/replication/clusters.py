"""Clusters of PostgreSQL that tests start for themselves, and the service on them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parent.parent
SCRIPT: Final = str(HERE / "cluster.sh")
PATIENCE: Final = 60.0


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


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


@contextmanager
def clusters(*names: str) -> Iterator[list[Cluster]]:
    """Provide folders and ports for clusters; what still runs at the end is killed, and nothing is left."""
    # PostgreSQL goes through every folder above its own, and its user may not go through those of pytest.
    base = Path(tempfile.gettempdir()) / f"sanctions-clusters-{os.getpid()}-{free_port()}"
    base.mkdir(mode=0o755)
    made = [Cluster(base / name, free_port()) for name in names]
    try:
        yield made
    finally:
        for cluster in reversed(made):
            if (cluster.folder / "postmaster.pid").exists():
                cluster.do("kill")
        subprocess.run(["rm", "-rf", base], check=True)


def environment_on(database: str, **others: str) -> dict[str, str]:
    """Return the environment of the service on a database."""
    own = {"SANCTIONS_ENV": "development", "DEBUG": "off", "DATABASE_URL": database, "RATE_ANONYMOUS": "0"}
    return {**os.environ, **own, **others}


def manage(environment: Mapping[str, str], *command: str) -> None:
    """Run a management command."""
    subprocess.run([sys.executable, "manage.py", *command], check=True, cwd=ROOT, env=environment)


def publish(environment: Mapping[str, str], folder: Path, *slugs: str) -> None:
    """Publish actors."""
    told = "".join(f"- slug: {slug}\n  kind: state\n  name: {slug.capitalize()}\n" for slug in slugs)
    (folder / "actors.yaml").write_text(f"actors:\n{told}")
    manage(environment, "load_seeds", str(folder), "--verbosity", "0")


@contextmanager
def served(environment: Mapping[str, str]) -> Iterator[int]:
    """Serve within, and provide the port."""
    port = free_port()
    command = ["-m", "sanctions.server", "--port", str(port)]
    server = subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, env={"THREADS": "2", **environment}, start_new_session=True
    )
    try:
        eventually(lambda: answers(port))
        yield port
    finally:
        server.terminate()
        server.wait(30)
