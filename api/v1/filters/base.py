"""What the filters of all nouns share: how a parameter becomes a condition on rows."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import cache, cached_property, reduce
from operator import and_, or_
from typing import Any, ClassVar, Final, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, QuerySet
from django.http import QueryDict
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request

from api.http.errors import Fault, InvalidParameters
from api.http.negotiation import PARAMETER as FORMAT
from api.http.pagination import PARAMETERS as PAGING
from api.http.parameters import (
    Code,
    Dates,
    Day,
    Few,
    Identifiers,
    Instant,
    Many,
    Parameter,
    ReleaseNumber,
    Slug,
    Slugs,
    Switch,
    Words,
    cleaned,
    describe,
    refused,
    repeated,
    unknown,
)
from api.v1.filters.columns import NOT, Column, Group, group_at, opposite, trace
from api.v1.filters.declarations import Declaration, Declaring
from api.v1.shape import PARAMETERS as SHAPE
from sanctions.edtf import Extent
from sanctions.models import Citation, Identifier, Source
from sanctions.questions.counts import Facet, by_code, told
from sanctions.standing import standings_of
from sanctions.vocabulary import Standing, Subject

#: The second clock. Whoever enters the past reads it before any other parameter (:mod:`api.v1.clocks`).
KNOWN_AT: Final = Instant(
    "What this database had published by that instant (RFC 3339, such as 2025-03-01T12:00:00Z). Now unless given."
)
RELEASE: Final = ReleaseNumber("The release whose records are asked: `known_at` its instant, by its number.")

#: Filters that a request may have.
MOST_FILTERS: Final = 40
#: Facets that a list may be asked for.
MOST_FACETS: Final = 5

Lookup = str | Callable[[Any, "Parameters"], Q]


class Condition(Declaration):
    """A parameter that narrows a list.

    ``lookup`` is the path that must equal the value, or makes the condition of the value. Conditions that
    name the same ``within`` must hold of one and the same related row (see :attr:`Parameters.within`). ``covers``
    names the columns that it asks for (``Order.kind``), so that a test can tell which columns have no filter.
    """

    def __init__(
        self,
        parameter: Parameter,
        lookup: Lookup | None = None,
        *,
        within: str = "",
        covers: Iterable[str] = (),
    ) -> None:
        self.parameter = parameter
        self.lookup = lookup
        self.of = within
        self.covers = frozenset(covers)

    def condition(self, value: Any, asked: Parameters) -> Q:
        """Return the condition on the rows."""
        if self.lookup is None:
            return Q()
        return self.lookup(value, asked) if callable(self.lookup) else Q(**{self.lookup: value})


class Family(Declaration):
    """Several parameters declared as one: what the name is followed by → the condition."""

    def __init__(self, conditions: Mapping[str, Condition]) -> None:
        self.conditions = conditions


class Parameters(Declaring):
    """The parameters of any request: the day of the question. A list adds those of its noun.

    Only what a request names is looked at. Names that are Python's own words are declared with an underscore at the
    end (``class_``).
    """

    #: Every parameter of the class by the name that requests use.
    base_filters: ClassVar[dict[str, Condition]]
    #: Parameters that others read: the format, and what a page is.
    elsewhere: ClassVar[tuple[str, ...]] = (FORMAT,)
    #: Related rows of which several conditions must hold together, where they are not all those of a relation.
    within: ClassVar[Mapping[str, Group]] = {}
    #: What the rows are, where there are any.
    model: ClassVar[type[models.Model]]

    as_of = Condition(
        Day("The day of the question (YYYY-MM-DD): standings, offices and listings are as of it. Today unless given.")
    )
    known_at = Condition(KNOWN_AT)
    release = Condition(RELEASE)

    def __init__(self, data: QueryDict, queryset: QuerySet[Any], *, now: datetime) -> None:
        # The stubs also allow an empty list for a value, which no query string can hold.
        self.data: Any
        self.data, self.spelling = spelled_out(data)
        # Each noun's queryset has methods of its own.
        self.queryset: Any = queryset
        self.now = now
        self.filters = {name: found for name, found in self.base_filters.items() if name in self.data}

    @classmethod
    def collected(cls) -> None:
        """Compute the filters once for the class."""
        cls.base_filters = cls.get_filters()

    @classmethod
    def get_filters(cls) -> dict[str, Condition]:
        """Return the filters by the names that requests use: those declared, and those that follow from columns."""
        filters: dict[str, Condition] = {}
        for attribute, declaration in cls.declared.items():
            name = attribute.removesuffix("_")
            match declaration:
                case Column():
                    covers = trace(cls.model, declaration.path).covers
                    for suffix, parameter, lookup, within in declaration.parameters(cls.model):
                        filters[name + suffix] = Condition(parameter, lookup, within=within, covers=covers)
                case Family():
                    filters |= {name + suffix: condition for suffix, condition in declaration.conditions.items()}
                case Condition():
                    filters[name] = declaration
                case _:
                    raise TypeError(f"{cls.__name__}.{attribute} is no column, condition or family of conditions.")
        return filters

    @classmethod
    def columns(cls) -> dict[str, Column]:
        """Return the columns that parameters follow from, by the names of their filters."""
        return {name.removesuffix("_"): one for name, one in cls.declared.items() if isinstance(one, Column)}

    @classmethod
    @cache
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
        return self._read[0]

    @cached_property
    def _read(self) -> tuple[dict[str, Any], dict[str, list[ValidationError]]]:
        """The values of the parameters, and what is wrong with those that have none."""
        return cleaned(self.data, {name: found.parameter for name, found in self.filters.items()})

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
        errors = self._read[1]
        faults = [
            *unknown(self.data, self.known()),
            *repeated(self.data, repeatable),
            *refused(self.data, errors),
            *(() if errors else [*self.unknowable(), *self.contradictions()]),
        ]
        return [replace(fault, parameter=self.spelling.get(fault.parameter, fault.parameter)) for fault in faults]

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

    def rows(self) -> QuerySet[Any]:
        """Return the rows asked for, from where an index has them in order if the noun knows better."""
        return self.filter_queryset(self.queryset)

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

    def group(self, name: str) -> Group:
        """Return the related rows of a name: a relation to many, unless :attr:`within` has it."""
        return self.within.get(name) or group_at(self.model, name)

    def always(self, name: str) -> Q:
        """Return the condition on related rows that holds whatever else is asked of them, such as that of a day."""
        return Q()

    def related(self, name: str, condition: Q) -> Q:
        """Return the condition that one related row of such a kind meets all of a condition."""
        return self.group(name).some(condition & self.always(name))

    def none(self, name: str, condition: Q) -> Q:
        """Return the condition that no related row of such a kind meets a condition, whatever else is asked of them."""
        return self.group(name).none(condition & self.always(name))

    def without(self, name: str) -> Self:
        """Return the same question without the filters of a name, whatever their lookups."""
        other = copy.copy(self)
        other.filters = {found: one for found, one in self.filters.items() if found.partition("__")[0] != name}
        return other


def spelled_out(data: QueryDict) -> tuple[QueryDict, dict[str, str]]:
    """Return a query with ``field!=`` written out as ``field__not=``, and how its names were given."""
    spelling = {name[:-1] + NOT: name for name in data if name.endswith("!") and len(name) > 1}
    if not spelling:
        return data, spelling
    written = QueryDict(mutable=True)
    for name, values in data.lists():
        for value in values:
            written.appendlist(name[:-1] + NOT if name in spelling.values() else name, value)
    return written, spelling


class ParameterBackend(BaseFilterBackend):
    """Refuse queries with a fault, and narrow the rows of the others."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        """Return the rows asked for; the view learns what was asked."""
        asked: Parameters = view.parameters(request.query_params, queryset, now=view.now())
        if faults := asked.faults():
            raise InvalidParameters(faults)
        view.asked = asked
        return asked.rows()

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Return the parameters as OpenAPI describes them."""
        described: list[dict[str, Any]] = view.parameters.described()
        return described


