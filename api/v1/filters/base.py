"""What the filters of all nouns share: how a parameter becomes a condition on rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import reduce
from operator import and_, or_
from typing import Any, ClassVar, Final, Self

from django.db import models
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django_filters.filters import Filter
from django_filters.filterset import FilterSet
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request

from api.errors import Fault, InvalidParameters
from api.negotiation import PARAMETER as FORMAT
from api.pagination import PARAMETERS as PAGING
from api.parameters import (
    Code,
    Dates,
    Day,
    Identifiers,
    Instant,
    Many,
    Parameter,
    ReleaseNumber,
    Slug,
    Slugs,
    Words,
    describe,
    refused,
    repeated,
    unknown,
)
from api.v1.shape import PARAMETERS as SHAPE
from sanctions.edtf import Extent
from sanctions.models import Citation, Identifier, Source
from sanctions.standing import standings_of
from sanctions.vocabulary import Subject

#: The second clock. Whoever enters the past reads it before any other parameter (:mod:`api.v1.clocks`).
KNOWN_AT: Final = Instant(
    "What this database had published by that instant (RFC 3339, such as 2025-03-01T12:00:00Z). Now unless given."
)
RELEASE: Final = ReleaseNumber("The release whose records are asked: `known_at` its instant, by its number.")

Lookup = str | Callable[[Any, "Parameters"], Q]


class Condition(Filter):
    """A parameter that narrows a list.

    ``lookup`` is the path that must equal the value, or makes the condition of the value. Conditions that
    name the same ``within`` must hold of one and the same related row (see :attr:`Parameters.within`).
    """

    def __init__(self, parameter: Parameter, lookup: Lookup | None = None, *, within: str = "") -> None:
        super().__init__()
        self.parameter = parameter
        self.lookup = lookup
        self.of = within

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Share the filter: it holds nothing of a request."""
        return self

    @property
    def field(self) -> Parameter:
        """Return the form field, which the form copies."""
        return self.parameter

    def condition(self, value: Any, asked: Parameters) -> Q:
        """Return the condition on the rows."""
        if self.lookup is None:
            return Q()
        return self.lookup(value, asked) if callable(self.lookup) else Q(**{self.lookup: value})


