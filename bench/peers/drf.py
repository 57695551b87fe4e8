"""Django REST framework as its tutorial has it: a model view set, nested serializers, ``prefetch_related``."""

from __future__ import annotations

from typing import Any

from django_filters.rest_framework import CharFilter, DateFilter, FilterSet
from rest_framework.serializers import ModelSerializer
from rest_framework.viewsets import ReadOnlyModelViewSet

from sanctions.models import Actor, Citation, Effect, Event, Order, Participation, Reference, Source


class ActorSerializer(ModelSerializer[Actor]):
    class Meta:
        model = Actor
        fields = ["slug", "name"]


class OrderSerializer(ModelSerializer[Order]):
    class Meta:
        model = Order
        fields = ["slug", "title"]


class SourceSerializer(ModelSerializer[Source]):
    class Meta:
        model = Source
        fields = ["slug", "title"]


class ParticipationSerializer(ModelSerializer[Participation]):
    actor = ActorSerializer()

    class Meta:
        model = Participation
        fields = ["actor", "role", "note"]


class ReferenceSerializer(ModelSerializer[Reference]):
    order = OrderSerializer()

    class Meta:
        model = Reference
        fields = ["kind", "order"]


class EffectSerializer(ModelSerializer[Effect]):
    order = OrderSerializer()

    class Meta:
        model = Effect
        fields = ["verb", "order", "effective_on", "until", "in_part", "provision", "note"]


class CitationSerializer(ModelSerializer[Citation]):
    source = SourceSerializer()

    class Meta:
        model = Citation
        fields = ["source", "field", "pinpoint", "credibility", "quote", "note"]


class EventSerializer(ModelSerializer[Event]):
    participations = ParticipationSerializer(many=True)
    references = ReferenceSerializer(many=True)
    effects = EffectSerializer(many=True)
    citations = CitationSerializer(many=True)

    class Meta:
        model = Event
        fields = [
            *("slug", "kind", "cameo_code", "title", "summary", "happened_on", "time", "place", "modality", "note"),
            *("participations", "references", "effects", "citations"),
        ]


class EventFilter(FilterSet):
    actor = CharFilter(field_name="participations__actor__slug")
    since = DateFilter(field_name="happened_latest", lookup_expr="gte")
    until = DateFilter(field_name="happened_latest", lookup_expr="lte")

    class Meta:
        model = Event
        fields = ["kind"]


class Events(ReadOnlyModelViewSet[Any]):
    queryset = (
        Event.objects.filter(state="published")
        .prefetch_related("participations__actor", "references__order", "effects__order", "citations__source")
        .order_by("-happened_latest", "slug")
    )
    serializer_class = EventSerializer
    filterset_class = EventFilter
    lookup_field = "slug"
