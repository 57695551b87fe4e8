"""Explained standings: the chain of effects, upcoming effects, the whole history."""

from typing import Any

from api.v1.filters.base import Parameters
from api.v1.filters.reasons import AgreementReasonsParameters, CommitmentReasonsParameters
from api.v1.schemas.description import Operation
from api.v1.schemas.records import ref
from api.v1.views.questions import RecordQuestionView
from sanctions.models import Agreement, Commitment, Measure, Order, Violation
from sanctions.questions import reasons
from sanctions.vocabulary import Subject


def _operation(plural: str, noun: str) -> Operation:
    """Return the operation of the standing of a record of a collection."""
    summary = f"The standing of one of the {plural}, and why"
    return Operation(f"{plural}_standing", plural, summary, ref(f"{noun}StandingExplanation"), in_path=("slug",))


class OrderStandingView(RecordQuestionView):
    """The standing of an order on the day, and why.

    The answer has the effects that gave the standing, with their sources, upcoming effects, and all standings of the
    order.
    """

    name = "Standing"
    queryset = Order.objects.defer("rendering")
    operation = _operation("orders", "Order")

    def answer(self, query: Parameters, **path: Any) -> Any:
        return reasons.record(Subject.ORDER, self.record(path["slug"]), query.day)


class MeasureStandingView(RecordQuestionView):
    """The standing of a measure on the day, and why.

    The answer has the effects on the measure or on its order that gave the standing, with their sources, upcoming
    effects, and all standings of the measure.
    """

    name = "Standing"
    queryset = Measure.objects.select_related("order").defer("rendering", "order__rendering")
    operation = _operation("measures", "Measure")

    def answer(self, query: Parameters, **path: Any) -> Any:
        return reasons.measure(self.record(path["slug"]), query.day)


class AgreementStandingView(RecordQuestionView):
    """The standings of an agreement and of each party on the day, and why.

    The answer has the effects that gave each standing, with their sources, upcoming effects, and all standings of the
    agreement and its parties.
    """

    name = "Standing"
    queryset = Agreement.objects.defer("rendering")
    parameters = AgreementReasonsParameters
    operation = _operation("agreements", "Agreement")

    def answer(self, query: Parameters, **path: Any) -> Any:
        return reasons.agreement(self.record(path["slug"]), query.day, query.given.get("party"))


class CommitmentStandingView(RecordQuestionView):
    """The standing of a commitment on the day, as a whole and for each obligor, and why.

    The answer has the effects on the commitment or on its agreement that gave each standing, with their sources,
    upcoming effects, and all standings of the commitment.
    """

    name = "Standing"
    queryset = Commitment.objects.select_related("agreement").defer("rendering", "agreement__rendering")
    parameters = CommitmentReasonsParameters
    operation = _operation("commitments", "Commitment")

    def answer(self, query: Parameters, **path: Any) -> Any:
        return reasons.commitment(self.record(path["slug"]), query.day, query.given.get("obligor"))


class ViolationStandingView(RecordQuestionView):
    """The standing of a claimed violation on the day, and why.

    The answer has who asserts and who denies it, with their sources, upcoming effects, and all standings of the
    violation.
    """

    name = "Standing"
    queryset = Violation.objects.defer("rendering")
    operation = _operation("violations", "Violation")

    def answer(self, query: Parameters, **path: Any) -> Any:
        return reasons.record(Subject.VIOLATION, self.record(path["slug"]), query.day)