# --- Conditions that many nouns have ------------------------------------------------------------


def among(rows: QuerySet[Any], reference: str) -> Q:
    """Return the condition that a row is referred to by one of others: no join, so no row comes twice."""
    return Q(pk__in=rows.order_by().values(reference))


def codes(
    help_text: str, vocabulary: Iterable[str], path: str, *, within: str = "", covers: Iterable[str] = ()
) -> tuple[Condition, Condition]:
    """Return the filters by one code and by any of several."""
    one = Code(help_text, vocabulary)
    made = ((one, path), (Many(one), f"{path}__in"))
    several = (Condition(parameter, lookup, within=within, covers=covers) for parameter, lookup in made)
    return next(several), next(several)


def records(
    help_text: str,
    model: type[models.Model],
    lookup: str | Callable[[Iterable[Any]], Q],
    *,
    within: str = "",
    covers: Iterable[str] = (),
) -> Family:
    """Return the filters by one record, by any of several, by not one, by none of several.

    ``lookup`` is a path, or makes the condition.
    """
    one = Slug(help_text, model)
    several = Slugs(one)

    def is_any(values: Any, asked: Parameters) -> Q:
        return lookup(values) if callable(lookup) else Q(**{f"{lookup}__in": values})

    def is_none(values: Any, asked: Parameters) -> Q:
        condition = is_any(values, asked)
        return asked.none(within, condition) if within else ~condition

    return Family(
        {
            "": Condition(one, lambda value, asked: is_any([value], asked), within=within, covers=covers),
            "__in": Condition(several, is_any, within=within),
            NOT: Condition(opposite(one), lambda value, asked: is_none([value], asked)),
            f"__in{NOT}": Condition(opposite(several), is_none),
        }
    )


