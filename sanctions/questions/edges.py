"""The ties between actors, orders, agreements and programs, and the tables that contain them.

A tie leads from one record to another, and has a kind and dates. It counts if the record that contains it is public;
an event must not be cancelled.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from itertools import combinations, groupby
from operator import or_
from typing import Any, Final, NamedTuple

from django.db.models import DateField, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from sanctions.models import Directive, Effect, Measure, Order, Participation, Program, Relation, Relationship
from sanctions.questions.lineage import ACTIVE
from sanctions.vocabulary import Modality, RelationKind, RelationshipKind, State

#: Noun and primary key of a record.
Key = tuple[str, int]

ISSUES: Final = "issues"
SIGNS: Final = "signs"
DIRECTS: Final = "directs"
TARGETS: Final = "targets"
PARTY: Final = "party_to"
BELONGS: Final = "belongs_to"
RUNS: Final = "runs"
TOGETHER: Final = "took_part_with"

#: The kinds of link to choose from; programs and shared events have parameters of their own.
KINDS: Final = tuple(
    dict.fromkeys(
        [*map(str, RelationshipKind), ISSUES, SIGNS, DIRECTS, TARGETS, PARTY, *map(str, RelationKind), *ACTIVE.values()]
    )
)
PROGRAM_KINDS: Final = (BELONGS, RUNS)
#: Rows of one table that are read for an answer.
MOST_ROWS: Final = 50_000


class Tie(NamedTuple):
    """One tie between two records.

    ``unit`` is the key of what a link counts, ``owner`` the record that contains the tie, ``first`` and ``last`` the
    first and last day on which it can hold; an open or unknown one is ``date.min`` or ``date.max``. ``in_part`` is true
    for a tie to a part only, such as a measure or a commitment.
    """

    start: Key
    end: Key
    kind: str
    unit: int
    owner: Key
    first: date
    last: date
    in_part: bool = False


@dataclass(frozen=True, slots=True)
class TieQuery:
    """The ties to find.

    ``touching`` has pairs of noun and primary keys (for actors a collection, for others also a query): a tie has an end
    in each of them. ``since`` and ``until`` are the first and the last day: a tie certainly lies between them, or, if
    it is a lasting state, can hold in between.
    """

    kinds: Collection[str]
    touching: Sequence[tuple[str, Any]] = ()
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class End:
    """One end of ties: a noun, and the columns one of which has the key of the record."""

    noun: str
    paths: tuple[str, ...]

    @property
    def key(self) -> Any:
        """The record's primary key, as a column or expression."""
        return self.paths[0] if len(self.paths) == 1 else Coalesce(*self.paths)

    def among(self, records: Any) -> Q:
        """Return the condition that it is one of some records."""
        return reduce(or_, (Q(**{f"{path}__in": records}) for path in self.paths))

    def exists(self) -> Q:
        """Return the condition that the row has this end."""
        return reduce(or_, (Q(**{f"{path}__isnull": False}) for path in self.paths))


@dataclass(frozen=True, slots=True)
class TieTable:
    """A table each of whose rows is a tie.

    ``kinds`` maps the codes in the column ``code`` to kinds of link; without a column it has one entry, for the empty
    code. ``dates`` are the columns of the earliest and the latest day; with ``lasts`` they are the beginning and the
    end (exclusive) of a state. The tie is in part if any of the columns ``parts`` has a value.
    """

    rows: Callable[[], QuerySet[Any]]
    start: End
    end: End
    kinds: Mapping[str, str]
    owner: tuple[str, str]
    dates: tuple[str, str] | None
    code: str = ""
    unit: str = "pk"
    lasts: bool = False
    parts: tuple[str, ...] = ()

    def select(self, query: TieQuery) -> QuerySet[Any] | None:
        """Return the rows that match; ``None`` if no row of the table can."""
        codes = [code for code, kind in self.kinds.items() if kind in query.kinds]
        ends = (self.start, self.end)
        if not codes or not {noun for noun, _ in query.touching} <= {end.noun for end in ends}:
            return None
        condition = self.start.exists() & self.end.exists() & self._dated(query)
        for noun, records in query.touching:
            condition &= reduce(or_, (end.among(records) for end in ends if end.noun == noun))
        if self.code:
            condition &= Q(**{f"{self.code}__in": codes})
        return self.rows().filter(condition)

    def _dated(self, query: TieQuery) -> Q:
        if self.dates is None:
            return Q()
        earliest, latest = self.dates
        condition = Q()
        if query.since is not None:
            after = Q(**{f"{latest}__gt": query.since}) | Q(**{f"{latest}__isnull": True})
            condition &= after if self.lasts else Q(**{f"{earliest}__gte": query.since})
        if query.until is not None:
            before = Q(**{f"{earliest}__lte": query.until}) | Q(**{f"{earliest}__isnull": True})
            condition &= before if self.lasts else Q(**{f"{latest}__lte": query.until})
        return condition

    def read(self, rows: QuerySet[Any]) -> Iterator[Tie]:
        """Yield the ties in the rows, at most one more than :data:`MOST_ROWS`, without ties of a record to itself."""
        noun, owner = self.owner
        nothing, empty = Value(None, output_field=DateField()), Value("")
        dates, code = self.dates or (nothing, nothing), self.code or empty
        columns = [self.start.key, self.end.key, self.unit, owner, *dates, code, *self.parts]
        values = rows.order_by().values_list(*columns)[: MOST_ROWS + 1]
        for start_pk, end_pk, unit, owner_pk, earliest, latest, coded, *parts in values:
            start, end = (self.start.noun, start_pk), (self.end.noun, end_pk)
            if start != end:
                last = latest - timedelta(days=1) if latest and self.lasts else latest
                span = (earliest or date.min, last or date.max)
                yield Tie(start, end, self.kinds[coded], unit, (noun, owner_pk), *span, in_part=any(parts))


