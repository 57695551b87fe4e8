"""Designations."""

from api.pagination import Ordering
from api.v1.filters.designations import DesignationParameters
from api.v1.standings import listings
from api.v1.views.base import BY_SLUG, RecordViewSet
from sanctions.models import Designation


class Designations(RecordViewSet):
    """Actors put on lists, under programs and orders."""

    queryset = Designation.objects.all()
    list_parameters = DesignationParameters
    orderings = (
        Ordering("listed_on", "listed_latest", nullable=True),
        Ordering("delisted_on", "delisted_latest", nullable=True),
        Ordering("actor", "actor__name"),
        BY_SLUG,
    )
    ordering = "-listed_on"
    beside = staticmethod(listings)
    columns = ("listed_earliest", "listed_latest", "delisted_earliest", "delisted_latest")
