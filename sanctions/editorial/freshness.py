"""Public records that may be out of date: they still hold, and were not changed or confirmed for a long time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Value

from sanctions.database.unions import union_all
from sanctions.models import (
    Actor,
    Agreement,
    Designation,
    Event,
    LogEntry,
    Order,
    Program,
    Record,
    Relationship,
    Tenure,
    Version,
    Violation,
)
from sanctions.records.registry import LABELS, type_of
from sanctions.vocabulary import Modality, Move, Standing, State

_S = Standing
#: Standings after which nothing more is expected to change.
OVER: Final = (_S.ENDED, _S.LAPSED, _S.NOT_CLAIMED, _S.EXCUSED, _S.CURED, _S.RETRACTED)


@dataclass(frozen=True, slots=True)
class StaleRecord:
    """A published record that still holds and was last changed or confirmed at ``checked_at``."""

    record_type: str
    pk: int
    slug: str
    label: str
    checked_at: datetime | None


def last_confirmation(record: Record) -> LogEntry | None:
    """Return the last entry of the log that confirms the record as still right."""
    entries = LogEntry.objects.filter(record_type=type_of(record).name, slug=record.slug, move=Move.CONFIRMED)
    return entries.order_by("-number").first()


def _standing(model: type[Record], day: date) -> QuerySet[Any]:
    rows: QuerySet[Any] = model._default_manager.with_standing(day)  # type: ignore[attr-defined]
    return rows.exclude(standing__in=OVER)


def _of_actors(day: date) -> QuerySet[Any]:
    """Return actors that are in office on a day or have a relationship to another actor."""
    office = Exists(Tenure.objects.filter(Tenure.on(day), actor=OuterRef("pk")))
    tie = Exists(Relationship.objects.filter(Relationship.on(day), actor=OuterRef("pk")))
    return Actor.objects.filter(office | tie)


#: Model → its records that hold on a day, or are still to come. Sources are not among them: their content does not
#: become outdated, and another check covers their links.
_HOLDING: Final[dict[type[Record], Callable[[date], QuerySet[Any]]]] = {
    Order: lambda day: _standing(Order, day),
    Agreement: lambda day: _standing(Agreement, day),
    Violation: lambda day: _standing(Violation, day),
    Designation: lambda day: Designation.objects.exclude(delisted_latest__lte=day),
    Program: lambda day: Program.objects.all(),
    Actor: _of_actors,
    Event: lambda day: Event.objects.filter(modality__in=[Modality.SCHEDULED, Modality.CONDITIONAL]),
}


def find_stale_records(models: Iterable[type[Record]], day: date, before: datetime, most: int) -> list[StaleRecord]:
    """Return published records that still hold on the day and were not changed or confirmed since an instant.

    At most ``most``, the longest unchecked first, in one query. A record is checked by its public version, and by an
    entry of the log that confirms it.
    """
    queries = [_unchecked(model, _HOLDING[model](day), before) for model in models if model in _HOLDING]
    if not queries:
        return []
    rows = union_all(queries).order_by("changed_at", "slug")[:most]
    return [
        StaleRecord(noun, pk, slug, label, max(filter(None, (changed, confirmed)), default=None))
        for noun, pk, slug, label, changed, confirmed in rows
    ]


def _unchecked(model: type[Record], holding: QuerySet[Any], before: datetime) -> QuerySet[Any]:
    noun = type_of(model).name
    about = {"record_type": noun, "slug": OuterRef("slug")}
    version = Version.objects.filter(**about, recorded_to__isnull=True).order_by()
    confirmed = LogEntry.objects.filter(**about, move=Move.CONFIRMED).order_by()
    recent = Exists(version.filter(recorded_from__gte=before)) | Exists(confirmed.filter(at__gte=before))
    last = confirmed.values("slug").annotate(last=Max("at")).values("last")
    rows: QuerySet[Any] = holding.filter(~Q(recent), state=State.PUBLISHED).order_by()
    dated = rows.annotate(changed_at=Subquery(version.values("recorded_from")[:1]), confirmed_at=Subquery(last))
    values: QuerySet[Any] = dated.values_list(Value(noun), "pk", "slug", F(LABELS[noun]), "changed_at", "confirmed_at")
    return values
