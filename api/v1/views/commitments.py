"""Commitments."""

from api.pagination import Ordering
from api.v1.filters.commitments import CommitmentParameters
from api.v1.standings import commitments
from api.v1.views.base import BY_SLUG, RecordViewSet
from sanctions.models import Commitment


class Commitments(RecordViewSet):
    """What agreements promise, each on its own, with its obligors."""

    queryset = Commitment.objects.all()
    list_parameters = CommitmentParameters
    orderings = (
        Ordering("starts_on", "starts_latest", nullable=True),
        Ordering("sunset_on", "sunset_latest", nullable=True),
        BY_SLUG,
    )
    beside = staticmethod(commitments)
    columns = ("agreement_id",)
