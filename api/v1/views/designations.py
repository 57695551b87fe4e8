"""Designations."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from api.http.pagination import Ordering
from api.v1.citing import CITATION_FORMATS
from api.v1.filters.designations import DesignationParameters
from api.v1.foreign import FTMRenderer
from api.v1.views.base import BY_SLUG, RecordViewSet
from sanctions.models import Designation
from sanctions.questions.counts import public_name
from sanctions.questions.standings import AddedKeys, listings


class DesignationViewSet(RecordViewSet):
    """Listings of actors, under programs and orders."""

    queryset = Designation.objects.all()
    list_parameters = DesignationParameters
    orderings = (
        Ordering("listed_on", "listed_latest", nullable=True),
        Ordering("delisted_on", "delisted_latest", nullable=True),
        Ordering("actor", public_name("actor", "name")),
        BY_SLUG,
    )
    ordering = "-listed_on"
    list_formats = detail_formats = (*CITATION_FORMATS, FTMRenderer)
    columns = ("listed_earliest", "listed_latest", "delisted_earliest", "delisted_latest")

    def added_keys(self, rows: Sequence[Any], day: date) -> AddedKeys:
        return listings(rows, day)
