"""/api/v1/panel/: who sanctions whom, by period, and the dictionary of the columns."""

from __future__ import annotations

from typing import Any, Final

from rest_framework.request import Request
from rest_framework.response import Response

from api.http import costs
from api.http.problems import InvalidParameters
from api.http.renderers import CSVRenderer, JSONLinesRenderer, JSONRenderer, PageRenderer, ParquetRenderer
from api.v1.filters.panel import Frequencies, PanelParameters
from api.v1.schemas.description import Operation
from api.v1.schemas.records import ref
from api.v1.views.questions import QuestionView
from sanctions.questions.panel.columns import columns
from sanctions.questions.panel.read import MOST_ROWS, read_panel

#: Rows of a page for people: browsers take too long to show more.
MOST_ON_A_PAGE: Final = 1_000


class PanelView(QuestionView):
    """Rows of sender, target and year or month, ready for analysis.

    Each has the measures in force by kind, those that began and ended, the orders and designations in force, events and
    threats. A pair has a row for every period from its first count to its last, also for periods without counts. The
    JSON answer also has the columns, with their units and the codes of TIES and GSDB; other formats have the rows only.
    """

    name = "panel"
    parameters = PanelParameters
    renderer_classes = [JSONRenderer, PageRenderer, CSVRenderer, JSONLinesRenderer, ParquetRenderer]
    operation = Operation("panel", "panel", "Who sanctions whom, period by period", ref("Panel"))

    def cost(self, request: Request) -> int:
        return costs.PANEL

    #: The first and the last period of the answer; an empty first period is open.
    periods: tuple[str, str] | None = None

    def get(self, request: Request, **path: Any) -> Response:
        """Answer, with the periods in a header, because most formats have no place for them."""
        response = super().get(request, **path)
        if self.periods:
            response["Panel-Periods"] = "{}/{}".format(self.periods[0] or "..", self.periods[1])
        return response

    def answer(self, query: Any, **path: Any) -> Any:
        panel_query = query.panel_query()
        most = MOST_ON_A_PAGE if self.request.accepted_renderer.format == PageRenderer.format else MOST_ROWS
        material = read_panel(panel_query, most)
        if faults := list(query.faults_of_panel(material, most)):
            raise InvalidParameters(faults)
        by = panel_query.by
        first = (
            material.extents.first_period_within(most) if panel_query.first is None else by.period(panel_query.first)
        )
        last = by.period(panel_query.last or panel_query.day)
        self.periods = "" if first is None else by.label(first), by.label(last)
        about = {"frequency": by, "target_level": panel_query.level, "as_of": panel_query.day}
        about |= {"from": self.periods[0] or None, "to": self.periods[1]}
        rows = list(material.count(first).rows())
        return about | {"columns": [column.shown() for column in columns(by)], "rows": rows}


class PanelColumnsView(QuestionView):
    """The columns of the panel: name, type, unit, description, and the codes that other data sets use for it."""

    name = "columns of the panel"
    parameters = Frequencies
    operation = Operation("panel_columns", "panel", "The columns of the panel", ref("PanelColumns"))

    def answer(self, query: Any, **path: Any) -> Any:
        frequency = query.frequency_given
        return {"frequency": frequency, "columns": [column.shown() for column in columns(frequency)]}
