"""The lineage of an order: what it does to other instruments and what they do to it, as nodes and links.

A link is read in the active voice: *from* — *kind* → *to*. Its basis is the text of an order (a relation: implements,
is based on …) or an effect of an event, by which one instrument changed another, a measure or a commitment of it
(revokes, suspends, reinstates …). Effects of an instrument on itself belong to its standing and are not links. If
sources describe one act by different verbs, each is a link.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db import models
from django.db.models import Q, QuerySet

from sanctions.exceptions import TooMuch
from sanctions.models import Agreement, Commitment, Effect, Measure, Order, Relation
from sanctions.questions.citations import citations_of, supporting
from sanctions.questions.standings import effects_to_show, given, named
from sanctions.vocabulary import RelationKind, State, Verb

#: Links that an answer may have; a larger lineage is refused, never truncated.
MOST_LINKS: Final = 2000
#: The largest depth of a request.
DEEPEST: Final = 5

#: Verb of an effect → what the instrument that caused it does.
ACTIVE: Final[dict[Verb, str]] = {
    Verb.ISSUED: "issues",
    Verb.PUBLISHED: "publishes",
    Verb.TOOK_EFFECT: "brings_into_force",
    Verb.AMENDED: "amends",
    Verb.SUPPLEMENTED: "supplements",
    Verb.EXTENDED: "extends",
    Verb.CONTINUED: "continues",
    Verb.SUSPENDED: "suspends",
    Verb.WAIVED: "waives",
    Verb.EASED: "eases",
    Verb.REINSTATED: "reinstates",
    Verb.REVOKED: "revokes",
    Verb.SUPERSEDED: "supersedes",
    Verb.EXPIRED: "lets_expire",
    Verb.LAPSED: "lets_lapse",
    Verb.STRUCK_DOWN: "strikes_down",
    Verb.SNAPPED_BACK: "snaps_back",
    Verb.RATIFIED: "ratifies",
    Verb.ENDORSED: "endorses",
    Verb.NEGOTIATED: "negotiates",
    Verb.ADOPTED: "adopts",
    Verb.SIGNED: "signs",
    Verb.REACHED_MILESTONE: "reaches_milestone_of",
    Verb.TERMINATED: "terminates",
    Verb.JOINED: "joins",
    Verb.APPLIED_PROVISIONALLY: "applies_provisionally",
    Verb.GAVE_NOTICE: "gives_notice_under",
    Verb.SUSPENDED_PARTICIPATION: "suspends_participation_in",
    Verb.WITHDREW: "withdraws_from",
    Verb.REJOINED: "rejoins",
    Verb.INVOKED_DISPUTE: "invokes_dispute_under",
    Verb.INVOKED_SNAPBACK: "invokes_snapback_under",
    Verb.CEASED_PERFORMING: "ceases_performing",
    Verb.DECLARED_ENDED: "declares_ended",
    Verb.BREACHED: "breaches",
    Verb.CURED: "cures",
    Verb.RESUMED: "resumes_performing",
    Verb.SUNSET: "lets_sunset",
}
_VERBS: Final = {kind: verb for verb, kind in ACTIVE.items()}
#: Every kind of link, those of the text first.
KINDS: Final = (*(str(kind) for kind in RelationKind), *ACTIVE.values())
TEXT: Final = "text"
EFFECT: Final = "effect"

#: Model and primary key of an order or agreement.
Key = tuple[type[models.Model], int | None]
#: The two ends of a link.
Ends = tuple[Key, Key]

#: The columns of an instrument in its node.
_SHOWN: Final = ("slug", "title", "kind", "dated_on", "state")
#: The columns of an effect in its link, besides its day, part and kind.
_LINK_COLUMNS: Final = ("until", "provision", "milestone", "condition", "contested", "note")
_NAMED: Final = ("measure", "commitment", "party", "event", "fulfilled_by")
_MEASURE: Final = ("slug", "title", "kind", "order", "order__state")
_COMMITMENT: Final = ("slug", "text", "agreement", "agreement__state")


def lineage(order: Order, day: date, depth: int = 1, kinds: Collection[str] = KINDS) -> dict[str, Any]:
    """Return the instruments within so many links of an order, and the links by which they are reached.

    A link counts in both directions. At depth 1 these are the links of the order itself; at depth 2 also those of
    its neighbours, and so on; links between the instruments that are furthest away are left out. More links than
    :data:`MOST_LINKS` raise :class:`TooMuch`.
    """
    graph = Graph(kinds)
    graph.add({(Order, order.pk)}, 0)
    for distance in range(depth):
        graph.follow(distance)
    standings = _standings(graph, day)
    ids = {key: f"{key[0]._meta.model_name}/{row.slug}" for key, row in graph.nodes.items()}
    return {
        "order": named(order),
        "as_of": day,
        "depth": depth,
        "nodes": [
            {"id": ids[key], **_node(graph.nodes[key], standings[key]), "distance": graph.distances[key]}
            for key in sorted(ids, key=lambda key: (graph.distances[key], ids[key]))
        ],
        "links": _links(graph, ids, day),
    }


@dataclass(slots=True)
class Graph:
    """The instruments, their distance from the order, and the links between them."""

    kinds: Collection[str]
    nodes: dict[Key, Any] = field(default_factory=dict)
    distances: dict[Key, int] = field(default_factory=dict)
    relations: dict[int, Relation] = field(default_factory=dict)
    effects: dict[int, Effect] = field(default_factory=dict)

    def add(self, keys: Iterable[Key], distance: int) -> None:
        """Read the instruments that are not in the graph yet."""
        for model in (Order, Agreement):
            new = [pk for kind, pk in keys if kind is model and (model, pk) not in self.nodes]
            for row in model._default_manager.filter(pk__in=new).only(*_SHOWN) if new else ():
                self.nodes[model, row.pk] = row
                self.distances[model, row.pk] = distance

    def follow(self, distance: int) -> None:
        """Follow every link of the public instruments at a distance; others are not followed."""
        last = [
            key for key, far in self.distances.items() if far == distance and self.nodes[key].state == State.PUBLISHED
        ]
        if not last:
            return
        orders, agreements = ([self.nodes[key].pk for key in last if key[0] is model] for model in (Order, Agreement))
        self.relations |= {row.pk: row for row in _relations(orders, agreements, self.kinds)}
        self.effects |= {row.pk: row for row in _effects(orders, agreements, self.kinds)}
        if len(self.relations) + len(self.effects) > MOST_LINKS:
            raise TooMuch("links of this lineage", MOST_LINKS)
        ends = [_ends(relation) for relation in self.relations.values()]
        ends += [pair for effect in self.effects.values() for pair in _ends_of_effect(effect)]
        self.add({key for pair in ends for key in pair}, distance + 1)


# --- Where links are found ----------------------------------------------------------------------


def _relations(orders: Sequence[int], agreements: Sequence[int], kinds: Collection[str]) -> QuerySet[Relation]:
    """Return the relations of public orders, from or to any of the instruments."""
    near = Q(order__in=orders) | Q(to_order__in=orders) | Q(to_agreement__in=agreements)
    rows: QuerySet[Relation] = Relation.objects.filter(near, order__state=State.PUBLISHED, kind__in=kinds)
    return rows[: MOST_LINKS + 1]


def _effects(orders: Sequence[int], agreements: Sequence[int], kinds: Collection[str]) -> QuerySet[Effect]:
    """Return the effects that count, by or on any of the instruments, their measures and their commitments."""
    # Parts by their keys, not by a join: a join in an OR would not use the indexes of these columns.
    measures = list(Measure.objects.filter(order__in=orders).values_list("pk", flat=True))
    commitments = list(Commitment.objects.filter(agreement__in=agreements).values_list("pk", flat=True))
    by = Q(by_order__in=orders) | Q(by_agreement__in=agreements)
    on = Q(order__in=orders) | Q(agreement__in=agreements) | Q(measure__in=measures) | Q(commitment__in=commitments)
    caused = Q(by_order__isnull=False) | Q(by_agreement__isnull=False)
    verbs = [str(verb) for kind, verb in _VERBS.items() if kind in kinds]
    shown = [*(f"measure__{name}" for name in _MEASURE), *(f"commitment__{name}" for name in _COMMITMENT)]
    rows = effects_to_show(*shown).select_related("measure__order", "commitment__agreement")
    return rows.counted().filter(by | on, caused, verb__in=verbs, violation__isnull=True)[: MOST_LINKS + 1]


def _ends(relation: Relation) -> Ends:
    """Return the order that has the relation, and its target."""
    to: Key = (Order, relation.to_order_id) if relation.to_order_id else (Agreement, relation.to_agreement_id)
    return (Order, relation.order_id), to


def _ends_of_effect(effect: Effect) -> list[Ends]:
    """Return the cause and the target of an effect; two pairs if it was caused by an order and an agreement."""
    if effect.measure is not None:
        to: Key = (Order, effect.measure.order_id)
    elif effect.commitment is not None:
        to = (Agreement, effect.commitment.agreement_id)
    else:
        to = (Order, effect.order_id) if effect.order_id else (Agreement, effect.agreement_id)
    causes: list[Key] = []
    if effect.by_order_id:
        causes.append((Order, effect.by_order_id))
    if effect.by_agreement_id:
        causes.append((Agreement, effect.by_agreement_id))
    return [(cause, to) for cause in causes if cause != to]


# --- How they are shown -------------------------------------------------------------------------


def _standings(graph: Graph, day: date) -> dict[Key, str]:
    """Return the code of the standing of each instrument on the day."""
    standings: dict[Key, str] = {}
    for model in (Order, Agreement):
        rows = model.objects.filter(pk__in=[pk for kind, pk in graph.nodes if kind is model]).with_standing(day)
        standings |= {(model, pk): code for pk, code in rows.order_by().values_list("pk", "standing")}
    return standings


def _node(row: Any, standing: str) -> dict[str, Any]:
    """Return an instrument as a node; one that is not public has only its slug."""
    public = row.state == State.PUBLISHED
    return {
        "type": str(row._meta.model_name),
        **named(row),
        "kind": row.kind if public else None,
        "dated_on": row.dated_on if public else None,
        "standing": standing if public else None,
    }


def _links(graph: Graph, ids: dict[Key, str], day: date) -> list[dict[str, Any]]:
    """Return every link, oldest first: a relation by the day of its order, an effect by its own day."""
    of_orders = citations_of("order", {relation.order_id for relation in graph.relations.values()})
    of_events = citations_of("event", {effect.event_id for effect in graph.effects.values()})
    dated_links: list[tuple[tuple[date, str], dict[str, Any]]] = []
    for relation in graph.relations.values():
        source, target = _ends(relation)
        dated = graph.nodes[source].dated_on
        link = {"from": ids[source], "kind": relation.kind, "to": ids[target], "basis": TEXT}
        cited = supporting(of_orders.get(relation.order_id, ()), "relations", relation.ordinal)
        dated_links.append(((dated or date.max, f"{relation.ordinal:06}"), link | _text(relation, dated, day, cited)))
    for effect in graph.effects.values():
        cited = supporting(of_events.get(effect.event_id, ()), "effects", effect.ordinal)
        for source, target in _ends_of_effect(effect):
            link = {"from": ids[source], "kind": ACTIVE[Verb(effect.verb)], "to": ids[target], "basis": EFFECT}
            dated_links.append(((effect.effective_latest, effect.tie), link | _done(effect, day, cited)))
    dated_links.sort(key=lambda item: (item[0][0], item[1]["from"], item[1]["to"], item[0][1], item[1]["kind"]))
    return [link for _, link in dated_links]


def _text(relation: Relation, dated: date | None, day: date, cited: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the keys of a relation, which holds from the day of its order."""
    return {
        "in_part": relation.in_part,
        "effective_on": None,
        "certain": dated is not None and dated <= day,
        "upcoming": dated is not None and dated > day,
        **given({"note": relation.note}),
        "citations": cited,
    }


def _done(effect: Effect, day: date, cited: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the keys of an effect."""
    return {
        "in_part": effect.in_part,
        "effective_on": effect.effective_on,
        "certain": effect.effective_latest <= day,
        "upcoming": effect.effective_earliest > day,
        **{name: named(row) for name in _NAMED if (row := getattr(effect, name)) is not None},
        **given({name: getattr(effect, name) for name in _LINK_COLUMNS}),
        "citations": cited,
    }
