"""Sources in the admin."""

from __future__ import annotations

from django.contrib import admin
from unfold.contrib.filters.admin import ChoicesDropdownFilter, MultipleChoicesDropdownFilter

from sanctions.admin.base import REMARKS, RecordAdmin
from sanctions.admin.filters import PeriodFilter
from sanctions.models import Source


@admin.register(Source)
class SourceAdmin(RecordAdmin):
    """The documents that records cite."""

    list_display = ("title", "publisher", "kind", "published_on", "reliability", "editorial_state")
    list_filter = (
        ("kind", MultipleChoicesDropdownFilter),
        ("reliability", MultipleChoicesDropdownFilter),
        ("published_latest", PeriodFilter),
        ("state", ChoicesDropdownFilter),
    )
    date_hierarchy = "published_latest"
    search_fields = ("title", "publisher", "slug", "url")
    search_help_text = "Title, publisher, address or slug"
    prepopulated_fields = {"slug": ("publisher", "title")}
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "title",
                    ("slug", "kind"),
                    ("publisher", "published_on"),
                    ("language", "reliability"),
                    "url",
                    "archived_url",
                    "content_hash",
                )
            },
        ),
        REMARKS,
    )
