"""The parameters of the list of notices."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from api.http.parameters import Dates, Slug, Slugs
from api.v1.filters.base import Condition, ListParameters, Parameters, codes
from sanctions.database.past_views import instant_seen
from sanctions.edtf import Extent
from sanctions.models import Version
from sanctions.records.registry import BY_NAME
from sanctions.vocabulary import NOTICES


class EverPublic(Slug):
    """A record that was ever public, named by its slug: retracted ones too."""

    def __init__(self, help_text: str) -> None:
        super().__init__(help_text, Version)

    @property
    def noun(self) -> str:
        """What the record is, in words."""
        return "record that was ever public"

    def published(self) -> QuerySet[Any]:
        """Return the versions of what may be named."""
        return Version.objects.recorded_by(instant_seen()).order_by()

    def named(self, slug: str) -> Version | None:
        """Return a version of the record; which there are depends on the instant of the question."""
        return self.published().filter(slug=slug).first()


_RECORD = EverPublic("The record of which it is, by its slug; retracted ones too.")


def _of_any(values: list[Version], asked: Parameters) -> Q:
    return Q(slug__in=[row.slug for row in values])


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def _since(value: Extent, asked: Parameters) -> Q:
    return Q(recorded_from__gte=_midnight(value.earliest))


def _until(value: Extent, asked: Parameters) -> Q:
    return Q() if value.latest == date.max else Q(recorded_from__lt=_midnight(value.latest + timedelta(days=1)))


def _within(value: Extent, asked: Parameters) -> Q:
    return _since(value, asked) & _until(value, asked)


class NoticeParameters(ListParameters):
    """What notices are asked for by."""

    type_, type__in = codes("What kind of record it is of.", BY_NAME, "record_type")
    slug = Condition(_RECORD, lambda value, asked: Q(slug=value.slug))
    slug__in = Condition(Slugs(_RECORD), _of_any)
    kind, kind__in = codes("What the notice says of the record.", NOTICES, "kind")
    recorded_on = Condition(Dates("When it was given (UTC), within this date, such as 2026-11."), _within)
    recorded_on__gte = Condition(Dates("When it was given (UTC), not before this date."), _since)
    recorded_on__lte = Condition(Dates("When it was given (UTC), not after this date."), _until)

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return those that meet every condition and that there were by the instant of the question."""
        rows = super().filter_queryset(queryset)
        return rows if self.instant is None else rows.filter(recorded_from__lte=self.instant)
