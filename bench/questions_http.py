"""Requests over HTTP, sent to each server in turn."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Final
from urllib.parse import quote, urlencode

from bench.figures import Figure, medians, percentile, timed
from bench.peers import directus
from bench.servers import Server
from bench.world import SIZES, actor, word

Servers = Mapping[str, Server]
Ask = Callable[[], float]
MS: Final = 1000
#: An actor with very many events, a kind of event and a period: together they match more than a hundred events.
ACTOR: Final = "actor-0"
KIND: Final = "statement"
SINCE, UNTIL = "1990-01-01", "2019-12-31"


def asking(
    server: Server, path: str, headers: Mapping[str, str] | None = None, status: int = 200
) -> Callable[[], float]:
    """Return a function that sends a request and returns the milliseconds.

    It raises RuntimeError if the status is not the expected one.
    """

    def ask() -> float:
        seconds, got, body = server.ask(path, headers)
        if got != status:
            raise RuntimeError(f"{server.kind.name} answers {path} with {got}: {body[:500]!r}")
        return seconds * MS

    return ask


def _compared(name: str, asks: Mapping[str, Ask], bounds: Mapping[str, float], rounds: int) -> Iterator[Figure]:
    """Measure, and yield a figure for each peer; one figure of ours without a bound if no peers are measured."""
    times = medians(asks, rounds)
    peers = [peer for peer in bounds if peer in times]
    for peer in peers:
        yield Figure(name, "ms", times["ours"], peer, times[peer], at_least=bounds[peer])
    if not peers:
        yield Figure(name, "ms", times["ours"])


def _pages(servers: Servers, **filters: str) -> dict[str, Ask]:
    """Return for each server the request for a page of 100 nested events of a kind and a period, newest first."""
    period = {"kind": KIND, "since": SINCE, "until": UNTIL} | filters
    ours = {
        "kind": KIND,
        "happened_on__range": f"{SINCE},{UNTIL}",
        "ordering": "-happened_on",
        "limit": "100",
    } | filters
    paths = {
        "ours": ("ours", f"/api/v1/events/?{urlencode(ours)}"),
        "stock DRF": ("django", f"/drf/events/?{urlencode(period)}"),
        "django-ninja": ("django", f"/ninja/events?{urlencode(period | {'limit': '100'})}"),
        "FastAPI": ("fastapi", f"/events?{urlencode(period | {'limit': '100'})}"),
    }
    if "datasette" in servers:
        paths["Datasette"] = ("datasette", _datasette(servers["datasette"], **filters))
    if "directus" in servers:
        paths["Directus"] = ("directus", directus.page(KIND, SINCE, UNTIL, **filters))
    return {name: asking(servers[server], path) for name, (server, path) in paths.items() if server in servers}


def _datasette(server: Server, actor: str = "") -> str:
    _, _, body = server.ask("/-/databases.json")
    databases = (database["name"] for database in json.loads(body))
    name = next(database for database in databases if database not in ("_internal", "_memory"))
    parameters = {"_shape": "objects", "_size": "100", "_sort_desc": "happened_latest", "_nocount": "1", "kind": KIND}
    parameters |= {"happened_latest__gte": SINCE, "happened_latest__lte": UNTIL, "_nofacet": "1", "_nosuggest": "1"}
    if actor:
        acts = "SELECT p.event_id FROM sanctions_participation p JOIN sanctions_actor a ON a.id = p.actor_id"
        acts += f" WHERE a.slug = '{actor}'"
        parameters["_where"] = f"id IN ({acts})"
    return f"/{name}/sanctions_event.json?{urlencode(parameters)}"


def page_by_actor(servers: Servers, rounds: int) -> Iterator[Figure]:
    """The page by kind, period and actor."""
    bounds = {"stock DRF": 13.0, "django-ninja": 10.0, "FastAPI": 9.0, "Datasette": 2.5, "Directus": 6.0}
    yield from _compared(
        "page of 100 nested events by kind, period, actor", _pages(servers, actor=ACTOR), bounds, rounds
    )


def page_by_kind(servers: Servers, rounds: int) -> Iterator[Figure]:
    """The same without the actor."""
    bounds = {"stock DRF": 9.0, "django-ninja": 6.0, "FastAPI": 4.0}
    yield from _compared("the same page without the actor", _pages(servers), bounds, rounds)


def record(servers: Servers, rounds: int) -> Iterator[Figure]:
    """One record in full."""
    paths = {
        "ours": ("ours", "/api/v1/events/event-777/"),
        "stock DRF": ("django", "/drf/events/event-777/"),
        "django-ninja": ("django", "/ninja/events/event-777"),
        "FastAPI": ("fastapi", "/events/event-777"),
    }
    asks = {name: asking(servers[server], path) for name, (server, path) in paths.items() if server in servers}
    yield from _compared("one record in full", asks, {"stock DRF": 2.5, "django-ninja": 1.0, "FastAPI": 1.0}, rounds)


def deep_page(servers: Servers, rounds: int) -> Iterator[Figure]:
    """A page in the middle of the collection, compared with the first."""
    server = servers["ours"]
    first = "/api/v1/events/?ordering=-happened_on&limit=100"
    _, _, body = server.ask("/api/v1/events/?count=true&limit=1")
    half = json.loads(body)["count"] // 2
    stride = min(1000, half)
    path, seen = first.replace("limit=100", f"limit={stride}"), 0
    while seen < half:
        _, _, body = server.ask(path)
        page = json.loads(body)
        seen += len(page["results"])
        path = page["next"].partition(f":{server.port}")[2]
    asks = {"ours": asking(server, path.replace(f"limit={stride}", "limit=100")), "first": asking(server, first)}
    times = medians(asks, rounds)
    yield Figure(f"page after {seen:,} rows", "ms", times["ours"], "the first page", times["first"], at_most=1.2)


def growth(servers: Servers, rounds: int) -> Iterator[Figure]:
    """The page by kind and period, compared with the same page of the smallest database."""
    if "small" not in servers:
        return
    path = f"/api/v1/events/?{urlencode({'kind': KIND, 'ordering': '-happened_on', 'limit': '100'})}"
    times = medians({"ours": asking(servers["ours"], path), "small": asking(servers["small"], path)}, rounds)
    yield Figure("the page at full size", "ms", times["ours"], "at 10,000 events", times["small"], at_most=1.5)


def not_modified(servers: Servers, rounds: int) -> Iterator[Figure]:
    """A conditional request answered 304, compared with the page itself."""
    server = servers["ours"]
    path = f"/api/v1/events/?{urlencode({'kind': KIND, 'actor': ACTOR, 'limit': '100'})}"
    server.ask(path)
    tag = server.headers["ETag"]
    asks = {"ours": asking(server, path, {"If-None-Match": tag}, 304), "page": asking(server, path)}
    times = medians(asks, rounds)
    yield Figure("conditional request answered 304", "ms", times["ours"], "the page", times["page"], at_least=8.0)


def known_at(servers: Servers, rounds: int) -> Iterator[Figure]:
    """A list as it was known at an instant, compared with the current one."""
    server = servers["ours"]
    filters = {"kind": KIND, "ordering": "-happened_on", "limit": "100"}
    _, _, body = server.ask("/api/v1/events/?ordering=-slug&limit=1")
    instant = json.loads(body)["results"][0]["version"]["recorded_from"]
    asks = {
        "ours": asking(server, f"/api/v1/events/?{urlencode(filters | {'known_at': instant})}"),
        "now": asking(server, f"/api/v1/events/?{urlencode(filters)}"),
    }
    times = medians(asks, rounds)
    yield Figure("a list with known_at", "ms", times["ours"], "the current list", times["now"], at_most=3.0)


def search_words(servers: Servers, rounds: int) -> Iterator[Figure]:
    """Ranked search by selective words, compared with a page of records by slug; and by very common words."""
    server, dice = servers["ours"], random.Random("words")
    keys = ",".join(f"event-{dice.randrange(5_000)}" for _ in range(20))
    lookup = percentile(timed({"page": asking(server, f"/api/v1/events/?slug__in={keys}")}, rounds)["page"], 0.95)
    rare = [word(random.Random(dice.randrange(1000)), 3) for _ in range(rounds)]
    common = ["sanctions", "measures", "oil shipping", "council report", "trade bank"]
    searches = {"selective words": ([" ".join(pair) for pair in pairwise(rare)], 10.0), "common words": (common, None)}
    for name, (words, bound) in searches.items():
        asks = [asking(server, f"/api/v1/search/?{urlencode({'q': query})}") for query in words]
        for ask in asks:
            ask()
        time = percentile([ask() for ask in asks], 0.95)
        note = "bounded by a cap"
        yield Figure(f"search by {name}, p95", "ms", time, "a page by keys, p95", lookup, at_most=bound, note=note)


def search_names(servers: Servers, rounds: int) -> Iterator[Figure]:
    """Search for names with one wrong letter."""
    server, dice = servers["ours"], random.Random("names")
    size = SIZES["100k"]
    asks = []
    for _ in range(max(rounds, 40)):
        name = actor(dice.randrange(5_000), size)["name"]
        place = dice.randrange(1, len(name) - 1)
        typo = name[:place] + dice.choice("aeiorst") + name[place + 1 :]
        asks.append(asking(server, f"/api/v1/search/?type=actor&q={quote(typo)}"))
    for ask in asks[:5]:
        ask()
    vendor_bound = 200.0 if "datasette" in servers else 100.0
    yield Figure(
        "search for a misspelt name, p95", "ms", percentile([ask() for ask in asks], 0.95), at_most=vendor_bound
    )


def standings(servers: Servers, rounds: int) -> Iterator[Figure]:
    """The changes between two days, compared with the standings of all orders on a day."""
    server = servers["ours"]
    asks = {
        "ours": asking(server, "/api/v1/compare/?from=2015-01-01&to=2015-01-31"),
        "standing": asking(server, "/api/v1/stats/?collection=orders&group_by=standing&as_of=2015-01-31"),
    }
    times = medians(asks, max(rounds // 6, 3))
    yield Figure(
        "what changed between two days", "ms", times["ours"], "standings on a day", times["standing"], at_most=5.0
    )


def start_and_memory(servers: Servers, rounds: int) -> Iterator[Figure]:
    """The time from the start of the server to its first answer, and the memory of an idle worker."""
    yield Figure("start to first answer", "s", servers["ours"].started_in, at_most=2.0)
    if "small" in servers:
        yield Figure("memory of an idle worker", "MB", servers["small"].memory(), at_most=120.0)


#: Memory is measured before the first request: later a worker holds pages of the file that it has read.
MEASURES: Final = (
    start_and_memory,
    page_by_actor,
    page_by_kind,
    record,
    deep_page,
    growth,
    not_modified,
    known_at,
    search_words,
    search_names,
    standings,
)
