"""/api/v1/agreements/{slug}/compliance/: who kept which commitment, and who claims or denies a breach."""

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
    """Every commitment under an agreement for each obligor, as of a day.

    Each has its standing (whether it binds, is not performed or has lapsed), since when and by which effect; the limit
    and the measurements; the violations that the obligor is accused of, with who alleges, reports, finds, denies or
    admits each; and the commitments owed in return. Violations of the agreement as a whole are listed by accused. The
    answer has the same structure for every party, and disputed claims stay disputed.
    """

    name = "compliance"
    queryset = Agreement.objects.all()
    parameters = ComplianceParameters
    operation = Operation(
        "agreements_compliance", "agreements", "Who kept an agreement", ref("Compliance"), in_path=("slug",)
    )

    def answer(self, query: Parameters, **path: Any) -> Any:
        return compliance(self.record(path["slug"]), query.day, narrowing(query))
