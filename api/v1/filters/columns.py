"""Filters that follow from the model: the type of a column decides which lookups its parameter has."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final, NamedTuple

from django.db import models
from django.db.models import Q, QuerySet

from api.http.parameters.base import ListOf, Parameter, Range
from api.http.parameters.dates import DateRange, Dates
from api.http.parameters.numbers import Quantity
from api.http.parameters.records import Slug, Slugs
from api.http.parameters.texts import Code, Switch, Text
from api.v1.filters.declarations import Declaration
from sanctions.edtf import Extent
from sanctions.models import Record
from sanctions.models.base import Part
from sanctions.models.fields import CountField, EDTFField
from sanctions.questions.counts import Facet, by_code, by_record, by_year
from sanctions.vocabulary import State

#: The suffix of a negated parameter; ``field!=value`` is short for ``field__not=value``.
NOT: Final = "__not"
#: The parameter that makes filters by imprecise dates match what is possible, not only what is certain.
INCLUDE_POSSIBLE: Final = "include_possible"
_EDTF: Final = "A date of any precision (EDTF), such as 2015-07-14, 2015-07 or 2015."

#: A parameter, and the function that makes a condition from its value and the parameters of the request.
LookupOf = tuple[Parameter, Callable[[Any, Any], Q]]


@dataclass(frozen=True, slots=True)
class RelatedRows:
    """Related rows for which several conditions must hold together.

    ``reference`` leads from the related rows to ``key`` of the rows of the list.
    """

    rows: Callable[[], QuerySet[Any]]
    reference: str
    key: str = "pk"

    def any(self, condition: Q) -> Q:
        """Return the condition that one related row meets a condition: a subquery, since a join would repeat rows."""
        return Q(**{f"{self.key}__in": self.rows().filter(condition).order_by().values(self.reference)})

    def none(self, condition: Q) -> Q:
        """Return the condition that no related row meets a condition."""
        # A null among the keys would make `NOT IN` unknown for every row.
        return ~self.any(condition & Q(**{f"{self.reference}__isnull": False}))


class Trace(NamedTuple):
    """The parts of a path: the relation to many rows, the path from there, the last column, the fields it passes.

    ``many`` is empty where every row has one value at most. ``is_open`` is false where the path passes other records,
    which may not be public. ``target`` is the model that the column refers to, if it is a reference.
    """

    many: str
    rest: str
    column: models.Field[Any, Any]
    covers: frozenset[str]
    is_open: bool
    target: type[models.Model]


@cache
def trace(model: type[models.Model], path: str) -> Trace:
    """Follow a path from a model."""
    many, rest, covers, is_open = "", list[str](), set[str](), True
    relation: Any = None
    hops = path.split("__")
    for place, hop in enumerate(hops):
        relation = model._meta.get_field(hop)
        covers.add(f"{relation.model.__name__}.{hop}")
        if many:
            rest.append(hop)
        elif relation.one_to_many or relation.many_to_many:
            many = "__".join(hops[: place + 1])
            backwards = isinstance(relation, models.ForeignObjectRel)
            is_open = not (backwards and issubclass(relation.related_model, Record))
            if relation.many_to_many:
                rest.append(_ends(relation)[2])
        if relation.is_relation:
            model = relation.related_model
    column = relation if isinstance(relation, models.Field) else relation.field
    return Trace(many, "__".join(rest) if many else path, column, frozenset(covers), is_open, model)


def _ends(relation: Any) -> tuple[type[models.Model], str, str]:
    """Return the table of a many-to-many relation, and its references to the near and the far row."""
    if isinstance(relation, models.ForeignObjectRel):
        column: Any = relation.field
        return relation.through, column.m2m_reverse_field_name(), column.m2m_field_name()  # type: ignore[attr-defined]
    return relation.remote_field.through, relation.m2m_field_name(), relation.m2m_reverse_field_name()


@cache
def related_rows_at(model: type[models.Model], path: str) -> RelatedRows:
    """Return the rows at the end of a path to many rows; of other records, only the public ones."""
    *before, last = path.split("__")
    for hop in before:
        model = model._meta.get_field(hop).related_model  # type: ignore[assignment]
    relation: Any = model._meta.get_field(last)
    key = "__".join(before) or "pk"
    is_record = isinstance(relation, models.ForeignObjectRel) and issubclass(relation.related_model, Record)
    if relation.many_to_many:
        through, here, there = _ends(relation)
        public = Q(**{f"{there}__state": State.PUBLISHED}) if is_record else Q()
        return RelatedRows(lambda: through._default_manager.filter(public), here, key)
    rows: Any = relation.related_model._default_manager
    return RelatedRows(lambda: rows.all().published() if is_record else rows.all(), relation.field.name, key)


class FilterColumn(Declaration):
    """A column of the noun or of its parts, by its path; its type decides which parameters it has.

    Conditions on columns that share a relation to many rows must hold for one and the same related row. The help text
    defaults to that of the model. ``exact``: a text has equality lookups too. ``bare``: the lookup that the name of a
    text has without a suffix. ``counted``: the list offers a facet for it, if it is a code, a record or a date.
    """

    def __init__(
        self, path: str, help_text: str = "", *, exact: bool = False, bare: str = "", counted: bool = True
    ) -> None:
        self.path, self.help_text = path, help_text
        self.exact, self.bare, self.counted = exact, bare, counted

    def parameters(self, model: type[models.Model]) -> Iterator[tuple[str, Parameter, Any, str]]:
        """Yield the suffix of each parameter, the parameter, its lookup, and the related rows that it is within."""
        path = trace(model, self.path)
        for suffix, (parameter, condition) in self._lookups(path).items():
            yield suffix, parameter, condition, path.many
            if suffix in ("", "__in") and not isinstance(parameter, Dates | Quantity | Switch) and not self.bare:
                yield suffix + NOT, opposite(parameter), _none(condition, path.many), ""
        empty = Switch(f"{self._description(path)}: true for rows without a value, false for rows with one.")
        if _is_whole_row(self.path, path):
            yield "__isnull", empty, _is_none(path.many), ""
        elif (path.column.blank or path.column.null) and not path.column.many_to_many:
            yield "__isnull", empty, _is_empty(path.rest, path.column), path.many

    def kind(self, model: type[models.Model]) -> str:
        """Return the kind of filter under which docs/api.md lists it."""
        return self._kind(trace(model, self.path).column)

    def _kind(self, column: models.Field[Any, Any]) -> str:
        if _is_date(column):
            return "date"
        if column.is_relation:
            return "record"
        if column.choices:
            return "code"
        if isinstance(column, models.DecimalField | CountField):
            return "number"
        return "switch" if isinstance(column, models.BooleanField) else "word" if self.exact else "text"

    def is_imprecise(self, model: type[models.Model]) -> bool:
        """Whether this is a date (EDTF) that may mean several days."""
        return isinstance(trace(model, self.path).column, EDTFField)

    def facets(self, name: str, model: type[models.Model]) -> Mapping[str, Facet]:
        """Return the facets: of codes, of records, and of the years of dates."""
        path = trace(model, self.path)
        if not (path.is_open and self.counted):
            return {}
        return {key: replace(facet, repeats=bool(path.many)) for key, facet in self._facets(name, path).items()}

    def _facets(self, name: str, path: Trace) -> dict[str, Facet]:
        column, help_text = path.column, f"{self._description(path)}."
        match self._kind(column):
            case "date":
                earliest, latest = _bounds(self.path, column)
                return {f"{name}__year": by_year(f"{self._description(path)}: the year.", earliest, latest)}
            case "record":
                return {name: by_record(help_text, self.path, path.target)}
            case "code":
                return {name: by_code(help_text, self.path, _labels(column))}
        return {}

    def _description(self, path: Trace) -> str:
        """Return the first clause of the help text, to which each parameter adds its own words."""
        text = self.help_text or str(path.column.help_text).split(" (EDTF)")[0].split("; ")[0]
        return text.rstrip(".…")

    def _lookups(self, trace: Trace) -> dict[str, LookupOf]:
        """Return the parameters by suffix, without the negated ones."""
        column, path, text = trace.column, trace.rest, self._description(trace)
        if _is_date(column):
            return _dates(text, *_bounds(path, column))
        if column.is_relation:
            slug = Slug(f"{text}.", trace.target)
            return {"": (slug, _where(path)), "__in": (Slugs(slug), _where(f"{path}__in"))}
        if column.choices:
            code = Code(f"{text}.", [str(value) for value in _labels(column)])
            return {"": (code, _where(path)), "__in": (ListOf(code), _where(f"{path}__in"))}
        if isinstance(column, models.DecimalField):
            return _numbers(text, path, column.max_digits - column.decimal_places, column.decimal_places)
        if isinstance(column, CountField):
            return _numbers(text, path, len(str(CountField.most)) - 1, 0)
        if isinstance(column, models.BooleanField):
            return {"": (Switch(f"{text}."), _where(path))}
        return self._texts(text, path)

    def _texts(self, text: str, path: str) -> dict[str, LookupOf]:
        contains = Text(f"{text}: contains this text.")
        words: dict[str, LookupOf] = {"__icontains": (contains, _where(f"{path}__icontains"))}
        if self.bare:
            return {"": (Text(f"{text}."), _where(f"{path}__{self.bare}"))} | words
        if self.exact:
            exact = Text(f"{text}.")
            return {"": (exact, _where(path)), "__in": (ListOf(exact), _where(f"{path}__in"))} | words
        return words


def _is_date(column: models.Field[Any, Any]) -> bool:
    return isinstance(column, EDTFField | models.DateField)


def _is_whole_row(path: str, trace: Trace) -> bool:
    """Whether the related row has nothing but the value: it is a record, or a row with one code."""
    is_code = bool(trace.column.choices) and not issubclass(trace.column.model, Part)
    return bool(trace.many) and (path == trace.many or (is_code and path.count("__") == trace.many.count("__") + 1))


def _labels(column: models.Field[Any, Any]) -> dict[str, str]:
    return {str(code): str(label) for code, label in column.flatchoices if code != ""}


def _bounds(path: str, column: models.Field[Any, Any]) -> tuple[str, str]:
    """Return the paths of the first and the last day that a date may mean."""
    if not isinstance(column, EDTFField):
        return path, path
    before = path[: -len(column.name)]
    return before + column.earliest, before + column.latest


# --- Conditions ---------------------------------------------------------------------------------


def _where(lookup: str) -> Callable[[Any, Any], Q]:
    return lambda value, given: Q(**{lookup: value})


def _none(condition: Callable[[Any, Any], Q], many: str) -> Callable[[Any, Any], Q]:
    """Return the negated condition; of many related rows, that none meets it."""
    return lambda value, given: given.no_related(many, condition(value, given)) if many else ~condition(value, given)


def _is_none(many: str) -> Callable[[bool, Any], Q]:
    return lambda value, given: given.no_related(many, Q()) if value else ~given.no_related(many, Q())


def _is_empty(path: str, column: models.Field[Any, Any]) -> Callable[[bool, Any], Q]:
    empty = Q(**{f"{path}__isnull": True}) if column.null else Q(**{path: ""})
    return lambda value, given: empty if value else ~empty


def opposite(parameter: Parameter) -> Parameter:
    """Return the parameter of the negated condition; it accepts the same values."""
    negated = copy.copy(parameter)
    negated.help_text = f"Not: {parameter.help_text}"
    return negated


def _numbers(text: str, path: str, digits: int, places: int) -> dict[str, LookupOf]:
    def between(value: tuple[Any, Any], parameters: Any) -> Q:
        return Q(**{f"{path}__gte": value[0], f"{path}__lte": value[1]})

    def number(help_text: str) -> Quantity:
        return Quantity(f"{text}{help_text}.", digits, places)

    return {
        "": (number(""), _where(path)),
        "__gte": (number(", at least this"), _where(f"{path}__gte")),
        "__lte": (number(", at most this"), _where(f"{path}__lte")),
        "__range": (Range(number(", between these two, separated by a comma")), between),
    }


def since(earliest: str, latest: str) -> Callable[[Extent, Any], Q]:
    """Return the condition that a date is not before another: certainly, or with ``include_possible`` possibly."""

    def condition(value: Extent, parameters: Any) -> Q:
        later = Q(**{f"{latest}__gte": value.earliest})
        if parameters.given.get(INCLUDE_POSSIBLE):
            return later
        # The second condition follows from the first, and is the one that has an index.
        return Q(**{f"{earliest}__gte": value.earliest}) & later

    return condition


def until(earliest: str, latest: str) -> Callable[[Extent, Any], Q]:
    """Return the condition that a date is not after another: certainly, or with ``include_possible`` possibly."""

    def condition(value: Extent, parameters: Any) -> Q:
        return Q(**{f"{earliest if parameters.given.get(INCLUDE_POSSIBLE) else latest}__lte": value.latest})

    return condition


def _dates(text: str, earliest: str, latest: str) -> dict[str, LookupOf]:
    begun, over = since(earliest, latest), until(earliest, latest)

    def shared(value: Extent, parameters: Any) -> Q:
        return Q(**{f"{earliest}__lte": value.latest, f"{latest}__gte": value.earliest})

    period = Dates(f"{text}, certainly within this period: two dates (EDTF) separated by a comma, or one interval.")
    return {
        "": (
            Dates(f"{text}, certainly within this date. {_EDTF}"),
            lambda value, given: begun(value, given) & over(value, given),
        ),
        "__gte": (Dates(f"{text}, certainly not before this date. {_EDTF}"), begun),
        "__lte": (Dates(f"{text}, certainly not after this date. {_EDTF}"), over),
        "__range": (DateRange(period), lambda value, given: begun(value[0], given) & over(value[1], given)),
        "__overlaps": (Dates(f"{text}: some day that it may mean lies within this date. {_EDTF}"), shared),
    }
