"""Violations in the admin, with the provisions that they allegedly breach."""

from __future__ import annotations

from django.contrib import admin
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter

from sanctions.admin.base import REMARKS, RecordAdmin
from sanctions.admin.filters import PeriodFilter, SourcedFilter, ViolationStandingFilter
from sanctions.admin.parts import CitationInline, PartTable
from sanctions.models import Provision, Violation


class ProvisionInline(PartTable):
    """Provisions that were allegedly breached."""

    model = Provision
    verbose_name = "breach"
    verbose_name_plural = "what it breaches"
    fields = ("commitment", "agreement", "order", "section")


@admin.register(Violation)
class ViolationAdmin(RecordAdmin):
    """Claimed breaches."""

    list_display = ("title", "committed_on", "gravity", "standing_today", "editorial_state")
    list_filter = (
        ViolationStandingFilter,
        ("accused", AutocompleteSelectFilter),
        ("against__agreement", AutocompleteSelectFilter),
        ("gravity", ChoicesDropdownFilter),
        ("committed_latest", PeriodFilter),
        ("state", ChoicesDropdownFilter),
        SourcedFilter,
    )
    date_hierarchy = "committed_latest"
    search_fields = ("title", "slug", "report_number", "accused__name")
    search_help_text = "Title, report number, accused or slug"
    prepopulated_fields = {"slug": ("title",)}
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "title",
                    ("slug", "accused"),
                    ("committed_on", "gravity"),
                    "report_number",
                    "summary",
                )
            },
        ),
        REMARKS,
    )
    inlines = (ProvisionInline, CitationInline)
