"""How long each question takes on the Iran record, and how many queries: now, and as known at an instant.

``make bench-questions`` runs it on an SQLite database of its own; with ``DATABASE_URL`` it takes any database that has
the seeds. Figures are medians of 20 calls of the view in one process: no network, no server, no debugging.
"""

from __future__ import annotations

import os
import statistics
import sys
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import django

ROOT: Final = Path(__file__).resolve().parent.parent
RUNS: Final = 20
PATHS: Final = (
    "orders/?limit=100",
    "events/?limit=100",
    "measures/?target=iran&sector=oil&in_force_on=2016-02-01",
    "agreements/jcpoa/",
    "orders/us-eo-13645/standing/",
    "measures/un-sc-res-2231-sanctions-relief/standing/?as_of=2015-08-01",
    "agreements/jcpoa/standing/",
    "commitments/jcpoa-stockpile-cap/standing/",
    "violations/us-withdrawal-2018/standing/",
    "orders/us-eo-13846/lineage/",
    "orders/us-eo-13846/lineage/?depth=5",
    "compare/?from=2016-01-15&to=2016-01-16",
    "compare/?from=2016-01-15&to=2018-11-06",
    "timeline/?limit=100",
    "timeline/?actor=iaea&agreement=jcpoa&match=all",
    "agreements/jcpoa/compliance/",
    "panel/?from=1979&to=2025",
    "panel/?from=1979&to=2025&format=csv",
    "network/",
    "network/?agreement=jcpoa",
    "orders/us-eo-13902/versions/",
    "orders/us-eo-13902/versions/1/",
    "orders/us-eo-13902/?format=bibtex",
    "notices/",
    "changes/?limit=1000",
    "changes/?limit=1000&include_documents=true",
    "releases/",
)


def main() -> None:
    """Ask every question, and print a row for each."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sanctions.settings")
    os.environ["DEBUG"] = "off"
    django.setup()
    # Django's own modules can be imported only now.
    from django.conf import settings  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()

    def ask(path: str, clock: dict[str, str]) -> Any:
        answer = client.get(f"/api/v1/{path}", query_params=_parameters(path) | clock)
        if answer.status_code != 200:
            sys.exit(f"{path} was answered with {answer.status_code}: {answer.content[:500]!r}")
        return answer

    def median(path: str, clock: dict[str, str]) -> float:
        times = []
        for _ in range(RUNS):
            begun = perf_counter()
            ask(path, clock)
            times.append((perf_counter() - begun) * 1000)
        return statistics.median(times)

    known = {"known_at": timezone.now().isoformat()}
    print(f"{connection.vendor}, median of {RUNS} in ms")  # noqa: T201 - what it is for
    print("| question | queries | now | known_at | kB |\n|---|---|---|---|---|")  # noqa: T201
    for path in PATHS:
        ask(path, {})
        with CaptureQueriesContext(connection) as captured:
            size = len(ask(path, {}).content) / 1000
        # Count them now: the next request clears the log.
        queries = len(captured)
        now, then = median(path, {}), median(path, known)
        print(f"| `{path}` | {queries} | {now:.1f} | {then:.1f} | {size:.0f} |")  # noqa: T201


def _parameters(path: str) -> dict[str, str]:
    """Return the parameters in a path: Django's client drops them where it is given others."""
    _, _, query = path.partition("?")
    return dict(pair.split("=") for pair in query.split("&") if pair)


if __name__ == "__main__":
    main()
