"""The parameters of the list of designations."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from api.parameters import Day, Switch, Text
from api.v1.filters.base import (
    Condition,
    ListParameters,
    Parameters,
    among,
    cited,
    codes,
    dates,
    records,
    slugs,
    texts,
    texts_of,
)
from sanctions.models import Actor, ActorName, Designation, Order, Program
from sanctions.vocabulary import ActorKind


def _listed_on(value: date, asked: Parameters) -> Q:
    return among(asked.queryset.listed(value), "pk")


def _listed(value: bool, asked: Parameters) -> Q:
    condition = _listed_on(asked.day, asked)
    return condition if value else ~condition


class DesignationParameters(ListParameters):
    """What designations are asked for by."""

    slug__in = slugs(Designation)
    search = texts(
        "Words, each found in a name of the actor, the list's name, the entry's id, the remarks or the slug.",
        "actor__name",
        "list_name",
        "entry_id",
        "remarks",
        "slug",
        texts_of(ActorName, "actor__designations", "text"),
    )
    actor, actor__in = records("Who was put on the list.", Actor, "actor")
    actor_kind, actor_kind__in = codes("What the actor is.", ActorKind, "actor__kind")
    program, program__in = records("Under which regime.", Program, "program")
    order, order__in = records("By authority of which order.", Order, "order")
    list_name = Condition(Text("Words in the name of the list."), "list_name__icontains")
    entry_id = Condition(Text("The entry's id on its list."), "entry_id")
    listed_on, listed_on__gte, listed_on__lte = dates("When it was listed", "listed_earliest", "listed_latest")
    delisted_on, delisted_on__gte, delisted_on__lte = dates(
        "When it was taken off the list", "delisted_earliest", "delisted_latest"
    )
    listed_on_day = Condition(Day("Certainly on the list on this day (YYYY-MM-DD)."), _listed_on)
    listed = Condition(Switch("Whether it was certainly on the list on the day of the question (`as_of`)."), _listed)
    source = cited("designation")
