"""Fuzz all operations of the schema: ``python -m tests.fuzzing [--database URL] [--examples N] [--operations REGEX]``.

Creates a database with the seeds and a release, starts a server on a free port, and runs Schemathesis against it with
the token of an administrator: all phases, all checks. The exit code is that of Schemathesis, whose summary has the
number of cases. Each of its findings is either fixed or explained in ``schemathesis.toml``.
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
#: Seconds to wait until the server answers.
PATIENCE: Final = 60
#: The schemas are nested deeper than Python's recursion limit. With another limit Python 3.11 parses in one thread.
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
    """Create the database, start the server, and run Schemathesis."""
    parser = ArgumentParser(prog="python -m tests.fuzzing", description=__doc__)
    parser.add_argument("--database", help="an empty database; a temporary SQLite file by default")
    parser.add_argument(
        "--examples", type=int, default=100, help="cases of each operation in each phase that generates them"
    )
    parser.add_argument("--operations", help="only addresses that match this regular expression")
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
            wait_for_answer(f"http://127.0.0.1:{port}/healthz")
            return run_schemathesis(f"http://127.0.0.1:{port}/api/v1/schema/", secret, options)
        finally:
            server.terminate()
            server.wait(30)


def run_schemathesis(schema: str, secret: str, options: Namespace) -> int:
    """Send Schemathesis to the server, and return its exit code."""
    command = [sys.executable, "-c", RUN]
    command += ["--config-file", str(CONFIGURATION), "run", schema, "--checks", "all", "--phases", options.phases]
    command += ["--max-examples", str(options.examples), "--workers", "1", "--continue-on-failure"]
    command += ["--header", f"Authorization: Bearer {secret}", "--request-timeout", "60", "--no-color"]
    if options.operations:
        command += ["--include-path-regex", options.operations]
    return subprocess.run(command, check=False, cwd=ROOT).returncode


def manage(arguments: list[str], environment: dict[str, str]) -> str:
    """Run a management command, and return its output."""
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, check=True, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True).stdout


def free_port() -> int:
    """Return a port that no process listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for_answer(address: str) -> None:
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