class Parameters(FilterSet):
    """The parameters of any request: the day of the question. A list adds those of its noun.

    Only what a request names is looked at. Names that are Python's own words are declared with an
    underscore at the end (``class_``).
    """

    #: What django-filter makes of the declarations below: name → filter.
    base_filters: ClassVar[dict[str, Condition]]
    #: Parameters that others read: the format, and what a page is.
    elsewhere: ClassVar[tuple[str, ...]] = (FORMAT,)
    #: Related rows of which several conditions must hold together: name → (the rows, their reference to ours).
    within: ClassVar[Mapping[str, tuple[Callable[[], QuerySet[Any]], str]]] = {}

    as_of = Condition(
        Day("The day of the question (YYYY-MM-DD): standings, offices and listings are as of it. Today unless given.")
    )
    known_at = Condition(KNOWN_AT)
    release = Condition(RELEASE)

    def __init__(self, data: QueryDict, queryset: QuerySet[Any], *, now: datetime) -> None:
        self.is_bound = True
        self.data = data
        self.queryset = queryset
        self.request = None
        self.form_prefix = None
        self.now = now
        self.filters = {name: found for name, found in self.base_filters.items() if name in data}

    @classmethod
    def get_filters(cls) -> dict[str, Condition]:
        """Return the filters by the names that requests use."""
        return {name.removesuffix("_"): found for name, found in super().get_filters().items()}

    @classmethod
    def known(cls) -> list[str]:
        """Return the names of all parameters, in order."""
        return sorted([*cls.base_filters, *cls.elsewhere])

    @classmethod
    def described(cls) -> list[dict[str, Any]]:
        """Return the parameters as OpenAPI describes them."""
        return [describe(name, found.parameter) for name, found in cls.base_filters.items()]

    @property
    def given(self) -> dict[str, Any]:
        """The values of the parameters that were given."""
        values: dict[str, Any] = self.form.cleaned_data
        return values

    @property
    def day(self) -> date:
        """The day of the question."""
        return self.given.get("as_of") or self.now.date()

    @property
    def instant(self) -> datetime | None:
        """The instant of the question, ``None`` for now."""
        release = self.given.get("release")
        return release.released_at if release else self.given.get("known_at")

    def allowed(self, name: str) -> frozenset[Any] | None:
        """Return the values that both a parameter and its list (``__in``) allow; ``None`` if neither was given."""
        one = [[self.given[name]]] if name in self.given else []
        several = [self.given[f"{name}__in"]] if f"{name}__in" in self.given else []
        both = [frozenset(values) for values in (*one, *several)]
        return frozenset.intersection(*both) if both else None

    def keys_of(self, name: str) -> frozenset[int] | None:
        """Return the primary keys of the records that both a parameter and its list allow, likewise."""
        rows = self.allowed(name)
        return None if rows is None else frozenset(row.pk for row in rows)

    def faults(self) -> list[Fault]:
        """Return everything that is wrong with the query."""
        repeatable = [name for name, found in self.filters.items() if found.parameter.repeatable]
        errors = self.form.errors.as_data()
        return [
            *unknown(self.data, self.known()),
            *repeated(self.data, repeatable),
            *refused(self.data, errors),
            *(() if errors else [*self.unknowable(), *self.contradictions()]),
        ]

    def unknowable(self) -> Iterable[Fault]:
        """Refuse instants that are still to come, of which nobody can say what will be known, and two at once."""
        for name, found in self.filters.items():
            if isinstance(found.parameter, Instant) and self.given[name] > self.now:
                message = f"This instant is still to come: it is {self.now:%Y-%m-%dT%H:%M:%SZ} now."
                yield Fault(name, self.data[name], "in_the_future", message)
        if {"known_at", "release"} <= self.filters.keys():
            message = "A release is known at its own instant: give one of the two."
            yield Fault("release", self.data["release"], "contradiction", message)

    def with_standing(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Annotate the rows with their standing on the day of the question."""
        rows: QuerySet[Any] = queryset.with_standing(self.day)  # type: ignore[attr-defined]
        return rows

    def contradictions(self) -> Iterable[Fault]:
        """Return what is wrong with parameters together, each being right by itself."""
        return ()

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that meet every condition."""
        together: dict[str, Q] = defaultdict(Q)
        for name, found in self.filters.items():
            condition = found.condition(self.given[name], self)
            if found.of:
                together[found.of] &= condition
            elif condition:
                queryset = queryset.filter(condition)
        return queryset.filter(*(self.related(name, condition) for name, condition in together.items()))

    def related(self, name: str, condition: Q) -> Q:
        """Return the condition that one related row of such a kind meets all of a condition."""
        rows, reference = self.within[name]
        return among(rows().filter(condition), reference)


class ParameterBackend(BaseFilterBackend):
    """Refuse queries with a fault, and narrow the rows of the others."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        """Return the rows asked for; the view learns what was asked."""
        asked: Parameters = view.parameters(request.query_params, queryset, now=view.now())
        if faults := asked.faults():
            raise InvalidParameters(faults)
        view.asked = asked
        rows: QuerySet[Any] = asked.qs
        return rows

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Return the parameters as OpenAPI describes them."""
        described: list[dict[str, Any]] = view.parameters.described()
        return described


# --- Conditions that many nouns have ------------------------------------------------------------


def among(rows: QuerySet[Any], reference: str) -> Q:
    """Return the condition that a row is referred to by one of others: no join, so no row comes twice."""
    return Q(pk__in=rows.order_by().values(reference))


def codes(help_text: str, vocabulary: Iterable[str], path: str, *, within: str = "") -> tuple[Condition, Condition]:
    """Return the filters by one code and by any of several."""
    one = Code(help_text, vocabulary)
    return Condition(one, path, within=within), Condition(Many(one), f"{path}__in", within=within)


def records(
    help_text: str, model: type[models.Model], lookup: str | Callable[[Iterable[Any]], Q], *, within: str = ""
) -> tuple[Condition, Condition]:
    """Return the filters by one record and by any of several; ``lookup`` is a path, or makes the condition."""
    one = Slug(help_text, model)

    def is_it(value: Any, asked: Parameters) -> Q:
        return lookup([value]) if callable(lookup) else Q(**{lookup: value})

    def is_any(values: Any, asked: Parameters) -> Q:
        return lookup(values) if callable(lookup) else Q(**{f"{lookup}__in": values})

    return Condition(one, is_it, within=within), Condition(Slugs(one), is_any, within=within)


def dates(help_text: str, earliest: str, latest: str = "") -> tuple[Condition, Condition, Condition]:
    """Return the filters by a date: within it, not before it, not after it.

    A row counts where its date certainly lies there: no day that it may mean lies outside.
    """
    latest = latest or earliest

    def since(value: Extent, asked: Parameters) -> Q:
        # The second condition follows from the first, and is the one that the index knows.
        return Q(**{f"{earliest}__gte": value.earliest}) & Q(**{f"{latest}__gte": value.earliest})

    def until(value: Extent, asked: Parameters) -> Q:
        return Q(**{f"{latest}__lte": value.latest})

    def inside(value: Extent, asked: Parameters) -> Q:
        return since(value, asked) & until(value, asked)

    edtf = "A date of any precision (EDTF), such as 2015-07-14, 2015-07 or 2015."
    return (
        Condition(Dates(f"{help_text}, certainly within this date. {edtf}"), inside),
        Condition(Dates(f"{help_text}, certainly not before this date. {edtf}"), since),
        Condition(Dates(f"{help_text}, certainly not after this date. {edtf}"), until),
    )


def texts(help_text: str, *lookups: Lookup) -> Condition:
    """Return the filter by words: each must be found in one of the columns or related rows."""

    def found(words: list[str], asked: Parameters) -> Q:
        return reduce(and_, (_found(word, lookups, asked) for word in words))

    return Condition(Words(help_text), found)


def _found(word: str, lookups: Iterable[Lookup], asked: Parameters) -> Q:
    made = (lookup(word, asked) if callable(lookup) else Q(**{f"{lookup}__icontains": word}) for lookup in lookups)
    return reduce(or_, made)


def texts_of(model: type[models.Model], reference: str, *columns: str) -> Lookup:
    """Return the lookup of a word in the columns of related rows."""

    def found(word: str, asked: Parameters) -> Q:
        return among(model._default_manager.filter(_found(word, columns, asked)), reference)

    return found


def identifiers(owner: str) -> Condition:
    """Return the filter by identifiers that others issued: any of those given."""

    def found(values: list[tuple[str, str]], asked: Parameters) -> Q:
        any_of = reduce(or_, (Q(scheme=scheme, value__iexact=value) for scheme, value in values))
        return among(Identifier.objects.filter(any_of, **{f"{owner}__isnull": False}), owner)

    help_text = "An identifier that others issued, as scheme:value, such as us-eo:13716; repeated, any of them."
    return Condition(Identifiers(help_text), found)


def cited(owner: str, path: str = "pk") -> Condition:
    """Return the filter by a source that the record cites; ``path`` leads from the row to the record."""

    def found(value: Any, asked: Parameters) -> Q:
        citing = Citation.objects.filter(source=value, **{f"{owner}__isnull": False})
        return Q(**{f"{path}__in": citing.order_by().values(owner)})

    return Condition(Slug("A source that the record cites.", Source), found)


def slugs(model: type[models.Model]) -> Condition:
    """Return the filter by the rows' own slugs."""
    return Condition(
        Slugs(Slug("The records with these slugs.", model)), lambda rows, asked: Q(pk__in=[row.pk for row in rows])
    )


def in_force(help_text: str) -> Condition:
    """Return the filter by a day on which the rows were in force, as their queryset understands it."""

    def held(value: date, asked: Parameters) -> Q:
        return among(asked.queryset.in_force(value), "pk")

    return Condition(Day(f"{help_text} on this day (YYYY-MM-DD)."), held)


def standings(subject: Subject) -> tuple[Condition, Condition]:
    """Return the filters by the standing on the day of the question."""
    found = standings_of(subject)
    one = Code("The standing on the day of the question (`as_of`).", sorted(found))

    def is_it(value: str, asked: Parameters) -> Q:
        return is_any([value], asked)

    def is_any(values: list[str], asked: Parameters) -> Q:
        rows = asked.with_standing(asked.queryset)
        return among(rows.filter(standing__in=values), "pk")

    return Condition(one, is_it), Condition(Many(one), is_any)


class RecordParameters(Parameters):
    """The parameters of every record."""

    elsewhere = (FORMAT, *SHAPE)


class ListParameters(Parameters):
    """The parameters of every list."""

    elsewhere = (FORMAT, *PAGING, *SHAPE)
