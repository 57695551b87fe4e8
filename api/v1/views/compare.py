"""What changed between two days."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request

from api.http import costs
from api.http.problems import InvalidParameters, ParameterFault
from api.v1.filters.compare import CompareParameters
from api.v1.schemas.description import Operation
from api.v1.schemas.records import ref
from api.v1.views.questions import QuestionView
from sanctions.exceptions import TooMuch
from sanctions.questions.compare import compare


class CompareView(QuestionView):
    """List what changed between two days.

    Orders and measures that came into force, ended, were suspended, waived, eased or reinstated; agreements, their
    parties and commitments; claimed violations; designations. Each has its standing on both days, the effect that
    decided the second, and the steps between.
    """

    name = "Compare two days"
    parameters = CompareParameters
    operation = Operation("compare", "questions", "What changed between two days", ref("Comparison"))

    def cost(self, request: Request) -> int:
        return costs.COMPARISON

    def answer(self, query: CompareParameters, **path: Any) -> Any:  # type: ignore[override]
        try:
            return compare(*query.moments, query.scope)
        except TooMuch as error:
            message = f"{error} Choose days closer to each other, or narrow by program, issuer or target."
            raise InvalidParameters([ParameterFault("to", query.data["to"], "too_many", message)]) from error
