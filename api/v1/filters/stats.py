"""The parameters of counts: the collection, what to group its rows by, and the filters of its list."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from django.http import QueryDict

from api.http.negotiation import PARAMETER as FORMAT
from api.http.parameters.base import InvalidValue, ListOf, rejection
from api.http.parameters.query import openapi_parameter, value_faults
from api.http.parameters.texts import Code
from api.http.problems import InvalidParameters
from api.v1.filters.actors import ActorParameters
from api.v1.filters.agreements import AgreementParameters
from api.v1.filters.base import FilterCondition
from api.v1.filters.commitments import CommitmentParameters
from api.v1.filters.designations import DesignationParameters
from api.v1.filters.events import EventParameters
from api.v1.filters.lists import ListParameters
from api.v1.filters.measures import MeasureParameters
from api.v1.filters.orders import OrderParameters
from api.v1.filters.programs import ProgramParameters
from api.v1.filters.sources import SourceParameters
from api.v1.filters.violations import ViolationParameters
from sanctions.questions.counts import Facet

#: The collections that can be counted → the parameters of their lists.
LISTS: Final[Mapping[str, type[ListParameters]]] = {
    "orders": OrderParameters,
    "measures": MeasureParameters,
    "programs": ProgramParameters,
    "agreements": AgreementParameters,
    "commitments": CommitmentParameters,
    "violations": ViolationParameters,
    "actors": ActorParameters,
    "designations": DesignationParameters,
    "events": EventParameters,
    "sources": SourceParameters,
}
#: Groupings of one request.
MOST_BY: Final = 3
_COLLECTION: Final = Code("The collection whose rows are counted.", LISTS)


class StatsParameters(ListParameters):
    """The collection, the groupings, and the filters of the list that ``collection`` names."""

    read_elsewhere = (FORMAT,)

    renamed = {**ListParameters.renamed, "of": "collection", "by": "group_by"}

    collection = FilterCondition(_COLLECTION)

    @classmethod
    def collect_conditions(cls) -> dict[str, FilterCondition]:
        """Return the filters of the list, without its facets."""
        return {name: condition for name, condition in super().collect_conditions().items() if name != "facets"}

    @classmethod
    def openapi(cls) -> list[dict[str, Any]]:
        """Return the parameters as OpenAPI describes them: with the facets and filters of every list."""
        names = sorted({name for parameters in LISTS.values() for name in parameters.facets_offered})
        group_by = ListOf(Code("The facets to group by, in this order; see `facets` of the list.", names), MOST_BY)
        filters = {
            "name": "filters",
            "in": "query",
            "description": "The filters of the list that `collection` names, each under its own name.",
            "style": "form",
            "explode": True,
            "schema": {"type": "object", "additionalProperties": {"type": "string"}},
        }
        collection, *others = super().openapi()
        earlier = openapi_parameter("by", group_by) | {"description": "The earlier name of `group_by`."}
        return [collection, openapi_parameter("group_by", group_by), *others, earlier, filters]

    def counted_by(self) -> dict[str, Facet]:
        """Return the facets to group by, in the order of the request."""
        return {name: self.facets_offered[name] for name in self.given.get("group_by", ())}


@cache
def counting(plural: str) -> type[StatsParameters]:
    """Return the parameters of the counts of a collection: those of its list, with ``group_by`` for ``facets``."""
    of_list = LISTS[plural]

    class Counts(StatsParameters, of_list):  # type: ignore[misc,valid-type]
        renamed = {**of_list.renamed, **StatsParameters.renamed}

        group_by = FilterCondition(
            ListOf(Code("The facets to group by, in this order.", of_list.facets_offered), MOST_BY)
        )

    return Counts


def parameters_for(query: QueryDict) -> type[StatsParameters]:
    """Return the parameters of a query, which depend on its collection; :class:`InvalidParameters` without one."""
    name, value = _either(query, "collection", "of")
    try:
        collection: Any = _COLLECTION.clean(value)
        if collection is None:
            raise InvalidValue(rejection("Give the collection to count.", allowed=LISTS), "missing", allowed=LISTS)
    except InvalidValue as error:
        raise InvalidParameters(value_faults(query, {name: [error]})) from error
    return counting(collection)


def collection_of(query: QueryDict) -> str:
    """Return the collection that a valid query counts."""
    return str(_either(query, "collection", "of")[1])


def groupings_of(query: QueryDict) -> str:
    """Return the facets to group by as the query gives them, separated by commas."""
    return _either(query, "group_by", "by")[1] or ""


def _either(query: QueryDict, name: str, earlier: str) -> tuple[str, str | None]:
    """Return the name and value of a parameter that may be given by its earlier name."""
    given = earlier if earlier in query and name not in query else name
    return given, query.get(given)
