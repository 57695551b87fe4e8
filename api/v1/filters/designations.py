"""The parameters of the list of designations."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from api.http.parameters.dates import Day
from api.http.parameters.texts import Switch
from api.v1.filters.base import FilterCondition, Parameters
from api.v1.filters.columns import FilterColumn
from api.v1.filters.conditions import among, cited, overlapping, slugs, texts
from api.v1.filters.lists import ListParameters
from sanctions.models import Actor, ActorName, Designation


def _listed_on(value: date, parameters: Parameters) -> Q:
    return among(parameters.queryset.listed(value), "pk")


def _listed(value: bool, parameters: Parameters) -> Q:
    condition = _listed_on(parameters.day, parameters)
    return condition if value else ~condition


def _in_names_of_actor(word: str, parameters: Parameters) -> Q:
    """Return the condition that a name of the actor contains the word. Names of unpublished actors do not count."""
    names = Q(name__icontains=word) | among(ActorName.objects.filter(text__icontains=word), "actor")
    return Q(actor__in=Actor.objects.published().filter(names))


class DesignationParameters(ListParameters):
    """The filters of designations."""

    model = Designation
    main_date = "listed_on"

    slug__in = slugs(Designation)
    search = texts(
        "Words, each found in a name of the actor, the list's name, the entry's id, the remarks or the slug.",
        _in_names_of_actor,
        "list_name",
        "entry_id",
        "remarks",
        "slug",
    )
    actor = FilterColumn("actor")
    actor_kind = FilterColumn("actor__kind")
    program = FilterColumn("program")
    order = FilterColumn("order")
    list_name = FilterColumn("list_name", "Words in the name of the list.", bare="icontains")
    entry_id = FilterColumn("entry_id", exact=True)
    listed_on = FilterColumn("listed_on")
    delisted_on = FilterColumn("delisted_on", "When it was taken off the list.")
    overlaps = overlapping("listed", "delisted")
    listed_on_day = FilterCondition(Day("Certainly on the list on this day (YYYY-MM-DD)."), _listed_on)
    listed = FilterCondition(
        Switch("Whether it was certainly on the list on the day of the question (`as_of`)."), _listed
    )
    remarks = FilterColumn("remarks")
    note = FilterColumn("note")
    source = cited("designation")
