"""Comparisons with the bare database: its driver without a framework, COPY, and SQL written by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from time import perf_counter
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import orjson
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from bench.figures import Figure, medians
from bench.questions_http import ACTOR, KIND, MS, SINCE, UNTIL
from bench.servers import Server
from sanctions.models import Order

Servers = Mapping[str, Server]
PAGE: Final = "/api/v1/events/?" + urlencode(
    {
        "kind": KIND,
        "actor": ACTOR,
        "happened_on__range": f"{SINCE},{UNTIL}",
        "ordering": "-happened_on",
        "limit": "100",
    }
)
#: The standing of every order on a day, written by hand for the verbs that are generated: the last effect decides.
BY_HAND: Final = """
SELECT o.id, COALESCE(e.gives, 'not_yet_in_force') FROM sanctions_order AS o
LEFT JOIN (
    SELECT DISTINCT ON (f.order_id) f.order_id,
        CASE WHEN f.verb IN ('took_effect', 'reinstated') THEN 'in_force' WHEN f.verb = 'suspended' THEN 'suspended'
             WHEN f.verb = 'eased' THEN 'in_force_in_part' ELSE 'ended' END AS gives
    FROM sanctions_effect AS f JOIN sanctions_event AS v ON v.id = f.event_id
    WHERE f.effective_latest <= %(day)s AND v.state = 'published' AND v.modality <> 'cancelled'
      AND f.verb <> 'amended' AND f.order_id IS NOT NULL
    ORDER BY f.order_id, f.effective_latest DESC, f.sequence DESC,
        array_position(ARRAY['took_effect', 'reinstated', 'eased', 'suspended', 'revoked', 'lapsed'], f.verb::text) DESC
) AS e ON e.order_id = o.id
"""


def _timed(do: Callable[[], Any]) -> Callable[[], float]:
    def ask() -> float:
        begun = perf_counter()
        do()
        return (perf_counter() - begun) * MS

    return ask


def view_against_driver(servers: Servers, rounds: int) -> Iterator[Figure]:
    """The page from the view, without server and middleware, compared with the driver serving the same rows."""
    view, _, _ = resolve(urlsplit(PAGE).path)
    factory = RequestFactory(headers={"host": "localhost"})

    def at_the_view() -> bytes:
        answer = view(factory.get(PAGE))
        answer.render()
        body: bytes = answer.content
        return body

    with CaptureQueriesContext(connection) as queries:
        expected = orjson.loads(at_the_view())["results"]
    statement = next(query["sql"] for query in reversed(queries.captured_queries) if "rendering" in query["sql"])
    connection.force_debug_cursor = False
    raw = connection.connection.cursor()
    place = [column.name if hasattr(column, "name") else column[0] for column in raw.execute(statement).description]

    def bare() -> bytes:
        rows = raw.execute(statement).fetchall()
        at = place.index("rendering")
        return b'{"results":[' + b",".join([row[at].encode() for row in rows[:100]]) + b"]}"

    if orjson.loads(bare())["results"] != expected:
        raise RuntimeError("The driver serves other rows than the view.")
    times = medians({"ours": _timed(at_the_view), "driver": _timed(bare)}, rounds * 5)
    yield Figure("the page by actor at the view", "ms", times["ours"], "the driver alone", times["driver"], at_most=2.5)


def whole_collection(servers: Servers, rounds: int) -> Iterator[Figure]:
    """All events as JSON Lines and CSV, compared with COPY of the same and with the pages of the stock view set."""
    server = servers["ours"]
    idle = server.memory()
    seconds, rows = min(server.stream("/api/v1/events/?format=jsonl") for _ in range(3))
    peak = server.memory("VmHWM") - idle
    stock = _rows_per_second_of_stock(servers)
    yield _against_stock(f"{rows:,} events as JSON Lines", rows / seconds, stock, at_least=200)
    if connection.vendor == "postgresql":
        copied = min(_copied(_JSON) for _ in range(3))
        yield Figure("the same", "rows/s", rows / seconds, "COPY", rows / copied, at_least=1 / 1.3)
    yield Figure("memory that it takes", "MB", peak, at_most=100)
    idle = server.memory("VmHWM")
    seconds, rows = server.stream("/api/v1/events/?format=csv")
    yield _against_stock("the same as CSV", rows / seconds, stock, at_least=100)
    if connection.vendor == "postgresql":
        copied = _copied(_CSV)
        yield Figure("the same", "rows/s", rows / seconds, "COPY of the same cells", rows / copied, at_least=1 / 1.5)
    yield Figure("memory that it takes", "MB", peak + server.memory("VmHWM") - idle, at_most=100)


def _rows_per_second_of_stock(servers: Servers) -> float | None:
    if "django" not in servers:
        return None
    pages = [servers["django"].ask(f"/drf/events/?page={number}")[0] for number in range(1, 11)]
    return 1000 / sum(pages)


def _against_stock(name: str, rate: float, stock: float | None, at_least: float) -> Figure:
    if stock is None:
        return Figure(name, "rows/s", rate)
    return Figure(name, "rows/s", rate, "stock DRF", stock, at_least=at_least)


#: The quote and the delimiter never occur in JSON, so COPY writes the renderings unchanged.
_JSON: Final = (
    "COPY (SELECT rendering FROM sanctions_event WHERE state = 'published' "
    "ORDER BY happened_latest DESC, slug) TO STDOUT "
    "(FORMAT csv, QUOTE e'\\x01', DELIMITER e'\\x02')"
)
#: The cells of our CSV, computed by the database.
_CSV: Final = """COPY (
    SELECT 'event', '/api/v1/events/' || e.slug || '/', v.number, v.recorded_from, e.slug, e.kind, e.cameo_code,
        e.title, e.happened_on, e.time, e.place, e.modality, e.summary,
        (SELECT count(*) FROM sanctions_participation AS p WHERE p.event_id = e.id),
        (SELECT count(*) FROM sanctions_reference AS r WHERE r.event_id = e.id),
        (SELECT count(*) FROM sanctions_effect AS f WHERE f.event_id = e.id),
        (SELECT count(*) FROM sanctions_position AS s WHERE s.event_id = e.id),
        (SELECT count(*) FROM sanctions_vote AS w WHERE w.event_id = e.id),
        (SELECT count(*) FROM sanctions_ballot AS b WHERE b.event_id = e.id),
        (SELECT count(*) FROM sanctions_measurement AS m WHERE m.event_id = e.id),
        (SELECT count(*) FROM sanctions_penalty AS n WHERE n.event_id = e.id),
        e.note,
        (SELECT string_agg(DISTINCT c.slug, '|') FROM sanctions_citation AS t
            JOIN sanctions_source AS c ON c.id = t.source_id WHERE t.event_id = e.id)
    FROM sanctions_event AS e
    JOIN sanctions_version AS v ON v.record_type = 'event' AND v.slug = e.slug AND v.recorded_to IS NULL
    WHERE e.state = 'published' ORDER BY e.happened_latest DESC, e.slug
) TO STDOUT (FORMAT csv)"""


def _copied(statement: str) -> float:
    """Return the seconds that PostgreSQL takes to copy out; the rows are discarded."""
    begun = perf_counter()
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for _ in copy:
            pass
    return perf_counter() - begun


def standing(servers: Servers, rounds: int) -> Iterator[Figure]:
    """The standings of all orders on a day, compared with SQL written for this alone."""
    if connection.vendor != "postgresql":
        return
    day = date(2015, 1, 31)

    def ours() -> list[tuple[int, str]]:
        return list(Order.objects.with_standing(day).order_by().values_list("pk", "standing"))

    def by_hand() -> list[tuple[int, str]]:
        with connection.cursor() as cursor:
            cursor.execute(BY_HAND, {"day": day})
            rows: list[tuple[int, str]] = cursor.fetchall()
        return rows

    if dict(ours()) != dict(by_hand()):
        raise RuntimeError("The SQL written by hand gives other standings.")
    times = medians({"ours": _timed(ours), "hand": _timed(by_hand)}, max(rounds // 3, 3))
    many = Order.objects.count()
    yield Figure(f"standing of {many:,} orders", "ms", times["ours"], "SQL by hand", times["hand"], at_most=3.0)


MEASURES: Final = (view_against_driver, whole_collection, standing)
