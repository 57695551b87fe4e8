"""Actors."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from api.http.pagination import Ordering
from api.v1.citing import CITATION_FORMATS
from api.v1.filters.actors import ActorParameters
from api.v1.foreign import FTMRenderer
from api.v1.views.base import BY_SLUG, RecordViewSet
from sanctions.models import Actor
from sanctions.questions.standings import AddedKeys, offices


class ActorViewSet(RecordViewSet):
    """Persons, states, bodies, organisations, companies: with their names, offices and relationships."""

    queryset = Actor.objects.all()
    list_parameters = ActorParameters
    orderings = (Ordering("name", "name"), BY_SLUG)
    ordering = "name"
    list_formats = detail_formats = (*CITATION_FORMATS, FTMRenderer)

    def added_keys(self, rows: Sequence[Any], day: date) -> AddedKeys:
        return offices(rows, day)
