"""The editorial log: it is read and searched, and never changed."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin import ShowFacets
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import AllValuesCheckboxFilter, MultipleChoicesDropdownFilter
from unfold.decorators import display
from unfold.views import ChangeList

from sanctions.admin.addresses import own_page
from sanctions.admin.base import RecordChangeList
from sanctions.admin.choosing import ReadOnlyMixin, SearchMixin
from sanctions.admin.editorial.batches import batch_page, batch_progress_page, link_to_batch
from sanctions.models import LogEntry


@admin.register(LogEntry)
class LogAdmin(ReadOnlyMixin, SearchMixin, ModelAdmin):
    """Who did what to which record, when, why and from where; the newest first."""

    list_display = ("at", "move", "record_type", "slug", "by", "reason", "address", "change", "together")
    list_filter = (
        ("move", MultipleChoicesDropdownFilter),
        ("record_type", AllValuesCheckboxFilter),
        ("by", AllValuesCheckboxFilter),
    )
    list_filter_submit = True
    list_per_page = 100
    date_hierarchy = "at"
    ordering = ("-number",)
    search_fields = ("slug",)
    search_help_text = "Slug"
    show_facets = ShowFacets.NEVER
    show_full_result_count = False
    actions = None

    def get_urls(self) -> list[URLPattern]:
        """Put the batches before the pages of Django's, the last of which takes every path."""
        return [
            own_page(self, "batch/<int:number>/", self.batch_view, "batch"),
            own_page(self, "batch/<int:number>/progress/", batch_progress_page, "batch_progress"),
            *super().get_urls(),
        ]

    def batch_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """Show a batch and offer its undo, also to the user who made it and may not read the log."""
        return batch_page(request, number, {**self.admin_site.each_context(request), "opts": self.opts})

    @display(description="Batch", ordering="batch")
    def together(self, entry: LogEntry) -> str:
        """Return a link to the batch."""
        if entry.batch is None:
            return ""
        return format_html('<a class="link" href="{}">{}</a>', link_to_batch(entry.batch), entry.batch)

    @display(description="Proposed change", ordering="proposal")
    def change(self, entry: LogEntry) -> str:
        """Return the number of the proposed change, linked to its entries."""
        if entry.proposal is None:
            return ""
        address = f"{reverse('admin:sanctions_logentry_changelist')}?proposal__exact={entry.proposal}"
        return format_html('<a class="link" href="{}">{}</a>', address, entry.proposal)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Reject days beyond the calendar as other lists do."""
        return RecordChangeList
