"""The parameters of the list of designations."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from api.http.parameters import Day, Switch
from api.v1.filters.base import Condition, ListParameters, Parameters, among, cited, overlapping, slugs, texts
from api.v1.filters.columns import Column
from sanctions.models import Actor, ActorName, Designation


def _listed_on(value: date, asked: Parameters) -> Q:
    return among(asked.queryset.listed(value), "pk")


def _listed(value: bool, asked: Parameters) -> Q:
    condition = _listed_on(asked.day, asked)
    return condition if value else ~condition


def _in_names_of_actor(word: str, asked: Parameters) -> Q:
    """Return the condition that a name of the actor has the word in it; one that is not public has no names."""
    names = Q(name__icontains=word) | among(ActorName.objects.filter(text__icontains=word), "actor")
    return Q(actor__in=Actor.objects.published().filter(names))


class DesignationParameters(ListParameters):
    """What designations are asked for by."""

    model = Designation
    when = "listed_on"

    slug__in = slugs(Designation)
    search = texts(
        "Words, each found in a name of the actor, the list's name, the entry's id, the remarks or the slug.",
        _in_names_of_actor,
        "list_name",
        "entry_id",
        "remarks",
        "slug",
    )
    actor = Column("actor")
    actor_kind = Column("actor__kind")
    program = Column("program")
    order = Column("order")
    list_name = Column("list_name", "Words in the name of the list.", bare="icontains")
    entry_id = Column("entry_id", exact=True)
    listed_on = Column("listed_on")
    delisted_on = Column("delisted_on", "When it was taken off the list.")
    overlaps = overlapping("listed", "delisted")
    listed_on_day = Condition(Day("Certainly on the list on this day (YYYY-MM-DD)."), _listed_on)
    listed = Condition(Switch("Whether it was certainly on the list on the day of the question (`as_of`)."), _listed)
    remarks = Column("remarks")
    note = Column("note")
    source = cited("designation")
