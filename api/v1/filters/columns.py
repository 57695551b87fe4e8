"""Filters that follow from the model: a column is named once, and what it holds says how it can be asked for."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final, NamedTuple

from django.db import models
from django.db.models import Q, QuerySet

from api.http.parameters import Code, DateRange, Dates, Many, Parameter, Quantity, Range, Slug, Slugs, Switch, Text
from api.v1.filters.declarations import Declaration
from sanctions.edtf import Extent
from sanctions.models import Record
from sanctions.models.base import Part
from sanctions.models.fields import CountField, EDTFField
from sanctions.questions.counts import Facet, by_code, by_record, by_year
from sanctions.vocabulary import State

#: The end of the name of a parameter that asks for the opposite; ``field!=value`` is short for ``field__not=value``.
NOT: Final = "__not"
_EDTF: Final = "A date of any precision (EDTF), such as 2015-07-14, 2015-07 or 2015."

#: What a parameter reads, and the condition that its value makes: of the value and the request.
Made = tuple[Parameter, Callable[[Any, Any], Q]]


@dataclass(frozen=True, slots=True)
class Group:
    """Related rows of which several conditions must hold together: the rows, and how they refer to ours.

    ``reference`` leads from them to the value of ``key`` of ours.
    """

    rows: Callable[[], QuerySet[Any]]
    reference: str
    key: str = "pk"

    def some(self, condition: Q) -> Q:
        """Return the condition that one of the rows meets a condition: no join, so that none of ours comes twice."""
        return Q(**{f"{self.key}__in": self.rows().filter(condition).order_by().values(self.reference)})

    def none(self, condition: Q) -> Q:
        """Return the condition that none of the rows meets a condition."""
        # A null among the keys would make the answer to `NOT IN` unknown for every row.
        return ~self.some(condition & Q(**{f"{self.reference}__isnull": False}))


class Trace(NamedTuple):
    """Where a path leads: the relation to many rows on it, the path from there, its last column, all that it names.

    ``many`` is empty where every row has one value at most; ``is_open`` is false where other records lie between,
    which may be no public ones. ``target`` is the model of the records that the column names, if it names any.
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
    """Return the table of a relation of many to many, and its references to the row here and to the row there."""
    if isinstance(relation, models.ForeignObjectRel):
        column: Any = relation.field
        return relation.through, column.m2m_reverse_field_name(), column.m2m_field_name()  # type: ignore[attr-defined]
    return relation.remote_field.through, relation.m2m_field_name(), relation.m2m_reverse_field_name()


@cache
def group_at(model: type[models.Model], path: str) -> Group:
    """Return the rows at the end of a path that leads to many; of other records, the public ones."""
    *before, last = path.split("__")
    for hop in before:
        model = model._meta.get_field(hop).related_model  # type: ignore[assignment]
    relation: Any = model._meta.get_field(last)
    key = "__".join(before) or "pk"
    is_record = isinstance(relation, models.ForeignObjectRel) and issubclass(relation.related_model, Record)
    if relation.many_to_many:
        through, here, there = _ends(relation)
        public = Q(**{f"{there}__state": State.PUBLISHED}) if is_record else Q()
        return Group(lambda: through._default_manager.filter(public), here, key)
    rows: Any = relation.related_model._default_manager
    return Group(lambda: rows.all().published() if is_record else rows.all(), relation.field.name, key)


class Column(Declaration):
    """A column of the noun or of what belongs to it, by its path; the parameters follow from what it holds.

    Columns that are reached by the same relation to many rows must hold of one and the same of them. Unless a
    help text is given it is that of the model. ``exact`` texts can be asked for as a whole; ``bare`` is what the
    name alone means for a text, where it may stand alone. Lists can be ``counted`` by codes, records and years.
    """

    def __init__(
        self, path: str, help_text: str = "", *, exact: bool = False, bare: str = "", counted: bool = True
    ) -> None:
        self.path, self.help_text = path, help_text
        self.exact, self.bare, self.counted = exact, bare, counted

    def parameters(self, model: type[models.Model]) -> Iterator[tuple[str, Parameter, Any, str]]:
        """Yield the end of the name of each parameter, what it reads, its condition, and its group."""
        found = trace(model, self.path)
        for suffix, (parameter, condition) in self._made(found).items():
            yield suffix, parameter, condition, found.many
            if suffix in ("", "__in") and not isinstance(parameter, Dates | Quantity | Switch) and not self.bare:
                yield suffix + NOT, opposite(parameter), _none(condition, found.many), ""
        empty = Switch(f"{self._words(found)}: whether there is none.")
        if _is_whole_row(self.path, found):
            yield "__isnull", empty, _is_none(found.many), ""
        elif (found.column.blank or found.column.null) and not found.column.many_to_many:
            yield "__isnull", empty, _is_empty(found.rest, found.column), found.many

    def kind(self, model: type[models.Model]) -> str:
        """Return what kind of filter this is, as the documentation calls it."""
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
        """Whether this is a date that may mean several days."""
        return isinstance(trace(model, self.path).column, EDTFField)

    def facets(self, name: str, model: type[models.Model]) -> Mapping[str, Facet]:
        """Return by what rows can be counted: codes, records, and the years of dates."""
        found = trace(model, self.path)
        if not (found.is_open and self.counted):
            return {}
        return {key: replace(facet, repeats=bool(found.many)) for key, facet in self._counted(name, found).items()}

    def _counted(self, name: str, found: Trace) -> dict[str, Facet]:
        column, help_text = found.column, f"{self._words(found)}."
        match self._kind(column):
            case "date":
                earliest, latest = _bounds(self.path, column)
                return {f"{name}__year": by_year(f"{self._words(found)}: the year.", earliest, latest)}
            case "record":
                return {name: by_record(help_text, self.path, found.target)}
            case "code":
                return {name: by_code(help_text, self.path, _labels(column))}
        return {}

    def _words(self, found: Trace) -> str:
        """Return what the column holds, without what a parameter need not say."""
        said = self.help_text or str(found.column.help_text).split(" (EDTF)")[0].split("; ")[0]
        return said.rstrip(".…")

    def _made(self, found: Trace) -> dict[str, Made]:
        """Return the parameters by the ends of their names, without those that ask for the opposite."""
        column, path, said = found.column, found.rest, self._words(found)
        if _is_date(column):
            return _dates(said, *_bounds(path, column))
        if column.is_relation:
            slug = Slug(f"{said}.", found.target)
            return {"": (slug, _where(path)), "__in": (Slugs(slug), _where(f"{path}__in"))}
        if column.choices:
            code = Code(f"{said}.", [str(value) for value in _labels(column)])
            return {"": (code, _where(path)), "__in": (Many(code), _where(f"{path}__in"))}
        if isinstance(column, models.DecimalField):
            return _numbers(said, path, column.max_digits - column.decimal_places, column.decimal_places)
        if isinstance(column, CountField):
            return _numbers(said, path, len(str(CountField.most)) - 1, 0)
        if isinstance(column, models.BooleanField):
            return {"": (Switch(f"{said}."), _where(path))}
        return self._texts(said, path)

    def _texts(self, said: str, path: str) -> dict[str, Made]:
        words: dict[str, Made] = {"__icontains": (Text(f"{said}: has this in it."), _where(f"{path}__icontains"))}
        if self.bare:
            return {"": (Text(f"{said}."), _where(f"{path}__{self.bare}"))} | words
        if self.exact:
            one = Text(f"{said}.")
            return {"": (one, _where(path)), "__in": (Many(one), _where(f"{path}__in"))} | words
        return words


