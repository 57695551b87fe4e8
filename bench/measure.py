"""Measure one database.

    python -m bench.measure --database URL [--small URL] [--rounds N] [--only WORD] [--directus COMMAND]

The database was filled by ``bench.load``; ``--small`` is one of the world of 10,000 events, against which growth is
measured. What must be reached stands beside each figure. The exit code is 1 where something was not reached.
"""

from __future__ import annotations

import json
import os
import sys
from argparse import ArgumentParser, Namespace
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from bench.figures import Figure, row, shown
from bench.load import set_up
from bench.peers.directus import directus, relate
from bench.servers import Server, datasette, django_peers, fastapi, ours, serving

OUT = Path(__file__).resolve().parent.parent / "var" / "bench"


def main() -> int:
    """Measure, print the table, and keep it in ``var/bench/``."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True, help="the URL of a database filled by bench.load")
    parser.add_argument("--small", help="the URL of one filled with the world of 10,000 events")
    parser.add_argument("--rounds", type=int, default=30, help="how often each is asked")
    parser.add_argument("--only", default="", help="a word in the names of what is measured")
    parser.add_argument("--directus", default="", help="the command of a Directus, which is then measured too")
    asked = parser.parse_args()
    figures = measured(asked)
    vendor = "PostgreSQL" if asked.database.startswith("postgres") else "SQLite"
    text = shown(figures, vendor)
    sys.stdout.write(text)
    OUT.mkdir(parents=True, exist_ok=True)
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{vendor.lower()}"
    (OUT / f"{name}.md").write_text(text)
    (OUT / f"{name}.json").write_text(json.dumps([figure.told() for figure in figures], indent=2))
    return 0 if all(figure.reached for figure in figures) else 1


def measured(asked: Namespace) -> list[Figure]:
    """Start what is measured, one process each, and measure it."""
    set_up_on(asked.database)
    # These stand on Django, which is set up only now.
    from bench import bare, loading, questions_http  # noqa: PLC0415

    with ExitStack() as running:
        servers: dict[str, Server] = {}
        kinds = [ours(sys.executable), django_peers(sys.executable), fastapi(sys.executable, asked.database)]
        if asked.database.startswith("sqlite"):
            kinds.append(datasette(sys.executable, asked.database))
        elif asked.directus:
            kinds.append(directus(asked.directus, asked.database))
        for kind in kinds:
            servers[kind.name] = running.enter_context(serving(kind, asked.database))
        if "directus" in servers:
            relate(servers["directus"])
        if asked.small:
            servers["small"] = running.enter_context(serving(ours(sys.executable), asked.small))
        figures: list[Figure] = []
        for measure in (*questions_http.MEASURES, *bare.MEASURES, *loading.MEASURES):
            if asked.only in measure.__name__:
                for figure in measure(servers, asked.rounds):
                    sys.stderr.write(row(figure))
                    figures.append(figure)
        return figures


def set_up_on(database: str) -> None:
    """Set Django up in this process on the database that is measured."""
    os.environ["DATABASE_URL"] = database
    set_up()


if __name__ == "__main__":
    sys.exit(main())
