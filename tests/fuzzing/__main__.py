"""Ask the whole schema: ``python -m tests.fuzzing [--database URL] [--examples N] [--operations REGEX]``.

A database is made and filled with the seeds, of which a release is made; a server is started on a free port, and
Schemathesis sent to it with a token of an administrator: all its phases, all its checks. The exit code is that of
Schemathesis, whose summary states the number of cases. What it finds is either mended or explained in
``schemathesis.toml``.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.request import urlopen

ROOT: Final = Path(__file__).resolve().parents[2]
CONFIGURATION: Final = ROOT / "tests/fuzzing/schemathesis.toml"
#: Seconds until the server answers.
PATIENCE: Final = 60
#: Schemas lie deeper in each other than Python's usual limit. With another one Python 3.11 parses in one thread only.
RUN: Final = "import sys; sys.setrecursionlimit(10_000); from schemathesis.cli import schemathesis; schemathesis()"
SERVER: Final = (*(sys.executable, "-m", "sanctions.server"),)
TOKEN: Final = """
from datetime import datetime, UTC
from django.contrib.auth.models import Group, User
from sanctions.accounts.tokens import issue_token
user = User.objects.create_user("fuzzer", is_staff=True)
user.groups.set(Group.objects.filter(name="administrator"))
print(issue_token(user, "Fuzzing", "review", 1, datetime.now(UTC))[1])
"""


def main() -> int:
    """Make the database, serve it, and ask."""
    parser = ArgumentParser(prog="python -m tests.fuzzing", description=__doc__)
    parser.add_argument("--database", help="an empty database; an SQLite file of its own unless given")
    parser.add_argument("--examples", type=int, default=100, help="of each operation in each phase that makes up cases")
    parser.add_argument("--operations", help="only addresses that this regular expression finds")
    parser.add_argument("--phases", default="examples,coverage,fuzzing,stateful")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        variables = {
            "SANCTIONS_ENV": "development",
            "DATABASE_URL": options.database or f"sqlite:///{folder}/fuzzing.sqlite3",
            "RATE_ANONYMOUS": "0",
            "RATE_TOKEN": "0",
            "LIMITS_URL": f"sqlite:///{folder}/limits.sqlite3",
        }
        environment = os.environ | variables
        for command in (["migrate"], ["load_seeds"], ["render"], ["make_release"]):
            manage([*command, "--verbosity", "0"], environment)
        secret = manage(["shell", "--no-imports", "--command", TOKEN], environment).split()[-1]
        port = free_port()
        server = subprocess.Popen([*SERVER, "--port", str(port)], cwd=ROOT, env=environment)
        try:
            answers(f"http://127.0.0.1:{port}/healthz")
            return ask(f"http://127.0.0.1:{port}/api/v1/schema/", secret, options)
        finally:
            server.terminate()
            server.wait(30)


def ask(schema: str, secret: str, options: Namespace) -> int:
    """Send Schemathesis to the server, and return its exit code."""
    command = [sys.executable, "-c", RUN]
    command += ["--config-file", str(CONFIGURATION), "run", schema, "--checks", "all", "--phases", options.phases]
    command += ["--max-examples", str(options.examples), "--workers", "1", "--continue-on-failure"]
    command += ["--header", f"Authorization: Bearer {secret}", "--request-timeout", "60", "--no-color"]
    if options.operations:
        command += ["--include-path-regex", options.operations]
    return subprocess.run(command, check=False, cwd=ROOT).returncode


def manage(arguments: list[str], environment: dict[str, str]) -> str:
    """Run a management command, and return what it says."""
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, check=True, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True).stdout


def free_port() -> int:
    """Return a free port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def answers(address: str) -> None:
    """Wait until the server answers."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with urlopen(address):
                return
        except URLError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


if __name__ == "__main__":
    sys.exit(main())
