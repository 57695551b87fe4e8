"""Programs."""

from api.http.pagination import Ordering
from api.v1.citing import CITATION_FORMATS
from api.v1.filters.programs import ProgramParameters
from api.v1.foreign import FTMRenderer
from api.v1.views.base import BY_SLUG, RecordViewSet
from sanctions.models import Program


class ProgramViewSet(RecordViewSet):
    """Sanctions regimes: the issuer, the states they are about, the list."""

    queryset = Program.objects.all()
    list_parameters = ProgramParameters
    orderings = (Ordering("name", "name"), BY_SLUG)
    ordering = "name"
    list_formats = detail_formats = (*CITATION_FORMATS, FTMRenderer)
