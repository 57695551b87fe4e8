"""What ties actors, orders, agreements and programs to each other, and in which rows it is found.

A tie leads from one record to another, is of one kind, and has the dates of what it rests on. It counts where the
record that says so is public, an event also only if it was not cancelled.
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

#: The kinds of link that a question may choose from; those of programs and of shared events it asks for otherwise.
KINDS: Final = tuple(
    dict.fromkeys(
        [*map(str, RelationshipKind), ISSUES, SIGNS, DIRECTS, TARGETS, PARTY, *map(str, RelationKind), *ACTIVE.values()]
    )
)
PROGRAM_KINDS: Final = (BELONGS, RUNS)
#: Rows of one sort that are read for one answer.
MOST_ROWS: Final = 50_000


class Tie(NamedTuple):
    """One thing that ties a record to another.

    ``unit`` is what a link counts, ``owner`` the record that says so, ``first`` and ``last`` the days from which
    and up to which it can be. One that is open or unknown is the first or the last day there is. ``in_part`` tells
    that it is so of a part only: of a measure, a commitment, or what it calls a part.
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
class Wanted:
    """Which ties are wanted: of which kinds, of which time, and touching what.

    ``touching`` has nouns and records (primary keys; of actors as a collection, of others also as a query): a tie
    has one of each among its ends. ``since`` and ``until`` are the first and the last day; a tie lies certainly
    between them, or, where it is a state that lasts, may hold in between.
    """

    kinds: Collection[str]
    touching: Sequence[tuple[str, Any]] = ()
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class End:
    """One end of ties: a noun, and the columns of which one leads to the record."""

    noun: str
    paths: tuple[str, ...]

    @property
    def key(self) -> Any:
        """The record's primary key, as a column or expression."""
        return self.paths[0] if len(self.paths) == 1 else Coalesce(*self.paths)

    def among(self, records: Any) -> Q:
        """Return the condition that it is one of some records."""
        return reduce(or_, (Q(**{f"{path}__in": records}) for path in self.paths))

    def there(self) -> Q:
        """Return the condition that the row has it."""
        return reduce(or_, (Q(**{f"{path}__isnull": False}) for path in self.paths))


