"""Programs in the admin."""

from __future__ import annotations

from django.contrib import admin
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter

from sanctions.admin.base import REMARKS, RecordAdmin
from sanctions.admin.filters import SourcedFilter
from sanctions.admin.parts import CitationInline, IdentifierInline
from sanctions.models import Program


@admin.register(Program)
class ProgramAdmin(RecordAdmin):
    """Sanctions regimes."""

    list_display = ("name", "issuer", "list_name", "slug", "editorial_state")
    list_related = ("issuer",)
    list_filter = (
        ("issuer", AutocompleteSelectFilter),
        ("territories", AutocompleteSelectFilter),
        ("state", ChoicesDropdownFilter),
        SourcedFilter,
    )
    search_fields = ("name", "slug", "list_name", "identifiers__value")
    search_help_text = "Name, list, identifier or slug"
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = (
        (None, {"fields": ("name", ("slug", "issuer"), ("list_name", "territories"), "summary")}),
        REMARKS,
    )
    inlines = (IdentifierInline, CitationInline)