def _public(owner: str, rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(**{f"{owner}__state": State.PUBLISHED})


def _effects() -> QuerySet[Effect]:
    return Effect.objects.counted()


_BY: Final = (End("order", ("by_order_id",)), End("agreement", ("by_agreement_id",)))
_ON: Final = (
    End("order", ("order_id", "measure__order_id")),
    End("agreement", ("agreement_id", "commitment__agreement_id")),
)
_OF_ORDER: Final = ("order__dated_on", "order__dated_on")

TIES: Final[tuple[TieTable, ...]] = (
    TieTable(
        rows=lambda: _public("actor", Relationship.objects.all()),
        start=End("actor", ("actor_id",)),
        end=End("actor", ("to_id",)),
        kinds={str(kind): str(kind) for kind in RelationshipKind},
        code="kind",
        owner=("actor", "actor_id"),
        dates=("from_earliest", "until_latest"),
        lasts=True,
    ),
    *(
        TieTable(
            rows=Order.objects.published,
            start=End("actor", (column,)),
            end=End("order", ("pk",)),
            kinds={"": kind},
            owner=("order", "pk"),
            dates=("dated_on", "dated_on"),
        )
        for column, kind in (("issuer_id", ISSUES), ("signatory_id", SIGNS))
    ),
    TieTable(
        rows=lambda: _public("order", Directive.objects.all()),
        start=End("order", ("order_id",)),
        end=End("actor", ("addressee_id",)),
        kinds={"": DIRECTS},
        owner=("order", "order_id"),
        dates=_OF_ORDER,
    ),
    *(
        TieTable(
            rows=lambda links=links: _public("measure__order", links.objects.all()),  # type: ignore[misc]
            start=End("order", ("measure__order_id",)),
            end=End("actor", ("actor_id",)),
            kinds={"": TARGETS},
            unit="measure_id",
            owner=("order", "measure__order_id"),
            dates=("measure__order__dated_on", "measure__order__dated_on"),
        )
        for links in (Measure.targets.through, Measure.territories.through)
    ),
    *(
        TieTable(
            rows=lambda: _public("order", Relation.objects.all()),
            start=End("order", ("order_id",)),
            end=End(noun, (f"to_{noun}_id",)),
            kinds={str(kind): str(kind) for kind in RelationKind},
            code="kind",
            owner=("order", "order_id"),
            dates=_OF_ORDER,
            parts=("in_part",),
        )
        for noun in ("order", "agreement")
    ),
    *(
        TieTable(
            rows=_effects,
            start=by,
            end=on,
            kinds={str(verb): kind for verb, kind in ACTIVE.items()},
            code="verb",
            owner=("event", "event_id"),
            dates=("effective_earliest", "effective_latest"),
            parts=("in_part", "measure_id", "commitment_id"),
        )
        for by in _BY
        for on in _ON
    ),
    TieTable(
        rows=_effects,
        start=End("actor", ("party_id",)),
        end=End("agreement", ("agreement_id",)),
        kinds={"": PARTY},
        owner=("event", "event_id"),
        dates=("effective_earliest", "effective_latest"),
    ),
    TieTable(
        rows=lambda: _public("order", Order.programs.through.objects.all()),
        start=End("order", ("order_id",)),
        end=End("program", ("program_id",)),
        kinds={"": BELONGS},
        owner=("order", "order_id"),
        dates=_OF_ORDER,
    ),
    TieTable(
        rows=Program.objects.published,
        start=End("actor", ("issuer_id",)),
        end=End("program", ("pk",)),
        kinds={"": RUNS},
        owner=("program", "pk"),
        dates=None,
    ),
)


# --- Shared events ------------------------------------------------------------------------------


def participations(query: TieQuery) -> QuerySet[Any] | None:
    """Return the participations in events that can make ties; ``None`` if the query has no such ties."""
    if TOGETHER not in query.kinds or any(noun != "actor" for noun, _ in query.touching):
        return None
    rows = Participation.objects.filter(event__state=State.PUBLISHED, event__modality=Modality.OCCURRED)
    if query.since is not None:
        rows = rows.filter(event__happened_earliest__gte=query.since)
    if query.until is not None:
        rows = rows.filter(event__happened_latest__lte=query.until)
    for _, actors in query.touching:
        theirs = Participation.objects.filter(actor__in=actors)
        rows = rows.filter(event__in=theirs.values("event"))
    return rows


def participant_pairs(rows: QuerySet[Any], query: TieQuery) -> Iterator[Tie]:
    """Yield a tie for every two actors that took part in one event, if the query selects it."""
    touching = [set(actors) for _, actors in query.touching]
    columns = ("event_id", "event__happened_earliest", "event__happened_latest", "actor_id")
    values: Iterable[Any] = rows.order_by("event_id").values_list(*columns)[: MOST_ROWS + 1]
    for (event, earliest, latest), of_event in groupby(values, key=lambda row: row[:3]):
        for first, second in combinations(sorted({row[3] for row in of_event}), 2):
            if all(first in actors or second in actors for actors in touching):
                yield Tie(("actor", first), ("actor", second), TOGETHER, event, ("event", event), earliest, latest)
