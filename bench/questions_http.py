"""What is asked of servers over HTTP, each question of all in turn."""

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
#: An actor that acts in very many events, a kind of event, and a period: a page of a hundred is there.
ACTOR: Final = "actor-0"
KIND: Final = "statement"
SINCE, UNTIL = "1990-01-01", "2019-12-31"


def asking(
    server: Server, path: str, headers: Mapping[str, str] | None = None, status: int = 200
) -> Callable[[], float]:
    """Return what asks a server and returns the milliseconds; another status than expected ends the run."""

    def ask() -> float:
        seconds, got, body = server.ask(path, headers)
        if got != status:
            raise RuntimeError(f"{server.kind.name} answers {path} with {got}: {body[:500]!r}")
        return seconds * MS

    return ask


def _compared(name: str, asks: Mapping[str, Ask], bounds: Mapping[str, float], rounds: int) -> Iterator[Figure]:
    """Measure, and tell how many times as long each of the others takes."""
    found = medians(asks, rounds)
    for other, bound in bounds.items():
        if other in found:
            yield Figure(name, "ms", found["ours"], other, found[other], at_least=bound)


def _pages(servers: Servers, **filters: str) -> dict[str, Ask]:
    """Return how each is asked for a page of a hundred nested events of a kind and a period, newest first."""
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
    return {name: asking(servers[server], path) for name, (server, path) in paths.items()}


def _datasette(server: Server, actor: str = "") -> str:
    _, _, body = server.ask("/-/databases.json")
    name = next(one["name"] for one in json.loads(body) if one["name"] not in ("_internal", "_memory"))
    asked = {"_shape": "objects", "_size": "100", "_sort_desc": "happened_latest", "_nocount": "1", "kind": KIND}
    asked |= {"happened_latest__gte": SINCE, "happened_latest__lte": UNTIL, "_nofacet": "1", "_nosuggest": "1"}
    if actor:
        acts = "SELECT p.event_id FROM sanctions_participation p JOIN sanctions_actor a ON a.id = p.actor_id"
        acts += f" WHERE a.slug = '{actor}'"
        asked["_where"] = f"id IN ({acts})"
    return f"/{name}/sanctions_event.json?{urlencode(asked)}"


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
    asks = {
        "ours": asking(servers["ours"], "/api/v1/events/event-777/"),
        "stock DRF": asking(servers["django"], "/drf/events/event-777/"),
        "django-ninja": asking(servers["django"], "/ninja/events/event-777"),
        "FastAPI": asking(servers["fastapi"], "/events/event-777"),
    }
    yield from _compared("one record in full", asks, {"stock DRF": 2.5, "django-ninja": 1.0, "FastAPI": 1.0}, rounds)


def deep_page(servers: Servers, rounds: int) -> Iterator[Figure]:
    """A page in the middle of the collection against the first."""
    server = servers["ours"]
    first = "/api/v1/events/?ordering=-happened_on&limit=100"
    path, seen = first.replace("limit=100", "limit=1000"), 0
    _, _, body = server.ask("/api/v1/events/?count=true&limit=1")
    half = json.loads(body)["count"] // 2
    while seen < half:
        _, _, body = server.ask(path)
        page = json.loads(body)
        seen += len(page["results"])
        path = page["next"].partition(f":{server.port}")[2]
    asks = {"ours": asking(server, path.replace("limit=1000", "limit=100")), "first": asking(server, first)}
    found = medians(asks, rounds)
    yield Figure(f"page after {seen:,} rows", "ms", found["ours"], "the first page", found["first"], at_most=1.2)


def growth(servers: Servers, rounds: int) -> Iterator[Figure]:
    """The page by kind and period against the same of the smallest world."""
    if "small" not in servers:
        return
    path = f"/api/v1/events/?{urlencode({'kind': KIND, 'ordering': '-happened_on', 'limit': '100'})}"
    found = medians({"ours": asking(servers["ours"], path), "small": asking(servers["small"], path)}, rounds)
    yield Figure("the page at full size", "ms", found["ours"], "at 10,000 events", found["small"], at_most=1.5)


def not_modified(servers: Servers, rounds: int) -> Iterator[Figure]:
    """A conditional request answered 304 against the page itself."""
    server = servers["ours"]
    path = f"/api/v1/events/?{urlencode({'kind': KIND, 'actor': ACTOR, 'limit': '100'})}"
    server.ask(path)
    tag = server.headers["ETag"]
    asks = {"ours": asking(server, path, {"If-None-Match": tag}, 304), "page": asking(server, path)}
    found = medians(asks, rounds)
    yield Figure("conditional request answered 304", "ms", found["ours"], "the page", found["page"], at_least=8.0)


def known_at(servers: Servers, rounds: int) -> Iterator[Figure]:
    """A list as it was known against the current one."""
    server = servers["ours"]
    asked = {"kind": KIND, "ordering": "-happened_on", "limit": "100"}
    _, _, body = server.ask("/api/v1/events/?ordering=-slug&limit=1")
    instant = json.loads(body)["results"][0]["version"]["recorded_from"]
    asks = {
        "ours": asking(server, f"/api/v1/events/?{urlencode(asked | {'known_at': instant})}"),
        "now": asking(server, f"/api/v1/events/?{urlencode(asked)}"),
    }
    found = medians(asks, rounds)
    yield Figure("a list with known_at", "ms", found["ours"], "the current list", found["now"], at_most=3.0)


def search_words(servers: Servers, rounds: int) -> Iterator[Figure]:
    """Ranked search by selective words against a page of records by their keys; and by very common ones."""
    server, dice = servers["ours"], random.Random("words")
    keys = ",".join(f"event-{dice.randrange(5_000)}" for _ in range(20))
    lookup = percentile(timed({"page": asking(server, f"/api/v1/events/?slug__in={keys}")}, rounds)["page"], 0.95)
    rare = [word(random.Random(dice.randrange(1000)), 3) for _ in range(rounds)]
    common = ["sanctions", "measures", "oil shipping", "council report", "trade bank"]
    asked = {"selective words": ([" ".join(pair) for pair in pairwise(rare)], 10.0), "common words": (common, None)}
    for name, (words, bound) in asked.items():
        asks = [asking(server, f"/api/v1/search/?{urlencode({'q': one})}") for one in words]
        for ask in asks:
            ask()
        found = percentile([ask() for ask in asks], 0.95)
        note = "bounded by a cap"
        yield Figure(f"search by {name}, p95", "ms", found, "a page by keys, p95", lookup, at_most=bound, note=note)


def search_names(servers: Servers, rounds: int) -> Iterator[Figure]:
    """Search for names with one letter wrong."""
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
    """What changed between two days against the standings of all orders on a day."""
    server = servers["ours"]
    asks = {
        "ours": asking(server, "/api/v1/compare/?from=2015-01-01&to=2015-01-31"),
        "standing": asking(server, "/api/v1/stats/?of=orders&by=standing&as_of=2015-01-31"),
    }
    found = medians(asks, max(rounds // 6, 3))
    yield Figure(
        "what changed between two days", "ms", found["ours"], "standings on a day", found["standing"], at_most=5.0
    )


def start_and_memory(servers: Servers, rounds: int) -> Iterator[Figure]:
    """How long the server took to its first answer, and what a worker holds now."""
    yield Figure("start to first answer", "s", servers["ours"].started_in, at_most=2.0)
    if "small" in servers:
        yield Figure("memory of an idle worker", "MB", servers["small"].memory(), at_most=120.0)


#: The first is measured before anything is asked: later a worker holds pages of the file that it has read.
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
