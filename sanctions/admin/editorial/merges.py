"""Merges of two records in the admin: the list, what undoing one would change, and the undo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin import ShowFacets
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import AllValuesCheckboxFilter
from unfold.decorators import display

from sanctions.admin.acts import act_of
from sanctions.admin.base import RecordChangeList
from sanctions.admin.choosing import ReadOnlyMixin, SearchMixin
from sanctions.admin.editorial.differences import Difference, differences
from sanctions.editorial.merging import plan_unmerge, unmerge
from sanctions.editorial.permissions import may_unmerge
from sanctions.exceptions import InvalidDocument, MoveRefused
from sanctions.models import Redirect
from sanctions.models.log import LONGEST_REASON
from sanctions.records.registry import BY_NAME
from sanctions.vocabulary import State


class ReadOnlyAdmin(ReadOnlyMixin, SearchMixin, ModelAdmin):
    """A list of rows that only editorial moves write."""

    list_filter_submit = True
    list_per_page = 50
    show_facets = ShowFacets.NEVER
    show_full_result_count = False
    actions = None

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[RecordChangeList]:
        """Reject days beyond the calendar, as other lists do."""
        return RecordChangeList

    def _page(self, request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "title": title, "opts": self.opts, "longest": LONGEST_REASON}
        return TemplateResponse(request, f"admin/sanctions/{template}", shared | context)


@dataclass(frozen=True)
class ChangedRecord:
    """A record that a merge or its undo changes."""

    slug: str
    noun: str
    state: str
    differences: list[Difference]


def changed_record(record: Any, state: State) -> ChangedRecord:
    """Return a record of a plan, with its documents before and after, as the pages show it."""
    changes = differences(record.record_type, record.before, record.after)
    return ChangedRecord(record.slug, record.record_type.name, state.label, changes)


@admin.register(Redirect)
class RedirectAdmin(ReadOnlyAdmin):
    """The list of merges, newest first, and a page of each on which it can be undone."""

    list_display = ("number", "record_type", "old", "new", "by", "at", "outcome", "reason")
    list_filter = (("record_type", AllValuesCheckboxFilter), ("by", AllValuesCheckboxFilter))
    search_fields = ("old", "new")
    search_help_text = "Slug"
    ordering = ("-number",)

    @display(description="State", label={"merged": "success", "undone": "default"})
    def outcome(self, redirect: Redirect) -> tuple[str, str]:
        """Return whether the merge was undone."""
        return ("undone", "undone") if redirect.undone_at else ("merged", "merged")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show a merge and what undoing it would do, and undo it."""
        redirect: Redirect | None = self.get_object(request, object_id)
        if redirect is None:
            raise Http404("This merge does not exist.")
        if not self.has_view_permission(request, redirect):
            raise PermissionDenied
        refused = ""
        if request.method == "POST":
            try:
                return self._undo(request, redirect)
            except (MoveRefused, InvalidDocument) as refusal:
                refused = str(refusal)
        return self._undo_question(request, redirect, refused)

    def _undo(self, request: HttpRequest, redirect: Redirect) -> HttpResponse:
        unmerge(redirect, act_of(request))
        messages.success(request, f"{redirect.old} and {redirect.new} are two records again.")
        return HttpResponseRedirect(_compare_link(redirect))

    def _undo_question(self, request: HttpRequest, redirect: Redirect, refused: str) -> HttpResponse:
        record_type = BY_NAME[redirect.record_type]
        changed: list[ChangedRecord] = []
        allowed = False
        if redirect.undone_at is None:
            try:
                former = plan_unmerge(redirect)
            except MoveRefused as refusal:
                refused = refused or str(refusal)
            else:
                public = [record.record_type.model for record in former if record.state == State.PUBLISHED]
                allowed = may_unmerge(request.user, record_type.model, public)
                changed = [changed_record(record, record.state) for record in former]
        return self._page(
            request,
            "unmerge.html",
            f"Merge {redirect.number}",
            subtitle=f"{redirect.old} into {redirect.new}",
            redirect=redirect,
            changed=changed,
            allowed=allowed,
            refusal=refused,
            reason=request.POST.get("reason", ""),
            back=reverse(f"{self.admin_site.name}:sanctions_redirect_changelist"),
        )


def _compare_link(redirect: Redirect) -> str:
    query = {"noun": redirect.record_type, "one": redirect.old, "other": redirect.new}
    return f"{reverse('admin:sanctions_likeness_compare')}?{urlencode(query)}"
