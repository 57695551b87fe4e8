"""Events."""

from api.http.pagination import Ordering
from api.v1.citing import CITATION_FORMATS
from api.v1.filters.events import EventParameters
from api.v1.foreign import CalendarRenderer
from api.v1.views.base import BY_SLUG, RecordViewSet
from sanctions.models import Event


class EventViewSet(RecordViewSet):
    """What happened: participants, effects, positions, votes, measurements and penalties."""

    queryset = Event.objects.all()
    list_parameters = EventParameters
    orderings = (Ordering("happened_on", "happened_latest"), BY_SLUG)
    ordering = "-happened_on"
    list_formats = (*CITATION_FORMATS, CalendarRenderer)
