"""How the parameters of a request become conditions on rows."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import cache, cached_property
from typing import Any, ClassVar, Final, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, QuerySet
from django.http import QueryDict
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request

from api.http.negotiation import PARAMETER as FORMAT
from api.http.parameters.base import Parameter
from api.http.parameters.dates import Day, Instant
from api.http.parameters.query import (
    openapi_parameter,
    read_parameters,
    repeated_parameters,
    unknown_parameters,
    value_faults,
)
from api.http.parameters.records import ReleaseNumber
from api.http.problems import InvalidParameters, ParameterFault
from api.v1.filters.columns import NOT, FilterColumn, RelatedRows, related_rows_at, trace
from api.v1.filters.declarations import Declaration, Declaring
from api.v1.shape import PARAMETERS as SHAPE

#: The instant of the request. :mod:`api.v1.clocks` reads it before any other parameter, to enter the past.
KNOWN_AT: Final = Instant(
    "Answer with what this database had published by this instant (RFC 3339), such as 2025-03-01T12:00:00Z. "
    "Now by default."
)
RELEASE: Final = ReleaseNumber("Answer from this release, by its number: the same as `known_at` with its instant.")

Lookup = str | Callable[[Any, "Parameters"], Q]


class FilterCondition(Declaration):
    """A parameter that narrows a list.

    ``lookup`` is the path that must equal the value, or makes the condition from the value. Conditions with the same
    ``within`` must hold for one and the same related row (see :attr:`Parameters.related_rows`). ``covers`` names the
    model fields that the parameter filters by (``Order.kind``); a test reports the fields without a filter.
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
        self.within = within
        self.covers = frozenset(covers)

    def condition(self, value: Any, parameters: Parameters) -> Q:
        """Return the condition on the rows."""
        if self.lookup is None:
            return Q()
        return self.lookup(value, parameters) if callable(self.lookup) else Q(**{self.lookup: value})


class FilterFamily(Declaration):
    """Several parameters declared as one: the suffix of the name → the condition."""

    def __init__(self, conditions: Mapping[str, FilterCondition]) -> None:
        self.conditions = conditions


