"""Conditions that several nouns have: by codes, records, words, identifiers, sources, standings and spans."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db import models
from django.db.models import F, Q, QuerySet

from api.http.parameters.base import ListOf, Parameter
from api.http.parameters.dates import Dates, Day
from api.http.parameters.records import Slug, Slugs
from api.http.parameters.texts import Code, Identifiers, Words
from api.v1.filters.base import FilterCondition, FilterFamily, Lookup, Parameters
from api.v1.filters.columns import NOT, opposite
from sanctions.edtf import Extent
from sanctions.models import Citation, Identifier, Source
from sanctions.standing import standings_of
from sanctions.vocabulary import Subject


def among(rows: QuerySet[Any], reference: str) -> Q:
    """Return the condition that one of the rows refers to ours: a subquery, since a join would repeat rows."""
    return Q(pk__in=rows.order_by().values(reference))


def codes(
    help_text: str, vocabulary: Iterable[str], path: str, *, within: str = "", covers: Iterable[str] = ()
) -> tuple[FilterCondition, FilterCondition]:
    """Return the filters by one code and by any of several."""
    code = Code(help_text, vocabulary)
    covers = frozenset(covers)
    return (
        FilterCondition(code, path, within=within, covers=covers),
        FilterCondition(ListOf(code), f"{path}__in", within=within, covers=covers),
    )


def records(
    help_text: str,
    model: type[models.Model],
    lookup: str | Callable[[Iterable[Any]], Q],
    *,
    within: str = "",
    covers: Iterable[str] = (),
) -> FilterFamily:
    """Return the filters by one record, any of several, not one, none of several.

    ``lookup`` is a path, or makes the condition from the records.
    """
    slug = Slug(help_text, model)
    slugs = Slugs(slug)

    def is_any(values: Any, parameters: Parameters) -> Q:
        return lookup(values) if callable(lookup) else Q(**{f"{lookup}__in": values})

    def is_none(values: Any, parameters: Parameters) -> Q:
        condition = is_any(values, parameters)
        return parameters.no_related(within, condition) if within else ~condition

    return FilterFamily(
        {
            "": FilterCondition(slug, lambda value, given: is_any([value], given), within=within, covers=covers),
            "__in": FilterCondition(slugs, is_any, within=within),
            NOT: FilterCondition(opposite(slug), lambda value, given: is_none([value], given)),
            f"__in{NOT}": FilterCondition(opposite(slugs), is_none),
        }
    )


def texts(help_text: str, *lookups: Lookup, covers: Iterable[str] = ()) -> FilterCondition:
    """Return the filter by words: each must occur in one of the columns or related rows."""

    def has_every_word(words: list[str], parameters: Parameters) -> Q:
        return reduce(and_, (_has_word(word, lookups, parameters) for word in words))

    return FilterCondition(Words(help_text), has_every_word, covers=covers)


def _has_word(word: str, lookups: Iterable[Lookup], parameters: Parameters) -> Q:
    conditions = (
        lookup(word, parameters) if callable(lookup) else Q(**{f"{lookup}__icontains": word}) for lookup in lookups
    )
    return reduce(or_, conditions)


def texts_of(model: type[models.Model], reference: str, *columns: str) -> Lookup:
    """Return the lookup of a word in the columns of related rows."""

    def has_word(word: str, parameters: Parameters) -> Q:
        return among(model._default_manager.filter(_has_word(word, columns, parameters)), reference)

    return has_word


def identifiers(owner: str) -> FilterCondition:
    """Return the filter by identifiers that others issued: any of those given."""

    def has_any(values: list[tuple[str, str]], parameters: Parameters) -> Q:
        any_of = reduce(or_, (Q(scheme=scheme, value__iexact=value) for scheme, value in values))
        return among(Identifier.objects.filter(any_of, **{f"{owner}__isnull": False}), owner)

    help_text = "An identifier that others issued, as scheme:value, such as us-eo:13716; repeat it to match any."
    return FilterCondition(Identifiers(help_text), has_any, covers=("Identifier.scheme", "Identifier.value"))


def cited(owner: str, path: str = "pk") -> FilterCondition:
    """Return the filter by a source that the record cites; ``path`` leads from the row to the record."""

    def cites(value: Any, parameters: Parameters) -> Q:
        citing = Citation.objects.filter(source=value, **{f"{owner}__isnull": False})
        return Q(**{f"{path}__in": citing.order_by().values(owner)})

    return FilterCondition(Slug("A source that the record cites.", Source), cites, covers=("Citation.source",))


def slugs(model: type[models.Model]) -> FilterCondition:
    """Return the filter by the rows' own slugs."""
    return FilterCondition(
        Slugs(Slug("The records with these slugs.", model)),
        lambda rows, given: Q(pk__in=[row.pk for row in rows]),
        covers=(f"{model.__name__}.slug",),
    )


