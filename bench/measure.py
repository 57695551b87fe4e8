"""Measure one database.

    python -m bench.measure --database URL [--small URL] [--rounds N] [--only WORD] [--peers] [--directus COMMAND]

Both databases were filled by ``bench.load``, ``--small`` with 10,000 events; larger sizes are compared with it. The
table has the bound for each figure. The exit code is 1 if a bound is missed.
"""

from __future__ import annotations

import json
import os
import sys
from argparse import ArgumentParser, Namespace
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from bench.figures import Figure, row, table
from bench.load import set_up
from bench.peers.directus import directus, relate
from bench.servers import Kind, Server, datasette, django_peers, fastapi, ours, serving

OUT = Path(__file__).resolve().parent.parent / "var" / "bench"


def main() -> int:
    """Measure, print the table, and save it in ``var/bench/``."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True, help="the URL of a database filled by bench.load")
    parser.add_argument("--small", help="the URL of one filled with 10,000 events")
    parser.add_argument("--rounds", type=int, default=30, help="how often each request is sent")
    parser.add_argument("--only", default="", help="measure only what has this word in its name")
    parser.add_argument("--peers", action="store_true", help="measure other frameworks too")
    parser.add_argument("--directus", default="", help="with --peers: the command that starts a Directus to measure")
    options = parser.parse_args()
    figures = measure_all(options)
    vendor = "PostgreSQL" if options.database.startswith("postgres") else "SQLite"
    text = table(figures, vendor)
    sys.stdout.write(text)
    OUT.mkdir(parents=True, exist_ok=True)
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{vendor.lower()}"
    (OUT / f"{name}.md").write_text(text)
    (OUT / f"{name}.json").write_text(json.dumps([figure.as_json() for figure in figures], indent=2))
    return 0 if all(figure.reached for figure in figures) else 1


def measure_all(options: Namespace) -> list[Figure]:
    """Start the servers, one process each, and measure them."""
    set_up_on(options.database)
    # These import models: Django must be set up.
    from bench import bare, loading, questions_http  # noqa: PLC0415

    with ExitStack() as running:
        servers: dict[str, Server] = {}
        for kind in [ours(sys.executable), *(_peers(options) if options.peers else [])]:
            servers[kind.name] = running.enter_context(serving(kind, options.database))
        if "directus" in servers:
            relate(servers["directus"])
        if options.small:
            servers["small"] = running.enter_context(serving(ours(sys.executable), options.small))
        figures: list[Figure] = []
        for measure in (*questions_http.MEASURES, *bare.MEASURES, *loading.MEASURES):
            if options.only in measure.__name__:
                for figure in measure(servers, options.rounds):
                    sys.stderr.write(row(figure))
                    figures.append(figure)
        return figures


def _peers(options: Namespace) -> list[Kind]:
    kinds = [django_peers(sys.executable), fastapi(sys.executable, options.database)]
    if options.database.startswith("sqlite"):
        kinds.append(datasette(sys.executable, options.database))
    elif options.directus:
        kinds.append(directus(options.directus, options.database))
    return kinds


def set_up_on(database: str) -> None:
    """Set up Django in this process on the database to measure."""
    os.environ["DATABASE_URL"] = database
    set_up()


if __name__ == "__main__":
    sys.exit(main())
