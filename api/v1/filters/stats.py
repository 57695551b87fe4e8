"""The parameters of counts: what is counted, by what, and the filters of its list."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from django.http import QueryDict

from api.http.errors import InvalidParameters
from api.http.negotiation import PARAMETER as FORMAT
from api.http.parameters import Code, Few, Refusal, describe, refused
from api.v1.filters.actors import ActorParameters
from api.v1.filters.agreements import AgreementParameters
from api.v1.filters.base import Condition, ListParameters
from api.v1.filters.commitments import CommitmentParameters
from api.v1.filters.designations import DesignationParameters
from api.v1.filters.events import EventParameters
from api.v1.filters.measures import MeasureParameters
from api.v1.filters.orders import OrderParameters
from api.v1.filters.programs import ProgramParameters
from api.v1.filters.sources import SourceParameters
from api.v1.filters.violations import ViolationParameters
from sanctions.questions.counts import Facet

#: What can be counted, each with the parameters of its list.
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
#: By how many things at once rows can be counted.
MOST_BY: Final = 3
OF: Final = Code("What is counted.", LISTS)


class StatsParameters(ListParameters):
    """What is counted, and by what; the filters are those of the list that ``of`` names."""

    elsewhere = (FORMAT,)

    of = Condition(OF)

    @classmethod
    def get_filters(cls) -> dict[str, Condition]:
        """Return the filters of the list, without its facets: counts are what this is about."""
        return {name: found for name, found in super().get_filters().items() if name != "facets"}

    @classmethod
    def described(cls) -> list[dict[str, Any]]:
        """Return the parameters as OpenAPI describes them: of all collections, with the filters of any list."""
        names = sorted({name for one in LISTS.values() for name in one.facets_offered})
        by = Few(Code("What it is counted by, in this order; what a collection offers is its facets.", names), MOST_BY)
        filters = {
            "name": "filters",
            "in": "query",
            "description": "The filters of the list that `of` names, each under its own name.",
            "style": "form",
            "explode": True,
            "schema": {"type": "object", "additionalProperties": {"type": "string"}},
        }
        of, *others = super().described()
        return [of | {"required": True}, describe("by", by), *others, filters]

    def counted_by(self) -> dict[str, Facet]:
        """Return what is counted by, in the order asked for."""
        return {name: self.facets_offered[name] for name in self.given.get("by", ())}


@cache
def counting(plural: str) -> type[StatsParameters]:
    """Return the parameters of the counts of a collection: those of its list, without its facets, and ``by``."""
    of_list = LISTS[plural]

    class Counts(StatsParameters, of_list):  # type: ignore[misc,valid-type]
        """The parameters of these counts."""

        by = Condition(Few(Code("What it is counted by, in this order.", of_list.facets_offered), MOST_BY))

    return Counts


def parameters_for(query: QueryDict) -> type[StatsParameters]:
    """Return the parameters that a query may have, by what it counts; a problem if it counts nothing known."""
    try:
        found: Any = OF.clean(query.get("of"))
    except Refusal as error:
        raise InvalidParameters(refused(query, {"of": [error]})) from error
    if found is None:
        missing = Refusal("What shall be counted? Allowed: " + ", ".join(LISTS) + ".", "missing", allowed=LISTS)
        raise InvalidParameters(refused(query, {"of": [missing]}))
    return counting(found)
