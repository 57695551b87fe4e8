"""Standings with their reasons: the chain of effects, what is to come, the whole history."""

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
    """Return what such a question is in the schema."""
    summary = f"The standing of one of the {plural}, and why"
    return Operation(f"{plural}_standing", plural, summary, ref(f"{noun}StandingExplanation"), in_path=("slug",))


class OrderStandingView(RecordQuestionView):
    """An order's standing on the day, and why.

    It has the effects that gave the standing with their sources, what is to come, and every standing it ever had.
    """

    name = "Standing"
    about = Order.objects.defer("rendering")
    operation = _operation("orders", "Order")

    def answer(self, query: Parameters, **path: Any) -> Any:
        """Return the standing and its reasons."""
        return reasons.record(Subject.ORDER, self.record(path["slug"]), query.day)


class MeasureStandingView(RecordQuestionView):
    """A measure's standing on the day, and why.

    It has the effects on it or on its order that gave the standing with their sources, what is to come, and every
    standing it ever had.
    """

    name = "Standing"
    about = Measure.objects.select_related("order").defer("rendering", "order__rendering")
    operation = _operation("measures", "Measure")

    def answer(self, query: Parameters, **path: Any) -> Any:
        """Return the standing and its reasons."""
        return reasons.measure(self.record(path["slug"]), query.day)


class AgreementStandingView(RecordQuestionView):
    """An agreement's standing and that of each party on the day, and why.

    It has the effects that gave each standing with their sources, what is to come, and every standing there ever was.
    """

    name = "Standing"
    about = Agreement.objects.defer("rendering")
    parameters = AgreementReasonsParameters
    operation = _operation("agreements", "Agreement")

    def answer(self, query: Parameters, **path: Any) -> Any:
        """Return the standing and its reasons."""
        return reasons.agreement(self.record(path["slug"]), query.day, query.given.get("party"))


class CommitmentStandingView(RecordQuestionView):
    """A commitment's standing on the day, as a whole and for each who promised it, and why.

    It has the effects on it or on its agreement that gave each standing with their sources, what is to come, and every
    standing there ever was.
    """

    name = "Standing"
    about = Commitment.objects.select_related("agreement").defer("rendering", "agreement__rendering")
    parameters = CommitmentReasonsParameters
    operation = _operation("commitments", "Commitment")

    def answer(self, query: Parameters, **path: Any) -> Any:
        """Return the standing and its reasons."""
        return reasons.commitment(self.record(path["slug"]), query.day, query.given.get("obligor"))


class ViolationStandingView(RecordQuestionView):
    """A claimed violation's standing on the day, and why.

    It has who asserts and who denies it with their sources, what is to come, and every standing it ever had.
    """

    name = "Standing"
    about = Violation.objects.defer("rendering")
    operation = _operation("violations", "Violation")

    def answer(self, query: Parameters, **path: Any) -> Any:
        """Return the standing and its reasons."""
        return reasons.record(Subject.VIOLATION, self.record(path["slug"]), query.day)
