"""Designations in the admin."""

from __future__ import annotations

from django.contrib import admin
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter

from sanctions.admin.base import REMARKS, RecordAdmin
from sanctions.admin.filters import ListedFilter, PeriodFilter, SourcedFilter
from sanctions.admin.parts import CitationInline
from sanctions.models import Designation


@admin.register(Designation)
class DesignationAdmin(RecordAdmin):
    """Actors on lists."""

    list_display = ("actor", "program", "list_name", "listed_on", "delisted_on", "editorial_state")
    list_related = ("actor", "program", "order")
    list_filter = (
        ListedFilter,
        ("program", AutocompleteSelectFilter),
        ("order", AutocompleteSelectFilter),
        ("actor", AutocompleteSelectFilter),
        ("listed_latest", PeriodFilter),
        ("state", ChoicesDropdownFilter),
        SourcedFilter,
    )
    date_hierarchy = "listed_latest"
    search_fields = ("actor__name", "actor__names__text", "slug", "entry_id", "list_name")
    search_help_text = "Name or alias of the actor, entry id, list or slug"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("actor", "slug"),
                    ("program", "order"),
                    ("list_name", "entry_id"),
                    ("listed_on", "delisted_on"),
                    "remarks",
                )
            },
        ),
        REMARKS,
    )
    inlines = (CitationInline,)