@dataclass(frozen=True, slots=True)
class Ties:
    """Rows of one sort, each of which is a tie.

    ``kinds`` is what the codes in the column ``code`` are called as kinds of link; without such a column it has one
    entry, for the empty code. ``dates`` are the columns of the earliest and the latest day; ``lasts`` tells that these
    are the beginning and the end (the first day no longer) of a state. Where one of the columns ``parts`` has
    something in it, the tie is one in part.
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

    def found(self, wanted: Wanted) -> QuerySet[Any] | None:
        """Return the rows that are wanted; ``None`` if rows of this sort cannot be."""
        codes = [code for code, kind in self.kinds.items() if kind in wanted.kinds]
        ends = (self.start, self.end)
        if not codes or not {noun for noun, _ in wanted.touching} <= {end.noun for end in ends}:
            return None
        condition = self.start.there() & self.end.there() & self._dated(wanted)
        for noun, records in wanted.touching:
            condition &= reduce(or_, (end.among(records) for end in ends if end.noun == noun))
        if self.code:
            condition &= Q(**{f"{self.code}__in": codes})
        return self.rows().filter(condition)

    def _dated(self, wanted: Wanted) -> Q:
        if self.dates is None:
            return Q()
        earliest, latest = self.dates
        condition = Q()
        if wanted.since is not None:
            after = Q(**{f"{latest}__gt": wanted.since}) | Q(**{f"{latest}__isnull": True})
            condition &= after if self.lasts else Q(**{f"{earliest}__gte": wanted.since})
        if wanted.until is not None:
            before = Q(**{f"{earliest}__lte": wanted.until}) | Q(**{f"{earliest}__isnull": True})
            condition &= before if self.lasts else Q(**{f"{latest}__lte": wanted.until})
        return condition

    def read(self, rows: QuerySet[Any]) -> Iterator[Tie]:
        """Yield the ties in the rows, no more than one over :data:`MOST_ROWS`; a record is not tied to itself."""
        noun, owner = self.owner
        nothing, empty = Value(None, output_field=DateField()), Value("")
        dates, code = self.dates or (nothing, nothing), self.code or empty
        columns = [self.start.key, self.end.key, self.unit, owner, *dates, code, *self.parts]
        found = rows.order_by().values_list(*columns)[: MOST_ROWS + 1]
        for start, end, unit, said_by, earliest, latest, coded, *parts in found:
            here, there = (self.start.noun, start), (self.end.noun, end)
            if here != there:
                last = latest - timedelta(days=1) if latest and self.lasts else latest
                span = (earliest or date.min, last or date.max)
                yield Tie(here, there, self.kinds[coded], unit, (noun, said_by), *span, in_part=any(parts))


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

TIES: Final[tuple[Ties, ...]] = (
    Ties(
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
        Ties(
            rows=Order.objects.published,
            start=End("actor", (column,)),
            end=End("order", ("pk",)),
            kinds={"": kind},
            owner=("order", "pk"),
            dates=("dated_on", "dated_on"),
        )
        for column, kind in (("issuer_id", ISSUES), ("signatory_id", SIGNS))
    ),
    Ties(
        rows=lambda: _public("order", Directive.objects.all()),
        start=End("order", ("order_id",)),
        end=End("actor", ("addressee_id",)),
        kinds={"": DIRECTS},
        owner=("order", "order_id"),
        dates=_OF_ORDER,
    ),
    *(
        Ties(
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
        Ties(
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
        Ties(
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
    Ties(
        rows=_effects,
        start=End("actor", ("party_id",)),
        end=End("agreement", ("agreement_id",)),
        kinds={"": PARTY},
        owner=("event", "event_id"),
        dates=("effective_earliest", "effective_latest"),
    ),
    Ties(
        rows=lambda: _public("order", Order.programs.through.objects.all()),
        start=End("order", ("order_id",)),
        end=End("program", ("program_id",)),
        kinds={"": BELONGS},
        owner=("order", "order_id"),
        dates=_OF_ORDER,
    ),
    Ties(
        rows=Program.objects.published,
        start=End("actor", ("issuer_id",)),
        end=End("program", ("pk",)),
        kinds={"": RUNS},
        owner=("program", "pk"),
        dates=None,
    ),
)


# --- Shared events ------------------------------------------------------------------------------


def shared(wanted: Wanted) -> QuerySet[Any] | None:
    """Return who took part in events that occurred, as far as pairs of them are wanted; ``None`` if none are."""
    if TOGETHER not in wanted.kinds or any(noun != "actor" for noun, _ in wanted.touching):
        return None
    rows = Participation.objects.filter(event__state=State.PUBLISHED, event__modality=Modality.OCCURRED)
    if wanted.since is not None:
        rows = rows.filter(event__happened_earliest__gte=wanted.since)
    if wanted.until is not None:
        rows = rows.filter(event__happened_latest__lte=wanted.until)
    for _, actors in wanted.touching:
        theirs = Participation.objects.filter(actor__in=actors)
        rows = rows.filter(event__in=theirs.values("event"))
    return rows


def pairs(rows: QuerySet[Any], wanted: Wanted) -> Iterator[Tie]:
    """Yield every two who took part in one event, as far as they are wanted."""
    touching = [set(actors) for _, actors in wanted.touching]
    columns = ("event_id", "event__happened_earliest", "event__happened_latest", "actor_id")
    found: Iterable[Any] = rows.order_by("event_id").values_list(*columns)[: MOST_ROWS + 1]
    for (event, earliest, latest), some in groupby(found, key=lambda row: row[:3]):
        for one, other in combinations(sorted({row[3] for row in some}), 2):
            if all(one in actors or other in actors for actors in touching):
                yield Tie(("actor", one), ("actor", other), TOGETHER, event, ("event", event), earliest, latest)
