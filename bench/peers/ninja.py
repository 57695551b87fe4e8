"""Django Ninja as its documentation has it: schemas, ``prefetch_related``, its own pagination."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import NinjaAPI, Schema
from ninja.pagination import LimitOffsetPagination, paginate

from sanctions.models import Event

api = NinjaAPI(urls_namespace="ninja")


class Named(Schema):
    slug: str
    name: str


class Titled(Schema):
    slug: str
    title: str


class ParticipationOut(Schema):
    actor: Named
    role: str
    note: str


class ReferenceOut(Schema):
    kind: str
    order: Titled | None


class EffectOut(Schema):
    verb: str
    order: Titled | None
    effective_on: str
    until: str
    in_part: bool
    provision: str
    note: str


class CitationOut(Schema):
    source: Titled
    field: str
    pinpoint: str
    credibility: str
    quote: str
    note: str


class EventOut(Schema):
    slug: str
    kind: str
    cameo_code: str
    title: str
    summary: str
    happened_on: str
    time: str
    place: str
    modality: str
    note: str
    participations: list[ParticipationOut]
    references: list[ReferenceOut]
    effects: list[EffectOut]
    citations: list[CitationOut]


def _events() -> Any:
    return Event.objects.filter(state="published").prefetch_related(
        "participations__actor", "references__order", "effects__order", "citations__source"
    )


@api.get("/events", response=list[EventOut])
@paginate(LimitOffsetPagination)
def events(
    request: HttpRequest,
    kind: str | None = None,
    actor: str | None = None,
    since: date | None = None,
    until: date | None = None,
) -> Any:
    queryset = _events().order_by("-happened_latest", "slug")
    if kind:
        queryset = queryset.filter(kind=kind)
    if actor:
        queryset = queryset.filter(participations__actor__slug=actor)
    if since:
        queryset = queryset.filter(happened_latest__gte=since)
    if until:
        queryset = queryset.filter(happened_latest__lte=until)
    return queryset


@api.get("/events/{slug}", response=EventOut)
def event(request: HttpRequest, slug: str) -> Any:
    return get_object_or_404(_events(), slug=slug)
