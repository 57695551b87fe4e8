"""The real server and the real proxy, started by the commands of the Makefile, the Dockerfile and the composition."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pytest
import yaml
from django.db import connection

ROOT: Final = Path(__file__).resolve().parents[2]
#: Seconds until a server answers: the machine may be loaded.
PATIENCE: Final = 90
SECRET: Final = "3vYp1-a-long-random-text-that-nobody-else-has-9QzLk0wXs"


@dataclass(frozen=True, slots=True)
class Served:
    """A server that answers: its address, and its processes."""

    url: str
    process: subprocess.Popen[bytes]

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    @property
    def workers(self) -> list[int]:
        """The processes that answer."""
        return children_of(self.process.pid)


def children_of(process: int) -> list[int]:
    """Return the processes that a process has started, zombies left out."""
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
        return [int(child) for child in children if "\nState:\tZ" not in Path(f"/proc/{child}/status").read_text()]
    except FileNotFoundError:
        return []


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def database_url() -> str:
    """Return the URL of the database of the tests."""
    options: Mapping[str, Any] = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{options['NAME']}"
    password = f":{quote(options['PASSWORD'])}" if options["PASSWORD"] else ""
    return f"postgres://{options['USER']}{password}@{options['HOST']}:{options['PORT'] or 5432}/{options['NAME']}"


def environment_in(folder: Path, **values: str) -> dict[str, str]:
    """Return the environment of a test server: the settings of production with the database of the tests."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return inherited | {
        "SANCTIONS_ENV": "production",
        "SECRET_KEY": SECRET,
        "ALLOWED_HOSTS": "127.0.0.1",
        "HTTPS_ONLY": "off",
        "DATABASE_URL": database_url(),
        "LIMITS_URL": f"sqlite://{folder}/limits.sqlite3",
        "RATE_ANONYMOUS": "0",
        "RATE_TOKEN": "0",
        **values,
    }


def production_command(port: int) -> list[str]:
    """Return how the image starts the server, on another port."""
    (line,) = re.findall(r"^CMD (\[.+\])$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    return _moved(json.loads(line), port)


def run_command(port: int) -> list[str]:
    """Return how `make run` starts the server, on another port."""
    told = subprocess.run(
        ["make", "--dry-run", "--always-make", "run"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    (line,) = re.findall(r"exec (.+)$", told.stdout, re.MULTILINE)
    return _moved(shlex.split(line), port)


def _moved(command: list[str], port: int) -> list[str]:
    assert command[0].rsplit("/", 1)[-1] == "python", command
    moved = [sys.executable, *command[1:]]
    moved[moved.index("--port") + 1] = str(port)
    if "--host" in moved:
        moved[moved.index("--host") + 1] = "127.0.0.1"
    return moved


@contextmanager
def served(command: list[str], port: int, environment: Mapping[str, str], path: str = "/healthz") -> Iterator[Served]:
    """Run a server for the block, and end it."""
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        server = Served(f"http://127.0.0.1:{port}", process)
        eventually(lambda: status_of(server.url + path) == 200, process)
        yield server
    finally:
        end(process)


@contextmanager
def proxied(server: Served, folder: Path) -> Iterator[Served]:
    """Run the proxy of the composition before a server, for the block."""
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    if nginx is None:
        pytest.fail("There is no nginx to test the composition with. On Debian and Ubuntu: apt install nginx-light")
    port = free_port()
    text = (ROOT / "deploy/nginx.conf").read_text()
    for written, ours in (("listen 8080;", f"listen 127.0.0.1:{port};"), ("web:8000;", f"127.0.0.1:{server.port};")):
        assert text.count(written) == 1, written
        text = text.replace(written, ours)
    file = folder / "nginx.conf"
    file.write_text(text)
    # Started by root nginx becomes another user, who writes in this folder.
    for inner in (folder, *folder.parents):
        if inner.stat().st_uid == os.getuid() and inner != Path("/"):
            inner.chmod(inner.stat().st_mode | 0o711)
    folder.chmod(0o777)
    composition = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    command = list(composition["services"]["proxy"]["command"])
    command[0] = nginx
    command[command.index("-p") + 1] = str(folder)
    command[command.index("-c") + 1] = str(file)
    with served(command, port, {"PATH": os.environ["PATH"]}) as proxy:
        yield proxy


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it has started."""
    if process.poll() is not None:
        return
    children = children_of(process.pid)
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for child in children:
        # What is not a child of anybody any more goes on after a parent that was killed.
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)


def status_of(url: str) -> int:
    """Return the status of a response, or 0 without one."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
    except OSError:
        return 0


def eventually(holds: Any, process: subprocess.Popen[bytes] | None = None, patience: float = PATIENCE) -> None:
    """Wait until something holds."""
    until = time.monotonic() + patience
    while not holds():
        assert process is None or process.poll() is None, "The server has ended."
        assert time.monotonic() < until, "It does not come about."
        time.sleep(0.1)
