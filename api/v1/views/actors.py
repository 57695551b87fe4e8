"""Actors."""

from api.pagination import Ordering
from api.v1.filters.actors import ActorParameters
from api.v1.standings import offices
from api.v1.views.base import BY_SLUG, RecordViewSet
from sanctions.models import Actor


class Actors(RecordViewSet):
    """Persons, states, bodies, organisations, companies: with their names, offices and relationships."""

    queryset = Actor.objects.all()
    list_parameters = ActorParameters
    orderings = (Ordering("name", "name"), BY_SLUG)
    ordering = "name"
    beside = staticmethod(offices)
