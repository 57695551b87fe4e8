"""/api/v1/stats/: how many records there are of which kind, year, program and so on."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request

from api.http import costs
from api.http.errors import Fault, InvalidParameters
from api.http.renderers import CSVRenderer, JSONLinesRenderer, JSONRenderer, PageRenderer, ParquetRenderer
from api.v1.filters.base import Parameters
from api.v1.filters.stats import LISTS, StatsParameters, parameters_for
from api.v1.schemas.description import Operation
from api.v1.schemas.records import ref
from api.v1.views.questions import Question
from sanctions.exceptions import TooMuch
from sanctions.questions.counts import columns_of, counted, total


class Stats(Question):
    """How many records of a collection there are, by up to three things at once: kind, year, program and so on.

    It takes the filters of the list of the collection (`of`), under the same names. A record that has several values,
    such as several programs, is counted once for each of them; what has no value, or no certain year, is counted
    under null. As JSON the answer also has the columns and the totals; other formats have the rows only.
    """

    name = "Counts"
    parameters = StatsParameters
    renderer_classes = [JSONRenderer, PageRenderer, CSVRenderer, JSONLinesRenderer, ParquetRenderer]
    operation = Operation("stats", "stats", "How many records there are of what", ref("Stats"))

    def cost(self, request: Request) -> int:
        """Return what a table of counts costs, by what is counted by."""
        return 1 + costs.of_facets(request.query_params.get("by", ""))

    def asking(self) -> type[Parameters]:
        """Return the parameters of what is counted."""
        return parameters_for(self.request.query_params)

    def rows(self) -> QuerySet[Any]:
        """Return the public records of what is counted."""
        model: Any = LISTS[self.request.query_params["of"]].model
        found: QuerySet[Any] = model.objects.published()
        return found

    def answer(self, asked: Parameters, **path: Any) -> Any:
        """Return the columns, the rows and the totals; refuse more rows than are given."""
        if not isinstance(asked, StatsParameters):
            raise TypeError("The parameters of counts are their own.")
        by = asked.counted_by()
        rows = asked.countable(by)
        try:
            counts = counted(rows, by)
        except TooMuch as error:
            message = f"{error} Count by fewer things, or narrow what is counted."
            raise InvalidParameters([Fault("by", asked.data["by"], "too_many", message)]) from error
        return {
            "of": asked.data["of"],
            "by": list(by),
            "as_of": asked.day,
            "total": rows.count() if by else counts[0]["count"],
            "sum": total(counts),
            "columns": columns_of(by),
            "rows": counts,
        }
