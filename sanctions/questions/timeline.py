"""The timeline: the events that concern some records, and the rows of each event that do.

Both follow from one table, :data:`_WAYS`: for each kind of record the rows of an event, and the keys in them, that can
refer to it. Records include others: a program its orders, an order its measures, an agreement its commitments.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import and_, or_
from typing import Any, Final

from django.db import models
from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from sanctions.database.past_views import instant_seen
from sanctions.models import Actor, Agreement, Commitment, Event, Measure, Order, Program, Version, Violation
from sanctions.records.base import Document
from sanctions.vocabulary import SUBJECT_FIELDS

#: What a timeline can be of: kind → model.
KINDS: Final[Mapping[str, type[models.Model]]] = {
    "actor": Actor,
    "order": Order,
    "measure": Measure,
    "agreement": Agreement,
    "commitment": Commitment,
    "violation": Violation,
    "program": Program,
}
#: Kind → rows of an event → the keys that can refer to it.
_WAYS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "actor": {"participations": ("actor",), "effects": ("party",), "positions": ("holder", "actor")},
    "order": {"effects": ("order", "by_order"), "references": ("order",), "positions": ("order",)},
    "measure": {"effects": ("measure",), "positions": ("measure",)},
    "agreement": {"effects": ("agreement", "by_agreement"), "references": ("agreement",), "positions": ("agreement",)},
    "commitment": {
        "effects": ("commitment",),
        "references": ("commitment",),
        "positions": ("commitment",),
        "measurements": ("commitment",),
    },
    "violation": {
        "effects": ("violation",),
        "references": ("violation",),
        "positions": ("violation",),
        "measurements": ("violation",),
        "penalties": ("violation",),
    },
}
#: The keys of the rows that put an event on the timeline.
SHOWN: Final[Mapping[str, tuple[str, ...]]] = {
    "participations": ("actor", "role", "capacity"),
    "effects": (
        *(*SUBJECT_FIELDS, "party", "verb", "effective_on", "until"),
        *("by_order", "by_agreement", "in_part", "milestone", "condition", "contested"),
    ),
    "references": ("kind", "order", "agreement", "commitment", "violation"),
    "positions": (*("holder", "stance", "actor", *SUBJECT_FIELDS, "paraphrase", "quote"),),
    "measurements": ("commitment", "violation", "metric", "value", "unit", "limit", "measured_by", "report_number"),
    "penalties": ("violation", "kind", "amount", "currency", "payer"),
}
ROW: Final = ("slug", "url", "happened_on", "happened", "kind", "class", "title", "modality")

#: Kind → slugs.
_Slugs = Mapping[str, Iterable[str]]


@dataclass(frozen=True, slots=True)
class TimelineSubjects:
    """What a timeline is of: rows by kind. With ``roles`` an event counts for an actor only if it has one of them."""

    rows: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    roles: Sequence[str] = ()

    def __len__(self) -> int:
        """Return the number of rows."""
        return sum(len(rows) for rows in self.rows.values())

    def any_of(self) -> Q:
        """Return the condition on events that concern any of the rows; without rows, no condition."""
        if not len(self):
            return Q()
        # One subquery, not many conditions: the database can start from it.
        first, *others = self._events()
        return Q(pk__in=first.union(*others, all=True))

    def all_of(self) -> Q:
        """Return the condition on events that concern every one of the rows."""
        each = (TimelineSubjects({kind: [row]}, self.roles) for kind, rows in self.rows.items() for row in rows)
        return reduce(and_, (subject.any_of() for subject in each), Q())

    def with_included(self) -> dict[str, list[QuerySet[Any]]]:
        """Return kind → querysets of the rows and of those that they include."""
        requested = {kind: KINDS[kind]._default_manager.filter(pk__in=_keys(rows)) for kind, rows in self.rows.items()}
        included: dict[str, list[QuerySet[Any]]] = defaultdict(list)
        for kind, rows in requested.items():
            included[kind].append(rows)
        if "program" in requested:
            links = Order.programs.through._default_manager.filter(program__in=_keys(self.rows["program"]))
            included["order"].append(Order.objects.published().filter(pk__in=links.values("order")))
        included["measure"] += [Measure.objects.published().filter(order__in=rows) for rows in included["order"]]
        included["commitment"] += [
            Commitment.objects.published().filter(agreement__in=rows) for rows in included["agreement"]
        ]
        return {kind: rows for kind, rows in included.items() if kind in _WAYS and rows}

    def _events(self) -> Iterator[QuerySet[Any]]:
        """Yield the events that refer to one of the rows, for each way to refer to it."""
        for kind, querysets in self.with_included().items():
            for part, keys in self.ways(kind).items():
                rows: Any = Event._meta.get_field(part).related_model
                for key in keys:
                    named = reduce(or_, (Q(**{f"{key}__in": things.values("pk")}) for things in querysets))
                    if part == "participations" and self.roles:
                        named &= Q(role__in=self.roles)
                    yield rows._default_manager.filter(named).order_by().values("event")

    def ways(self, kind: str) -> Mapping[str, tuple[str, ...]]:
        """Return the rows of an event, and their keys, that can refer to a kind."""
        if kind == "actor" and self.roles:
            return {"participations": ("actor",)}
        return _WAYS[kind]


def _keys(rows: Iterable[Any]) -> list[int]:
    return [row.pk for row in rows]


def last_recorded(events: QuerySet[Event]) -> QuerySet[Event]:
    """Order events by when their public version was recorded, newest first."""
    versions = Version.objects.filter(record_type="event", slug=OuterRef("slug")).recorded_by(instant_seen())
    recorded = versions.order_by("-number").values("recorded_from")[:1]
    return events.annotate(recorded=Subquery(recorded)).order_by(F("recorded").desc(nulls_last=True), "slug")


def rows_of(events: Sequence[tuple[Event, Document]], things: TimelineSubjects, day: date) -> list[dict[str, Any]]:
    """Return the rows of a timeline for events and their renderings, in one query for each kind."""
    wanted = _wanted(things, [document for _, document in events])
    return [_row(event, document, things, wanted, day) for event, document in events]


def _wanted(things: TimelineSubjects, documents: Sequence[Document]) -> dict[str, set[str]]:
    """Return kind → slugs of what the documents refer to and the timeline is of."""
    named: dict[str, set[str]] = defaultdict(set)
    included = things.with_included()
    for document in documents:
        for kind in included:
            for part, keys in things.ways(kind).items():
                named[kind].update(row[key]["slug"] for row in document[part] for key in keys if key in row)
    wanted = {}
    for kind, querysets in included.items():
        is_included = reduce(or_, (Q(pk__in=rows.values("pk")) for rows in querysets))
        rows = KINDS[kind]._default_manager.filter(is_included, slug__in=named[kind])
        wanted[kind] = set(rows.values_list("slug", flat=True))
    return wanted


def _row(event: Event, document: Document, things: TimelineSubjects, wanted: _Slugs, day: date) -> dict[str, Any]:
    conditions = [effect["condition"] for effect in document["effects"] if "condition" in effect]
    return {
        **{key: document[key] for key in ROW},
        "upcoming": _upcoming(event, day),
        "conditions": list(dict.fromkeys(conditions)),
        "actors": [_pick(row, ("actor", "role")) for row in document["participations"]],
        "matches": _matches(document, things, wanted),
    }


def _upcoming(event: Event, day: date) -> bool | None:
    """Return whether an event lies after the day; ``None`` if its date leaves it open."""
    if event.happened_earliest is not None and event.happened_earliest > day:
        return True
    return None if event.happened_latest is not None and event.happened_latest > day else False


def _matches(document: Document, things: TimelineSubjects, wanted: _Slugs) -> dict[str, list[Document]]:
    """Return the rows of an event that refer to what the timeline is of."""
    matches: dict[str, list[Document]] = {}
    for part, shown in SHOWN.items():
        ways = [(kind, key) for kind in wanted for key in things.ways(kind).get(part, ())]
        rows = [row for row in document[part] if _counts(row, part, things) and _names(row, ways, wanted)]
        if rows:
            matches[part] = [_pick(row, shown) for row in rows]
    return matches


def _counts(row: Document, part: str, things: TimelineSubjects) -> bool:
    return part != "participations" or not things.roles or row["role"] in things.roles


def _names(row: Document, ways: Iterable[tuple[str, str]], wanted: _Slugs) -> bool:
    return any(key in row and row[key]["slug"] in wanted[kind] for kind, key in ways)


def _pick(row: Document, keys: Iterable[str]) -> Document:
    return {key: row[key] for key in keys if key in row}
