"""Violations."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from api.http.pagination import Ordering
from api.v1.filters.violations import ViolationParameters
from api.v1.views.base import BY_SLUG, RecordViewSet
from sanctions.models import Violation
from sanctions.questions.standings import AddedKeys, standings
from sanctions.vocabulary import Subject


class ViolationViewSet(RecordViewSet):
    """Claimed breaches: who is accused, who claims it and who denies it."""

    queryset = Violation.objects.all()
    list_parameters = ViolationParameters
    orderings = (Ordering("committed_on", "committed_latest", nullable=True), BY_SLUG)
    ordering = "-committed_on"

    def added_keys(self, rows: Sequence[Any], day: date) -> AddedKeys:
        return standings(Subject.VIOLATION, rows, day)
