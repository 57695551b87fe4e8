"""`make bench`: fill databases with generated records and measure the service on them.

    python -m bench [--size SIZE] [--server URL] [--rounds N] [--only WORD] [--on DATABASE] [--smoke]
        [--peers] [--directus COMMAND]

An SQLite file and, with ``--server``, a PostgreSQL database are filled by our own loader. They are kept for the next
run, in ``var/bench/`` and as ``sanctions_bench_SIZE``. ``--peers`` also measures other frameworks on the same tables;
they are installed by ``make bench PEERS=1``. With ``--smoke`` a missed bound does not fail the run: bounds assume a
quiet machine.
"""

from __future__ import annotations

import os
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from functools import partial
from pathlib import Path

import psycopg

from bench.world import SIZES

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "bench"
#: The size with which larger ones are compared.
SMALL = "10k"


def main() -> int:
    """Fill and measure; return 1 if a bound is missed."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--size", default="100k", choices=SIZES, help="how many events; 100k by default")
    parser.add_argument("--server", help="the URL of a PostgreSQL server, such as postgres://me@host:5432/postgres")
    parser.add_argument("--rounds", default="30", help="how often each request is sent")
    parser.add_argument("--only", default="", help="measure only what has this word in its name")
    parser.add_argument("--smoke", action="store_true", help="succeed even if a bound is missed")
    parser.add_argument("--peers", action="store_true", help="measure other frameworks too")
    parser.add_argument("--directus", default="", help="with --peers: the command that starts a Directus to measure")
    parser.add_argument("--on", choices=("sqlite", "postgresql"), help="use only one of the databases")
    options = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    places: dict[str, Callable[[str], str]] = {"sqlite": sqlite}
    if options.server:
        places = {"postgresql": partial(postgresql, options.server)} | places
    all_reached = True
    for place in [places[options.on]] if options.on else places.values():
        full, small = place(options.size), place(SMALL)
        for database, size in ((small, SMALL), (full, options.size)):
            run("bench.load", size, database=database)
        command = ["bench.measure", "--database", full, "--small", small, "--rounds", options.rounds]
        further = ["--only", options.only, "--directus", options.directus, *(["--peers"] if options.peers else [])]
        code = run(*command, *further, database=full, codes=(0, 1))
        all_reached &= code == 0
    return 0 if all_reached or options.smoke else 1


def sqlite(size: str) -> str:
    """Return the URL of the SQLite file of a size."""
    return f"sqlite:///{FOLDER / size}.sqlite3"


def postgresql(server: str, size: str) -> str:
    """Return the URL of the PostgreSQL database of a size; create the database if it does not exist."""
    name = f"sanctions_bench_{size}"
    with psycopg.connect(server, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            connection.execute(f'CREATE DATABASE "{name}"')
    return f"{server.rpartition('/')[0]}/{name}"


def run(module: str, *arguments: str, database: str, codes: tuple[int, ...] = (0,)) -> int:
    """Run a module on a database and return its exit code; exit if the code is not one of ``codes``."""
    environment = {**os.environ, "DATABASE_URL": database}
    code = subprocess.run([sys.executable, "-m", module, *arguments], check=False, cwd=ROOT, env=environment).returncode
    if code not in codes:
        sys.exit(f"{module} {' '.join(arguments)} ended with {code}.")
    return code


if __name__ == "__main__":
    sys.exit(main())