def _is_date(column: models.Field[Any, Any]) -> bool:
    return isinstance(column, EDTFField | models.DateField)


def _is_whole_row(path: str, found: Trace) -> bool:
    """Whether the value is all that there is of the row: a record that is named, or a code alone."""
    is_code = bool(found.column.choices) and not issubclass(found.column.model, Part)
    return bool(found.many) and (path == found.many or (is_code and path.count("__") == found.many.count("__") + 1))


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
    return lambda value, asked: Q(**{lookup: value})


def _none(condition: Callable[[Any, Any], Q], many: str) -> Callable[[Any, Any], Q]:
    """Return the condition that the row is not so; of many rows, that none is."""
    return lambda value, asked: asked.none(many, condition(value, asked)) if many else ~condition(value, asked)


def _is_none(many: str) -> Callable[[bool, Any], Q]:
    return lambda value, asked: asked.none(many, Q()) if value else ~asked.none(many, Q())


def _is_empty(path: str, column: models.Field[Any, Any]) -> Callable[[bool, Any], Q]:
    empty = Q(**{f"{path}__isnull": True}) if column.null else Q(**{path: ""})
    return lambda value, asked: empty if value else ~empty


def opposite(parameter: Parameter) -> Parameter:
    """Return the parameter of the opposite, which reads the same."""
    opposite = copy.copy(parameter)
    opposite.help_text = f"Not so: {parameter.help_text}"
    return opposite


def _numbers(said: str, path: str, digits: int, places: int) -> dict[str, Made]:
    def between(value: tuple[Any, Any], asked: Any) -> Q:
        return Q(**{f"{path}__gte": value[0], f"{path}__lte": value[1]})

    def number(help_text: str) -> Quantity:
        return Quantity(f"{said}{help_text}.", digits, places)

    return {
        "": (number(""), _where(path)),
        "__gte": (number(", at least this"), _where(f"{path}__gte")),
        "__lte": (number(", at most this"), _where(f"{path}__lte")),
        "__range": (Range(number(", between these two, separated by a comma")), between),
    }


def since(earliest: str, latest: str) -> Callable[[Extent, Any], Q]:
    """Return the condition that a date is not before another: certainly, or with ``possibly`` at least possibly."""

    def condition(value: Extent, asked: Any) -> Q:
        later = Q(**{f"{latest}__gte": value.earliest})
        if asked.given.get("possibly"):
            return later
        # The second condition follows from the first, and is the one that the index knows.
        return Q(**{f"{earliest}__gte": value.earliest}) & later

    return condition


def until(earliest: str, latest: str) -> Callable[[Extent, Any], Q]:
    """Return the condition that a date is not after another, likewise."""

    def condition(value: Extent, asked: Any) -> Q:
        return Q(**{f"{earliest if asked.given.get('possibly') else latest}__lte": value.latest})

    return condition


def _dates(said: str, earliest: str, latest: str) -> dict[str, Made]:
    begun, over = since(earliest, latest), until(earliest, latest)

    def shared(value: Extent, asked: Any) -> Q:
        return Q(**{f"{earliest}__lte": value.latest, f"{latest}__gte": value.earliest})

    period = Dates(f"{said}, certainly within this period: two dates (EDTF) separated by a comma, or one interval.")
    return {
        "": (
            Dates(f"{said}, certainly within this date. {_EDTF}"),
            lambda value, asked: begun(value, asked) & over(value, asked),
        ),
        "__gte": (Dates(f"{said}, certainly not before this date. {_EDTF}"), begun),
        "__lte": (Dates(f"{said}, certainly not after this date. {_EDTF}"), over),
        "__range": (DateRange(period), lambda value, asked: begun(value[0], asked) & over(value[1], asked)),
        "__overlaps": (Dates(f"{said}: some day that it may mean lies within this date. {_EDTF}"), shared),
    }
