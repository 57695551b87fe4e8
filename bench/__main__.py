"""`make bench`: fill databases with a world, and measure us beside others on them.

    python -m bench [--size SIZE] [--server URL] [--rounds N] [--only WORD] [--on DATABASE] [--smoke]
        [--directus COMMAND]

An SQLite file and, where a PostgreSQL server is named, a database on it are filled through our own loader. They are
kept for the next time, in ``var/bench/`` and as ``sanctions_bench_SIZE``. With ``--smoke`` it only matters that
everything can be measured: whether enough is reached depends on a quiet machine.
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
#: The world against which growth is measured.
SMALL = "10k"


def main() -> int:
    """Fill, measure, and return whether all was reached."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--size", default="100k", choices=SIZES, help="how large a world; 100k unless given")
    parser.add_argument("--server", help="the URL of a PostgreSQL server, such as postgres://me@host:5432/postgres")
    parser.add_argument("--rounds", default="30", help="how often each is asked")
    parser.add_argument("--only", default="", help="a word in the names of what is measured")
    parser.add_argument("--smoke", action="store_true", help="succeed if everything could be measured")
    parser.add_argument("--directus", default="", help="the command of a Directus, which is then measured too")
    parser.add_argument("--on", choices=("sqlite", "postgresql"), help="only one of the databases")
    asked = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    places: dict[str, Callable[[str], str]] = {"sqlite": sqlite}
    if asked.server:
        places = {"postgresql": partial(postgresql, asked.server)} | places
    reached = True
    for place in [places[asked.on]] if asked.on else places.values():
        full, small = place(asked.size), place(SMALL)
        for database, size in ((small, SMALL), (full, asked.size)):
            run("bench.load", size, database=database)
        command = ["bench.measure", "--database", full, "--small", small, "--rounds", asked.rounds]
        further = ["--only", asked.only, "--directus", asked.directus]
        code = run(*command, *further, database=full, codes=(0, 1))
        reached &= code == 0
    return 0 if reached or asked.smoke else 1


def sqlite(size: str) -> str:
    """Return the URL of the file of a world."""
    return f"sqlite:///{FOLDER / size}.sqlite3"


def postgresql(server: str, size: str) -> str:
    """Return the URL of the database of a world, which is made if it is not there."""
    name = f"sanctions_bench_{size}"
    with psycopg.connect(server, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            connection.execute(f'CREATE DATABASE "{name}"')
    return f"{server.rpartition('/')[0]}/{name}"


def run(module: str, *arguments: str, database: str, codes: tuple[int, ...] = (0,)) -> int:
    """Run a module of ours on a database; another exit code than those ends everything."""
    environment = {**os.environ, "DATABASE_URL": database}
    code = subprocess.run([sys.executable, "-m", module, *arguments], check=False, cwd=ROOT, env=environment).returncode
    if code not in codes:
        sys.exit(f"{module} {' '.join(arguments)} ended with {code}.")
    return code


if __name__ == "__main__":
    sys.exit(main())
