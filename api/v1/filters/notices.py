"""The parameters of the list of notices."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from api.http.parameters.dates import Dates
from api.http.parameters.records import Slug, Slugs
from api.v1.filters.base import FilterCondition, Parameters
from api.v1.filters.conditions import codes
from api.v1.filters.lists import ListParameters
from sanctions.database.past_views import instant_seen
from sanctions.edtf import Extent
from sanctions.models import Version
from sanctions.records.registry import BY_NAME
from sanctions.vocabulary import NOTICES


class EverPublic(Slug):
    """A record that is or was public, by its slug; retracted records included."""

    def __init__(self, help_text: str) -> None:
        super().__init__(help_text, Version)

    @property
    def noun(self) -> str:
        return "record that is or was public"

    def published(self) -> QuerySet[Any]:
        """Return the versions of the records that may be named."""
        return Version.objects.recorded_by(instant_seen()).order_by()

    def find(self, slug: str) -> Version | None:
        """Return a version of the record that existed at the instant of the question."""
        return self.published().filter(slug=slug).first()


_RECORD = EverPublic("The record that the notice is about, by its slug; retracted records included.")


def _of_any(values: list[Version], parameters: Parameters) -> Q:
    return Q(slug__in=[row.slug for row in values])


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def _since(value: Extent, parameters: Parameters) -> Q:
    return Q(recorded_from__gte=_midnight(value.earliest))


def _until(value: Extent, parameters: Parameters) -> Q:
    return Q() if value.latest == date.max else Q(recorded_from__lt=_midnight(value.latest + timedelta(days=1)))


def _within(value: Extent, parameters: Parameters) -> Q:
    return _since(value, parameters) & _until(value, parameters)


class NoticeParameters(ListParameters):
    """The filters of notices."""

    type_, type__in = codes("The type of the record that the notice is about.", BY_NAME, "record_type")
    slug = FilterCondition(_RECORD, lambda value, given: Q(slug=value.slug))
    slug__in = FilterCondition(Slugs(_RECORD), _of_any)
    kind, kind__in = codes("The kind of the notice.", NOTICES, "kind")
    recorded_on = FilterCondition(Dates("When it was published (UTC), within this date, such as 2026-11."), _within)
    recorded_on__gte = FilterCondition(Dates("When it was published (UTC), not before this date."), _since)
    recorded_on__lte = FilterCondition(Dates("When it was published (UTC), not after this date."), _until)

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the notices that meet every condition and were published by the instant of the question."""
        rows = super().filter_queryset(queryset)
        return rows if self.instant is None else rows.filter(recorded_from__lte=self.instant)