def texts(help_text: str, *lookups: Lookup, covers: Iterable[str] = ()) -> Condition:
    """Return the filter by words: each must be found in one of the columns or related rows."""

    def found(words: list[str], asked: Parameters) -> Q:
        return reduce(and_, (_found(word, lookups, asked) for word in words))

    return Condition(Words(help_text), found, covers=covers)


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
    return Condition(Identifiers(help_text), found, covers=("Identifier.scheme", "Identifier.value"))


def cited(owner: str, path: str = "pk") -> Condition:
    """Return the filter by a source that the record cites; ``path`` leads from the row to the record."""

    def found(value: Any, asked: Parameters) -> Q:
        citing = Citation.objects.filter(source=value, **{f"{owner}__isnull": False})
        return Q(**{f"{path}__in": citing.order_by().values(owner)})

    return Condition(Slug("A source that the record cites.", Source), found, covers=("Citation.source",))


def slugs(model: type[models.Model]) -> Condition:
    """Return the filter by the rows' own slugs."""
    return Condition(
        Slugs(Slug("The records with these slugs.", model)),
        lambda rows, asked: Q(pk__in=[row.pk for row in rows]),
        covers=(f"{model.__name__}.slug",),
    )


def in_force(help_text: str) -> Condition:
    """Return the filter by a day on which the rows were in force, as their queryset understands it."""

    def held(value: date, asked: Parameters) -> Q:
        return among(asked.queryset.in_force(value), "pk")

    return Condition(Day(f"{help_text} on this day (YYYY-MM-DD)."), held)


def in_force_within(help_text: str) -> Condition:
    """Return the filter by a date or interval on some day of which the rows were in force, understood likewise."""

    def held(value: Extent, asked: Parameters) -> Q:
        return among(asked.queryset.in_force_within(value.earliest, value.latest), "pk")

    return Condition(Dates(f"{help_text} on some day of this date or interval (EDTF), such as 2015/2016-06."), held)


def standings(subject: Subject) -> Family:
    """Return the filters by the standing on the day of the question: one, any of several, not one, none of several."""
    one = Code("The standing on the day of the question (`as_of`).", sorted(standings_of(subject)))
    several = Many(one)

    def is_any(values: list[str], asked: Parameters) -> Q:
        rows = asked.with_standing(asked.queryset)
        return among(rows.filter(standing__in=values), "pk")

    return Family(
        {
            "": Condition(one, lambda value, asked: is_any([value], asked)),
            "__in": Condition(several, is_any),
            NOT: Condition(opposite(one), lambda value, asked: ~is_any([value], asked)),
            f"__in{NOT}": Condition(opposite(several), lambda values, asked: ~is_any(values, asked)),
        }
    )


