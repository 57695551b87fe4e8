"""Sources."""

from api.http.pagination import Ordering
from api.v1.filters.sources import SourceParameters
from api.v1.views.base import BY_SLUG, RecordViewSet
from sanctions.models import Source


class SourceViewSet(RecordViewSet):
    """The documents that records cite."""

    queryset = Source.objects.all()
    list_parameters = SourceParameters
    orderings = (Ordering("published_on", "published_latest", nullable=True), Ordering("title", "title"), BY_SLUG)
    ordering = "-published_on"
