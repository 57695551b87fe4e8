"""/api/v1/stats/: counts of records by kind, year, program and so on."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request

from api.http import costs
from api.http.problems import InvalidParameters, ParameterFault
from api.http.renderers import CSVRenderer, JSONLinesRenderer, JSONRenderer, PageRenderer, ParquetRenderer
from api.v1.filters.base import Parameters
from api.v1.filters.stats import LISTS, StatsParameters, collection_of, groupings_of, parameters_for
from api.v1.schemas.description import Operation
from api.v1.schemas.records import ref
from api.v1.views.questions import QuestionView
from sanctions.exceptions import TooMuch
from sanctions.questions.counts import columns_of, counted, total


class StatsView(QuestionView):
    """Count the records of a collection, grouped by up to three facets: kind, year, program and so on.

    The filters are those of the list of the collection, under the same names. A record with several values, such as
    several programs, is counted once for each; one without a value, or without a certain year, is counted under null.
    The JSON answer also has the columns and the totals; other formats have the rows only.
    """

    name = "Counts"
    parameters = StatsParameters
    renderer_classes = [JSONRenderer, PageRenderer, CSVRenderer, JSONLinesRenderer, ParquetRenderer]
    operation = Operation("stats", "stats", "Counts of records", ref("Stats"))

    def cost(self, request: Request) -> int:
        return 1 + costs.of_facets(groupings_of(request.query_params))

    def parameters_class(self) -> type[Parameters]:
        return parameters_for(self.request.query_params)

    def rows(self) -> QuerySet[Any]:
        model: Any = LISTS[collection_of(self.request.query_params)].model
        rows: QuerySet[Any] = model.objects.published()
        return rows

    def answer(self, query: Parameters, **path: Any) -> Any:
        if not isinstance(query, StatsParameters):
            raise TypeError(f"{type(query).__name__} are not the parameters of counts.")
        facets = query.counted_by()
        rows = query.rows_to_count(facets)
        try:
            counts = counted(rows, facets)
        except TooMuch as error:
            message = f"{error} Group by fewer facets, or give more filters."
            name = query.original_name("group_by")
            fault = ParameterFault(name, query.data["group_by"], "too_many", message)
            raise InvalidParameters([fault]) from error
        return {
            "collection": query.data["collection"],
            "group_by": list(facets),
            "as_of": query.day,
            "total": rows.count() if facets else counts[0]["count"],
            "sum": total(counts),
            "columns": columns_of(facets),
            "rows": counts,
        }