def overlapping(start: str, end: str = "") -> Condition:
    """Return the filter by a date that a span shares a day with, possibly.

    ``start`` and ``end`` name the columns of its bounds without ``_earliest`` and ``_latest``. It ends before the day
    ``end``; a beginning that is not known may be any day, and an end that is not there has not come. Without an end
    the span is the one date.
    """

    def dated(value: Extent, asked: Parameters) -> Q:
        return Q(**{f"{start}_earliest__lte": value.latest, f"{start}_latest__gte": value.earliest})

    def spanned(value: Extent, asked: Parameters) -> Q:
        first, last = f"{start}_earliest", f"{end}_latest"
        begun = Q(**{f"{first}__isnull": True}) | Q(**{f"{first}__lte": value.latest})
        after_it_began = Q(**{f"{first}__isnull": True}) | Q(**{f"{last}__gt": F(first)})
        going_on = Q(**{f"{last}__isnull": True}) | (Q(**{f"{last}__gt": value.earliest}) & after_it_began)
        return begun & going_on & (Q(**{f"{first}__isnull": False}) | Q(**{f"{last}__isnull": False}))

    help_text = "Some day that its dates may mean lies within this date or interval (EDTF), such as 2015/2016-06."
    return Condition(Dates(help_text), spanned if end else dated)


class RecordParameters(Parameters):
    """The parameters of every record."""

    elsewhere = (FORMAT, *SHAPE)


class ListParameters(Parameters):
    """The parameters of every list."""

    elsewhere: ClassVar[tuple[str, ...]] = (FORMAT, *PAGING, *SHAPE)
    #: By what rows can be counted, by name.
    facets_offered: ClassVar[Mapping[str, Facet]] = {}
    #: What a list offers to count by beside what follows from its columns; the name of the date of its ``year``.
    more_facets: ClassVar[Mapping[str, Facet]] = {}
    when: ClassVar[str] = ""
    #: The names of its dates that may be imprecise.
    dates: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def get_filters(cls) -> dict[str, Condition]:
        """Return the filters, with those that every list has that has dates, or something to count by."""
        found = super().get_filters()
        offered: dict[str, Facet] = {}
        for name, column in cls.columns().items():
            offered |= column.facets(name, cls.model)
        if cls.when:
            offered["year"] = offered[f"{cls.when}__year"]
        if "standing" in found:
            offered["standing"] = by_code("The standing on the day.", "standing", dict(Standing.choices))
        cls.facets_offered = dict(sorted({**offered, **cls.more_facets}.items()))
        cls.dates = frozenset(name for name, column in cls.columns().items() if column.is_imprecise(cls.model))
        if cls.dates:
            found["possibly"] = Condition(Switch("Whether dates count too that only possibly lie as asked for."))
        if offered:
            count_by = Code("How many of the rows found have which value, beside the page.", cls.facets_offered)
            found["facets"] = Condition(Few(count_by, MOST_FACETS))
        return found

    def contradictions(self) -> Iterable[Fault]:
        """Refuse `possibly` without a date, and more filters than a question may have."""
        yield from super().contradictions()
        if "possibly" in self.given and not any(name.partition("__")[0] in self.dates for name in self.filters):
            message = "This is about dates: give a filter by a date too, such as one that ends in `__gte`."
            yield Fault("possibly", self.data["possibly"], "needs_another", message)
        if len(self.filters) > MOST_FILTERS:
            name = list(self.filters)[MOST_FILTERS]
            message = f"At most {MOST_FILTERS} filters can be given at once, these are {len(self.filters)}."
            yield Fault(name, self.data[name], "too_many", message)

    def facets(self) -> dict[str, Any]:
        """Return the facets asked for, each counted with all filters but its own: one query for each."""
        found = {}
        for name in self.given.get("facets", ()):
            own = self.when if name == "year" else name.partition("__")[0]
            found[name] = told(self.without(own).countable([name]), name, self.facets_offered[name])
        return found

    def countable(self, facets: Iterable[str]) -> QuerySet[Any]:
        """Return the rows found, with what the facets need of them."""
        rows = self.filter_queryset(self.queryset.all())
        return self.with_standing(rows) if "standing" in facets else rows