class Parameters(Declaring):
    """The parameters that every request has. Subclasses add those of their list or question.

    Only the parameters that a request gives are read. Names that are keywords of Python are declared with an
    underscore at the end (``class_``).
    """

    #: Every condition by the name of its parameter.
    conditions: ClassVar[dict[str, FilterCondition]]
    #: Parameters that other code reads: the format, the page, the shape.
    read_elsewhere: ClassVar[tuple[str, ...]] = (FORMAT,)
    #: Earlier names of parameters → their names now. A suffix such as ``__in`` follows either. Each is deprecated in
    #: :mod:`api.http.deprecations`.
    renamed: ClassVar[Mapping[str, str]] = {}
    #: Related rows that several conditions must hold for together, where they are not all rows of a relation.
    related_rows: ClassVar[Mapping[str, RelatedRows]] = {}
    #: The model of the rows, where there are rows.
    model: ClassVar[type[models.Model]]

    as_of = FilterCondition(
        Day("The day (YYYY-MM-DD) for which standings, offices and listings are computed. Today by default.")
    )
    known_at = FilterCondition(KNOWN_AT)
    release = FilterCondition(RELEASE)

    def __init__(self, data: QueryDict, queryset: QuerySet[Any], *, now: datetime) -> None:
        # The stubs also allow an empty list for a value, which no query string can hold.
        self.data: Any
        self.data, self.original_names = with_current_names(data, self.current_names())
        # Each noun's queryset has methods of its own.
        self.queryset: Any = queryset
        self.now = now
        self.given_conditions = {name: condition for name, condition in self.conditions.items() if name in self.data}

    @classmethod
    def on_declared(cls) -> None:
        cls.conditions = cls.collect_conditions()

    @classmethod
    def collect_conditions(cls) -> dict[str, FilterCondition]:
        """Return the conditions by the names of their parameters: those declared, and those derived from columns."""
        conditions: dict[str, FilterCondition] = {}
        for attribute, declaration in cls.declared.items():
            name = attribute.removesuffix("_")
            match declaration:
                case FilterColumn():
                    covers = trace(cls.model, declaration.path).covers
                    for suffix, parameter, lookup, within in declaration.parameters(cls.model):
                        conditions[name + suffix] = FilterCondition(parameter, lookup, within=within, covers=covers)
                case FilterFamily():
                    conditions |= {name + suffix: condition for suffix, condition in declaration.conditions.items()}
                case FilterCondition():
                    conditions[name] = declaration
                case _:
                    raise TypeError(
                        f"{cls.__name__}.{attribute} is not a FilterColumn, FilterCondition or FilterFamily."
                    )
        return conditions

    @classmethod
    def columns(cls) -> dict[str, FilterColumn]:
        """Return the declared columns by the names of their parameters."""
        return {
            name.removesuffix("_"): column for name, column in cls.declared.items() if isinstance(column, FilterColumn)
        }

    @classmethod
    @cache
    def names(cls) -> list[str]:
        """Return the sorted names of all parameters, without deprecated ones."""
        return sorted([*cls.conditions, *cls.read_elsewhere])

    @classmethod
    @cache
    def current_names(cls) -> dict[str, str]:
        """Return the deprecated names → the current names, each with its suffix."""
        return {
            earlier + name.removeprefix(current): name
            for earlier, current in cls.renamed.items()
            for name in cls.conditions
            if name == current or name.startswith(f"{current}__")
        }

    @classmethod
    def openapi(cls) -> list[dict[str, Any]]:
        """Return the parameters as OpenAPI describes them, deprecated names last."""
        deprecated = [
            openapi_parameter(earlier, cls.conditions[current].parameter)
            | {"description": f"The earlier name of `{current}`."}
            for earlier, current in cls.current_names().items()
        ]
        return [openapi_parameter(name, condition.parameter) for name, condition in cls.conditions.items()] + deprecated

    @property
    def given(self) -> dict[str, Any]:
        """The values of the parameters that the request gives."""
        return self._values_and_errors[0]

    @cached_property
    def _values_and_errors(self) -> tuple[dict[str, Any], dict[str, list[ValidationError]]]:
        return read_parameters(
            self.data, {name: condition.parameter for name, condition in self.given_conditions.items()}
        )

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
        single = [[self.given[name]]] if name in self.given else []
        listed = [self.given[f"{name}__in"]] if f"{name}__in" in self.given else []
        sets = [frozenset(values) for values in (*single, *listed)]
        return frozenset.intersection(*sets) if sets else None

    def keys_of(self, name: str) -> frozenset[int] | None:
        """Return the primary keys of the records that :meth:`allowed` returns; ``None`` if neither was given."""
        rows = self.allowed(name)
        return None if rows is None else frozenset(row.pk for row in rows)

    def faults(self) -> list[ParameterFault]:
        """Return everything that is wrong with the query, under the names that the request used."""
        repeatable = [name for name, condition in self.given_conditions.items() if condition.parameter.repeatable]
        errors = self._values_and_errors[1]
        faults = [
            *unknown_parameters(self.data, self.names()),
            *repeated_parameters(self.data, repeatable),
            *value_faults(self.data, errors),
            *(() if errors else [*self.instant_faults(), *self.contradictions()]),
        ]
        return [replace(fault, parameter=self.original_name(fault.parameter)) for fault in faults]

    def original_name(self, name: str) -> str:
        """Return the name under which the request gave a parameter."""
        return self.original_names.get(name, name)

    def instant_faults(self) -> Iterable[ParameterFault]:
        """Reject instants in the future, whose records are not known yet, and two instants at once."""
        for name, condition in self.given_conditions.items():
            if isinstance(condition.parameter, Instant) and self.given[name] > self.now:
                message = f"This instant is in the future: it is {self.now:%Y-%m-%dT%H:%M:%SZ} now."
                yield ParameterFault(name, self.data[name], "in_the_future", message)
        if {"known_at", "release"} <= self.given_conditions.keys():
            message = "A release has an instant of its own: give either `release` or `known_at`."
            yield ParameterFault("release", self.data["release"], "contradiction", message)

    def contradictions(self) -> Iterable[ParameterFault]:
        """Return the faults of parameters that are valid alone and not together."""
        return ()

    def with_standing(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Annotate the rows with their standing on the day of the question."""
        rows: QuerySet[Any] = queryset.with_standing(self.day)  # type: ignore[attr-defined]
        return rows

    def rows(self) -> QuerySet[Any]:
        """Return the rows; a noun with a faster source for some questions overrides this."""
        return self.filter_queryset(self.queryset)

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that meet every condition."""
        together: dict[str, Q] = defaultdict(Q)
        for name, declared in self.given_conditions.items():
            condition = declared.condition(self.given[name], self)
            if declared.within:
                together[declared.within] &= condition
            elif condition:
                queryset = queryset.filter(condition)
        return queryset.filter(*(self.any_related(name, condition) for name, condition in together.items()))

    def related_rows_of(self, name: str) -> RelatedRows:
        """Return the related rows of a name: an entry of :attr:`related_rows`, else a relation to many rows."""
        return self.related_rows.get(name) or related_rows_at(self.model, name)

    def implied_condition(self, name: str) -> Q:
        """Return the condition on related rows that always holds, such as that they are of the day."""
        return Q()

    def any_related(self, name: str, condition: Q) -> Q:
        """Return the condition that one related row meets all of a condition."""
        return self.related_rows_of(name).any(condition & self.implied_condition(name))

    def no_related(self, name: str, condition: Q) -> Q:
        """Return the condition that no related row meets a condition."""
        return self.related_rows_of(name).none(condition & self.implied_condition(name))

    def without(self, name: str) -> Self:
        """Return the same question without the parameters of a name, whatever their suffixes."""
        other = copy.copy(self)
        other.given_conditions = {
            given: condition for given, condition in self.given_conditions.items() if given.partition("__")[0] != name
        }
        return other


def with_current_names(data: QueryDict, renamed: Mapping[str, str]) -> tuple[QueryDict, dict[str, str]]:
    """Return a query with current names, and the current names → those that the request used where they differ.

    ``field!=`` becomes ``field__not=``, and deprecated names the names of today.
    """
    current: dict[str, str] = {}
    for name in data:
        written_out = name[:-1] + NOT if name.endswith("!") and len(name) > 1 else name
        current[name] = renamed.get(written_out, written_out)
    originals = {new: name for name, new in current.items() if new != name}
    if not originals:
        return data, originals
    renewed = QueryDict(mutable=True)
    for name, values in data.lists():
        for value in values:
            renewed.appendlist(current[name], value)
    return renewed, originals


class ParameterBackend(BaseFilterBackend):
    """Reject requests with invalid parameters, and narrow the rows of the others."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        """Return the rows, and set ``view.query`` to the parameters."""
        parameters: Parameters = view.parameters(request.query_params, queryset, now=view.now())
        if faults := parameters.faults():
            raise InvalidParameters(faults)
        view.query = parameters
        return parameters.rows()

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        described: list[dict[str, Any]] = view.parameters.openapi()
        return described


class RecordParameters(Parameters):
    """The parameters of every record."""

    read_elsewhere = (FORMAT, *SHAPE)
