"""Filters of the list pages that are more than a field."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.admin import ModelAdmin
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import DropdownFilter, RangeDateFilter

from sanctions.admin.standings import choices_of
from sanctions.models import Citation
from sanctions.vocabulary import Subject, Topic


class StandingFilter(DropdownFilter):
    """By the standing today, folded in SQL."""

    title = "standing today"
    parameter_name = "standing"
    subject: ClassVar[Subject]

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        """Offer the standings that such records can have."""
        return choices_of(self.subject)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the records of that standing."""
        if value := self.value():
            return queryset.with_standing(timezone.localdate()).filter(standing=value)  # type: ignore[attr-defined, no-any-return]
        return queryset


class OrderStandingFilter(StandingFilter):
    """The standing of orders."""

    subject = Subject.ORDER


class AgreementStandingFilter(StandingFilter):
    """The standing of agreements."""

    subject = Subject.AGREEMENT


class ViolationStandingFilter(StandingFilter):
    """The standing of violations."""

    subject = Subject.VIOLATION


class TopicFilter(DropdownFilter):
    """By a topic of orders."""

    title = "topic"
    parameter_name = "topic"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        """Offer the topics."""
        return list(Topic.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the orders with that topic."""
        return queryset.filter(topics__topic=value) if (value := self.value()) else queryset


class ListedFilter(DropdownFilter):
    """By whether a designation is in force today."""

    title = "listed today"
    parameter_name = "listed"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        """Offer yes and no."""
        return [("yes", "certainly listed today"), ("no", "not or not certainly listed today")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what is certainly listed, or the rest."""
        if self.value() not in ("yes", "no"):
            return queryset
        listed = queryset.model._default_manager.listed(timezone.localdate()).values("pk")
        return queryset.filter(pk__in=listed) if self.value() == "yes" else queryset.exclude(pk__in=listed)


class SourcedFilter(DropdownFilter):
    """By whether a record has a citation."""

    title = "sources"
    parameter_name = "sourced"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        """Offer with and without."""
        return [("yes", "with a source"), ("no", "without any source")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the records with or without citations."""
        if self.value() not in ("yes", "no"):
            return queryset
        cited = Exists(cited_by(queryset.model))
        return queryset.filter(cited) if self.value() == "yes" else queryset.filter(~cited)


def cited_by(model: type[Model]) -> QuerySet[Citation]:
    """Return the citations of the record outside the subquery."""
    rows: QuerySet[Citation] = Citation.objects.filter(**{str(model._meta.model_name): OuterRef("pk")})
    return rows


class PeriodFilter(RangeDateFilter):
    """From one day until another."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "period"
