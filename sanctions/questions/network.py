"""The network: actors, orders, agreements and programs as nodes, and their ties as weighted, dated links.

A link sums up the ties of one kind (:mod:`sanctions.questions.edges`) from one node to another. The number of queries
is constant. A record that is not public, and is named by a public one, is a node with only its slug.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_
from typing import Any, Final

from django.db.models import Q, QuerySet

from sanctions.exceptions import TooMuch
from sanctions.models import Actor, Agreement, Citation, Effect, Measure, Order, Program
from sanctions.questions.edges import (
    MOST_ROWS,
    PARTY,
    TARGETS,
    TIES,
    TOGETHER,
    Key,
    Tie,
    TieQuery,
    participant_pairs,
    participations,
)
from sanctions.questions.standings import bounded, named
from sanctions.standing import standing_on
from sanctions.vocabulary import State, Subject

#: Limits of an answer: a larger network is refused, never truncated.
MOST_NODES: Final = 1000
MOST_LINKS: Final = 10_000

#: Noun → model and the column that names a row, in the order in which the nodes stand.
_NODES: Final[dict[str, tuple[Any, str]]] = {
    "actor": (Actor, "name"),
    "order": (Order, "title"),
    "agreement": (Agreement, "title"),
    "program": (Program, "name"),
}
_PLACES: Final = {noun: place for place, noun in enumerate(_NODES)}
#: Nouns whose nodes have a standing and a date.
_STANDING: Final = ("order", "agreement")

#: Start, end and kind of a link.
Place = tuple[Key, Key, str]


@dataclass(slots=True)
class Link:
    """The ties of one kind from one node to another, summed up."""

    units: set[int] = field(default_factory=set)
    owners: set[Key] = field(default_factory=set)
    first: date = date.max
    last: date = date.min
    in_part: bool = True

    def add(self, tie: Tie) -> None:
        """Include a tie."""
        self.units.add(tie.unit)
        self.owners.add(tie.owner)
        self.first, self.last = min(self.first, tie.first), max(self.last, tie.last)
        self.in_part &= tie.in_part


@dataclass(slots=True)
class GatheredLinks:
    """The links, and the queries that selected their rows; further questions about the links reuse these queries."""

    links: dict[Place, Link] = field(default_factory=lambda: defaultdict(Link))
    owners: dict[str, list[QuerySet[Any]]] = field(default_factory=lambda: defaultdict(list))
    measures: list[QuerySet[Any]] = field(default_factory=list)

    def take(self, rows: QuerySet[Any], ties: Iterable[Tie], owner: tuple[str, str]) -> None:
        """Add the ties of one table; raise :class:`TooMuch` if there are more than an answer can have."""
        for count, tie in enumerate(ties, start=1):
            self.links[tie.start, tie.end, tie.kind].add(tie)
            if len(self.links) > MOST_LINKS or count > MOST_ROWS:
                raise TooMuch("links in this network", MOST_LINKS)
        noun, path = owner
        self.owners[noun].append(rows.values(path))


def network(query: TieQuery, day: date, asked_for: Iterable[Key] = ()) -> dict[str, Any]:
    """Return the nodes and links of a query, with standings as of the day.

    The records ``asked_for`` are nodes even without links. Raise :class:`TooMuch` for more nodes than
    :data:`MOST_NODES` or more links than :data:`MOST_LINKS`.
    """
    gathered = _gather(query)
    keys = {key for start, end, _ in gathered.links for key in (start, end)} | set(asked_for)
    if len(keys) > MOST_NODES:
        raise TooMuch("nodes in this network", MOST_NODES)
    rows = _rows(keys, day)
    ids = {(noun, pk): f"{noun}/{row.slug}" for (noun, pk), row in rows.items()}
    links = _links(gathered, ids, day)
    weights: dict[str, list[int]] = defaultdict(list)
    for link in links:
        for end in ("from", "to"):
            weights[link[end]].append(link["weight"])
    ordered = sorted(rows, key=lambda key: (_PLACES[key[0]], ids[key]))
    nodes = [_node(key[0], rows[key], ids[key], weights[ids[key]]) for key in ordered]
    return {"as_of": day, "nodes": nodes, "links": links}


def _gather(query: TieQuery) -> GatheredLinks:
    gathered = GatheredLinks()
    for ties in TIES:
        if (rows := ties.select(query)) is not None:
            gathered.take(rows, ties.read(rows), ties.owner)
            if TARGETS in ties.kinds.values():
                gathered.measures.append(rows.values(ties.unit))
    if (rows := participations(query)) is not None:
        gathered.take(rows, participant_pairs(rows, query), ("event", "event_id"))
    return gathered


# --- Nodes --------------------------------------------------------------------------------------


def _rows(keys: Iterable[Key], day: date) -> dict[Key, Any]:
    """Return the records behind the nodes: one query for each noun."""
    ids: dict[str, list[int]] = defaultdict(list)
    for noun, pk in keys:
        ids[noun].append(pk)
    records: dict[Key, Any] = {}
    for noun, wanted in ids.items():
        model, name = _NODES[noun]
        rows = model.objects.filter(pk__in=wanted)
        columns = ["slug", "state", name, *(["kind"] if noun != "program" else [])]
        if noun in _STANDING:
            rows, columns = rows.with_standing(day), [*columns, "dated_on"]
        records |= {(noun, row.pk): row for row in rows.only(*columns)}
    return records


def _node(noun: str, row: Any, name: str, weights: list[int]) -> dict[str, Any]:
    """Return a node; of a record that is not public, no more than its slug."""
    public = row.state == State.PUBLISHED
    node = {
        "id": name,
        "type": noun,
        **named(row),
        "kind": row.kind if public and noun != "program" else None,
    }
    if noun in _STANDING:
        node |= {"dated_on": row.dated_on if public else None, "standing": row.standing if public else None}
    return node | {"degree": len(weights), "weight": sum(weights)}


# --- Links --------------------------------------------------------------------------------------


def _links(gathered: GatheredLinks, ids: Mapping[Key, str], day: date) -> list[dict[str, Any]]:
    """Return the links in their order: by what they tie, and by kind."""
    sources = _sources(gathered.owners)
    effective = _in_force(gathered.measures, day)
    parties = _parties([end[1] for _, end, kind in gathered.links if kind == PARTY], day)
    links = []
    for (start, end, kind), link in gathered.links.items():
        ends = (ids[start], ids[end])
        # Taking part together has no direction: order the ends by name.
        source, target = sorted(ends) if kind == TOGETHER else ends
        shown: dict[str, Any] = {
            "from": source,
            "to": target,
            "kind": kind,
            "weight": len(link.units),
            "first_on": bounded(link.first),
            "last_on": bounded(link.last),
            "sources": len(set().union(*(sources[owner] for owner in link.owners))),
        }
        if start[0] in _STANDING and end[0] in _STANDING:
            shown["in_part"] = link.in_part
        if kind == TARGETS:
            shown["in_force"] = len(link.units & effective)
        if kind == PARTY:
            shown["standing"] = parties[end[1], start[1]]
        links.append(shown)
    return sorted(links, key=lambda link: (link["from"], link["to"], link["kind"]))


def _sources(owners: Mapping[str, list[QuerySet[Any]]]) -> dict[Key, set[int]]:
    """Return the public sources that records cite: one query for each noun."""
    sources: dict[Key, set[int]] = defaultdict(set)
    for noun, queries in owners.items():
        among = reduce(or_, (Q(**{f"{noun}__in": rows}) for rows in queries))
        rows = Citation.objects.filter(among, source__state=State.PUBLISHED).order_by()
        for owner, source in rows.values_list(f"{noun}_id", "source_id"):
            sources[noun, owner].add(source)
    return sources


def _in_force(measures: list[QuerySet[Any]], day: date) -> set[int]:
    """Return which of the measures are in force on the day, in whole or in part."""
    if not measures:
        return set()
    among = reduce(or_, (Q(pk__in=rows) for rows in measures))
    return set(Measure.objects.in_force(day).filter(among).order_by().values_list("pk", flat=True))


def _parties(agreements: Iterable[int], day: date) -> dict[tuple[int, int], str]:
    """Return the standing of parties: agreement and party → code."""
    rows = [Agreement(pk=pk) for pk in set(agreements)]
    return {
        (agreement, party): standing_on(day, effects, Subject.PARTY).code
        for agreement, parties in (Effect.objects.by_party(rows) if rows else {}).items()
        for party, effects in parties.items()
    }
