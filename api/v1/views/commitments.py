"""Commitments."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from api.http.pagination import Ordering
from api.v1.citing import CITATION_FORMATS
from api.v1.filters.commitments import CommitmentParameters
from api.v1.foreign import CalendarRenderer
from api.v1.views.base import BY_SLUG, RecordViewSet
from sanctions.models import Commitment
from sanctions.questions.standings import AddedKeys, commitments


class CommitmentViewSet(RecordViewSet):
    """The commitments in agreements, each with its obligors."""

    queryset = Commitment.objects.all()
    list_parameters = CommitmentParameters
    orderings = (
        Ordering("starts_on", "starts_latest", nullable=True),
        Ordering("sunset_on", "sunset_latest", nullable=True),
        BY_SLUG,
    )
    list_formats = (*CITATION_FORMATS, CalendarRenderer)
    columns = ("agreement_id",)

    def added_keys(self, rows: Sequence[Any], day: date) -> AddedKeys:
        return commitments(rows, day)
