"""The parameters that every list has: dates that may be imprecise, and facets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from django.db.models import QuerySet

from api.http.negotiation import PARAMETER as FORMAT
from api.http.pagination import PARAMETERS as PAGING
from api.http.parameters.base import ListOf
from api.http.parameters.texts import Code, Switch
from api.http.problems import ParameterFault
from api.v1.filters.base import FilterCondition, Parameters
from api.v1.filters.columns import INCLUDE_POSSIBLE
from api.v1.shape import PARAMETERS as SHAPE
from sanctions.questions.counts import Facet, by_code, facet_counts
from sanctions.vocabulary import Standing

#: Filters of one request.
MOST_FILTERS: Final = 40
#: Facets of one request.
MOST_FACETS: Final = 5


class ListParameters(Parameters):
    """The parameters of a list. Facets and ``include_possible`` are added where its columns allow them."""

    read_elsewhere: ClassVar[tuple[str, ...]] = (FORMAT, *PAGING, *SHAPE)
    renamed: ClassVar[Mapping[str, str]] = {"possibly": INCLUDE_POSSIBLE}
    #: The facets by name.
    facets_offered: ClassVar[Mapping[str, Facet]] = {}
    #: Facets that do not follow from a column.
    more_facets: ClassVar[Mapping[str, Facet]] = {}
    #: The column of the date that the facet ``year`` counts by.
    main_date: ClassVar[str] = ""
    #: The columns whose dates may be imprecise.
    imprecise_dates: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def collect_conditions(cls) -> dict[str, FilterCondition]:
        conditions = super().collect_conditions()
        offered: dict[str, Facet] = {}
        for name, column in cls.columns().items():
            offered |= column.facets(name, cls.model)
        if cls.main_date:
            offered["year"] = offered[f"{cls.main_date}__year"]
        if "standing" in conditions:
            offered["standing"] = by_code("The standing on the day.", "standing", dict(Standing.choices))
        cls.facets_offered = dict(sorted({**offered, **cls.more_facets}.items()))
        cls.imprecise_dates = frozenset(
            name for name, column in cls.columns().items() if column.is_imprecise(cls.model)
        )
        if cls.imprecise_dates:
            conditions[INCLUDE_POSSIBLE] = FilterCondition(
                Switch("Also match imprecise dates that only possibly lie in the range, not certainly.")
            )
        if offered:
            count_by = Code("Count the matching rows by these facets, next to the page.", cls.facets_offered)
            conditions["facets"] = FilterCondition(ListOf(count_by, MOST_FACETS))
        return conditions

    def contradictions(self) -> Iterable[ParameterFault]:
        yield from super().contradictions()
        names = [name.partition("__")[0] for name in self.given_conditions]
        if INCLUDE_POSSIBLE in self.given and self.imprecise_dates.isdisjoint(names):
            message = "This needs a filter by a date too, such as one that ends in `__gte`."
            yield ParameterFault(INCLUDE_POSSIBLE, self.data[INCLUDE_POSSIBLE], "needs_another", message)
        if len(self.given_conditions) > MOST_FILTERS:
            name = list(self.given_conditions)[MOST_FILTERS]
            message = f"At most {MOST_FILTERS} filters can be given at once, these are {len(self.given_conditions)}."
            yield ParameterFault(name, self.data[name], "too_many", message)

    def facets(self) -> dict[str, Any]:
        """Return the requested facets, each counted with all filters but its own: one query for each."""
        counts = {}
        for name in self.given.get("facets", ()):
            own_filter = self.main_date if name == "year" else name.partition("__")[0]
            rows = self.without(own_filter).rows_to_count([name])
            counts[name] = facet_counts(rows, name, self.facets_offered[name])
        return counts

    def rows_to_count(self, facets: Iterable[str]) -> QuerySet[Any]:
        """Return the matching rows, annotated with what the facets need."""
        rows = self.filter_queryset(self.queryset.all())
        return self.with_standing(rows) if "standing" in facets else rows
