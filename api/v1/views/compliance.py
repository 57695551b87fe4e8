"""/api/v1/agreements/{slug}/compliance/: who kept which promise, and who says what."""

from __future__ import annotations

from typing import Any

from api.v1.filters.base import Parameters
from api.v1.filters.compliance import ComplianceParameters, narrowing
from api.v1.schemas.description import Operation
from api.v1.schemas.records import ref
from api.v1.views.questions import RecordQuestionView
from sanctions.models import Agreement
from sanctions.questions.compliance import compliance


class ComplianceView(RecordQuestionView):
    """Every commitment for each who promised it, on the day.

    Whether it binds, is not performed or has lapsed, since when and by which effect; the limit and what was measured
    against it; the violations that the obligor is accused of, with who alleges, reports, finds, denies or admits each;
    and what is owed in return. Accusations of the agreement as a whole stand beside, by accused. The answer has the
    same shape for every party, and what is disputed stays disputed.
    """

    name = "compliance"
    about = Agreement.objects.all()
    parameters = ComplianceParameters
    operation = Operation(
        "agreements_compliance", "agreements", "Who kept an agreement", ref("Compliance"), in_path=("slug",)
    )

    def answer(self, query: Parameters, **path: Any) -> Any:
        """Return the obligations and the accusations."""
        return compliance(self.record(path["slug"]), query.day, narrowing(query))
