"""The first page of the admin: what one has before oneself, what wants upkeep, how much there is, what is new."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db.models import Count, Exists, F, QuerySet, Value
from django.db.models.functions import ExtractYear
from django.http import HttpRequest
from django.urls import reverse

from sanctions.accounts.second_factor import is_verified, needs_factor
from sanctions.admin.editorial.work import SHOWN, Work, boxes_of
from sanctions.admin.filters import cited_by
from sanctions.database.unions import union_all
from sanctions.models import (
    Actor,
    Agreement,
    Designation,
    Event,
    Order,
    Program,
    Record,
    Source,
    Violation,
)
from sanctions.vocabulary import State

#: Every kind of record, in the order of the dashboard, and its icon.
ICONS: Final[dict[type[Record], str]] = {
    Order: "gavel",
    Agreement: "handshake",
    Violation: "report",
    Event: "event",
    Actor: "groups",
    Designation: "playlist_add_check",
    Program: "folder_special",
    Source: "menu_book",
}
_SHOWN: Final = 10
#: What is counted besides the states.
_UNSOURCED: Final = "unsourced"
_FIRST_YEAR, _LAST_YEAR = 1900, 2100


@dataclass(frozen=True)
class Noun:
    """How many records of a noun there are, by state."""

    title: str
    icon: str
    link: str
    total: int
    states: tuple[tuple[str, int, str], ...]
    unsourced: int
    unsourced_link: str


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add to the first page's context what its template shows of the nouns that the user may see."""
    models = [model for model in ICONS if admin.site.get_model_admin(model).has_view_permission(request)]
    work = Work(request, models, SHOWN)
    context.update(
        nouns=_nouns(models),
        boxes=boxes_of(work) if models else {},
        years=_years(models),
        second_factor_advised=not is_verified(request.user) and needs_factor(request.user),
        newest=list(
            LogEntry.objects.filter(content_type__app_label="sanctions").select_related("user", "content_type")[:_SHOWN]
        ),
    )
    context["chart"] = json.dumps(_chart(context["years"]))
    context["chart_options"] = json.dumps(_CHART_OPTIONS)
    return context


def _list_of(model: type[Record]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def _nouns(models: Sequence[type[Record]]) -> list[Noun]:
    """Return how many records of each noun there are, by state, and how many of them lack a source: in one query."""
    counts: dict[type[Record], dict[str, int]] = {model: {} for model in models}
    by_name = {str(model._meta.model_name): model for model in models}
    arms = []
    for name, model in by_name.items():
        rows = model._default_manager.order_by()
        arms.append(_counted(rows, name, F("state")))
        if model is not Source:
            arms.append(_counted(rows.filter(~Exists(cited_by(model))), name, Value(_UNSOURCED)))
    for name, what, number in union_all(arms) if arms else ():
        counts[by_name[name]][what] = number
    return [_noun(model, counts[model]) for model in models]


def _counted(rows: QuerySet[Any], name: str, what: Any) -> QuerySet[Any]:
    found: QuerySet[Any] = rows.annotate(noun=Value(name), what=what).values_list("noun", "what")
    counted: QuerySet[Any] = found.annotate(number=Count("pk"))
    return counted


def _noun(model: type[Record], counted: dict[str, int]) -> Noun:
    link = _list_of(model)
    return Noun(
        title=str(model._meta.verbose_name_plural).capitalize(),
        icon=ICONS[model],
        link=link,
        total=sum(number for what, number in counted.items() if what != _UNSOURCED),
        states=tuple(
            (str(State(state).label), counted[state], f"{link}?state__exact={state}")
            for state in State.values
            if counted.get(state)
        ),
        unsourced=counted.get(_UNSOURCED, 0),
        unsourced_link=f"{link}?sourced=no",
    )


def _years(models: Sequence[type[Record]]) -> list[tuple[int, int, int]]:
    """Return, for each year from the first to the last, how many orders and how many events it has."""
    columns = ((Order, "dated_on"), (Event, "happened_latest"))
    orders, events = (_by_year(model, column) if model in models else Counter() for model, column in columns)
    years = sorted(orders.keys() | events.keys())
    return [(year, orders[year], events[year]) for year in range(years[0], years[-1] + 1)] if years else []


def _by_year(model: type[Record], column: str) -> Counter[int]:
    # An open date ends in the year 9999, which the chart does not show.
    rows = model._default_manager.filter(**{f"{column}__year__range": (_FIRST_YEAR, _LAST_YEAR)}).order_by()
    return Counter(dict(rows.values_list(ExtractYear(column)).annotate(number=Count("pk"))))


def _chart(years: Sequence[tuple[int, int, int]]) -> dict[str, Any]:
    """Return the data of the chart as Chart.js takes it."""
    return {
        "labels": [year for year, _, _ in years],
        "datasets": [
            {"label": "Orders", "data": [n for _, n, _ in years], "backgroundColor": "var(--color-primary-600)"},
            {"label": "Events", "data": [n for _, _, n in years], "backgroundColor": "var(--color-base-400)"},
        ],
    }


_CHART_OPTIONS: Final = {
    "animation": False,
    "responsive": True,
    "maintainAspectRatio": False,
    "maxBarThickness": 14,
    "scales": {
        "x": {"stacked": True, "grid": {"display": False}, "ticks": {"color": "#7b8494", "maxRotation": 0}},
        "y": {"stacked": True, "ticks": {"color": "#7b8494", "precision": 0}, "grid": {"tickWidth": 0}},
    },
    "plugins": {"legend": {"position": "top", "align": "end", "labels": {"color": "#7b8494", "boxWidth": 10}}},
}

admin.site.index_template = "admin/sanctions/dashboard.html"
admin.site.index_title = "Dashboard"