def in_force(help_text: str) -> FilterCondition:
    """Return the filter by a day on which the rows were in force, as their queryset defines it."""

    def was_in_force(value: date, parameters: Parameters) -> Q:
        return among(parameters.queryset.in_force(value), "pk")

    return FilterCondition(Day(f"{help_text} on this day (YYYY-MM-DD)."), was_in_force)


def in_force_within(help_text: str) -> FilterCondition:
    """Return the filter by a date or interval: the rows were in force on at least one of its days."""

    def was_in_force(value: Extent, parameters: Parameters) -> Q:
        return among(parameters.queryset.in_force_within(value.earliest, value.latest), "pk")

    help_text = f"{help_text} on some day of this date or interval (EDTF), such as 2015/2016-06."
    return FilterCondition(Dates(help_text), was_in_force)


def standings(subject: Subject) -> FilterFamily:
    """Return the filters by the standing on the day: one, any of several, not one, none of several."""
    code: Parameter = Code("The standing on the day of the question (`as_of`).", sorted(standings_of(subject)))
    listed = ListOf(code)

    def is_any(values: list[str], parameters: Parameters) -> Q:
        rows = parameters.with_standing(parameters.queryset)
        return among(rows.filter(standing__in=values), "pk")

    return FilterFamily(
        {
            "": FilterCondition(code, lambda value, given: is_any([value], given)),
            "__in": FilterCondition(listed, is_any),
            NOT: FilterCondition(opposite(code), lambda value, given: ~is_any([value], given)),
            f"__in{NOT}": FilterCondition(opposite(listed), lambda values, given: ~is_any(values, given)),
        }
    )


def overlapping(start: str, end: str = "") -> FilterCondition:
    """Return the filter by a date or interval that possibly shares a day with the span of a row.

    ``start`` and ``end`` name the columns of the bounds without ``_earliest`` and ``_latest``. The span ends before the
    day ``end``. An unknown start may be any day; without a value in ``end`` the span has not ended. Without ``end`` the
    span is the one date.
    """

    def date_overlaps(value: Extent, parameters: Parameters) -> Q:
        return Q(**{f"{start}_earliest__lte": value.latest, f"{start}_latest__gte": value.earliest})

    def span_overlaps(value: Extent, parameters: Parameters) -> Q:
        first, last = f"{start}_earliest", f"{end}_latest"
        begun = Q(**{f"{first}__isnull": True}) | Q(**{f"{first}__lte": value.latest})
        ends_after_start = Q(**{f"{first}__isnull": True}) | Q(**{f"{last}__gt": F(first)})
        going_on = Q(**{f"{last}__isnull": True}) | (Q(**{f"{last}__gt": value.earliest}) & ends_after_start)
        return begun & going_on & (Q(**{f"{first}__isnull": False}) | Q(**{f"{last}__isnull": False}))

    help_text = (
        "Its dates, which may be imprecise, share a day with this date or interval (EDTF), such as 2015/2016-06."
    )
    return FilterCondition(Dates(help_text), span_overlaps if end else date_overlaps)
