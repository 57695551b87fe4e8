"""Duplicates in the admin: what looks the same, two records side by side, merging them and undoing it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin import ShowFacets
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import AllValuesCheckboxFilter, RangeNumericFilter
from unfold.decorators import action, display

from sanctions.admin.acts import act_of
from sanctions.admin.addresses import own_page
from sanctions.admin.base import ReadOnlyMixin, RecordChangeList, SearchMixin
from sanctions.admin.editorial.differences import Difference, differences
from sanctions.admin.editorial.side_by_side import lines_of, side_of
from sanctions.editorial.authors import Authors, authors_of
from sanctions.editorial.duplicates import decide, pair_of
from sanctions.editorial.merging import Plan, merge, plan, seal, unapproved, undoing, unmerge
from sanctions.editorial.permissions import may_compare, may_merge, may_unmerge
from sanctions.exceptions import InvalidDocument, MoveRefused
from sanctions.models import Likeness, Record, Redirect
from sanctions.models.log import LONGEST_REASON
from sanctions.records.base import RecordType
from sanctions.records.registry import BY_NAME, type_of
from sanctions.vocabulary import Sameness, State

COLOURS: Final[dict[str, str]] = {
    Sameness.UNDECIDED: "default",
    Sameness.SAME: "success",
    Sameness.DIFFERENT: "danger",
    Sameness.UNSURE: "warning",
}
_DECISIONS: Final = (
    (Sameness.SAME, "They are the same", "Somebody else then merges them, where something is public."),
    (Sameness.DIFFERENT, "They are different", "They are not suggested again."),
    (Sameness.UNSURE, "I cannot tell", "They stay on the list, apart, for somebody who can."),
)
_SLUG_LENGTH: Final = 150


class _ReadOnlyAdmin(ReadOnlyMixin, SearchMixin, ModelAdmin):
    """Rows that only moves of the desk write."""

    list_filter_submit = True
    list_per_page = 50
    show_facets = ShowFacets.NEVER
    show_full_result_count = False
    actions = None

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[RecordChangeList]:
        """Refuse days beyond the calendar as other lists do."""
        return RecordChangeList

    def _page(self, request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "title": title, "opts": self.opts, "longest": LONGEST_REASON}
        return TemplateResponse(request, f"admin/sanctions/{template}", shared | context)


@admin.register(Likeness)
class LikenessAdmin(_ReadOnlyAdmin):
    """Pairs of records that may be the same, the likest first; and the pages on which people decide."""

    list_display = ("records", "score", "noun", "why", "decided", "by")
    list_filter = (
        ("decision", AllValuesCheckboxFilter),
        ("record_type", AllValuesCheckboxFilter),
        ("score", RangeNumericFilter),
    )
    ordering = ("-score", "record_type", "first", "second")
    actions_list = ("by_hand",)
    search_fields = ("first", "second", "why")
    search_help_text = "Slug or name"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show what is not decided, unless something else is asked for."""
        if not request.GET:
            return HttpResponseRedirect(f"{request.path}?decision={Sameness.UNDECIDED}")
        return super().changelist_view(request, extra_context)

    @action(description="Compare two others", url_path="by-hand", icon="compare_arrows")
    def by_hand(self, request: HttpRequest) -> HttpResponse:
        """Lead to the comparison of two records that nothing has suggested."""
        return HttpResponseRedirect(reverse(f"{self.admin_site.name}:sanctions_likeness_compare"))

    @display(description="Records")
    def records(self, pair: Likeness) -> str:
        """Name both."""
        return f"{pair.first} · {pair.second}"

    @display(description="Noun", ordering="record_type")
    def noun(self, pair: Likeness) -> str:
        """Say what both are."""
        return pair.record_type

    @display(description="Decision", ordering="decision", label=COLOURS)
    def decided(self, pair: Likeness) -> tuple[str, str]:
        """Say what was decided."""
        return pair.decision, pair.get_decision_display()

    def get_urls(self) -> list[URLPattern]:
        """Serve the pages of two records."""
        own = [
            own_page(self, "compare/", self.compare_view, "compare"),
            own_page(self, "merge/", self.merge_view, "merge"),
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the comparison."""
        pair: Likeness | None = self.get_object(request, object_id)
        if pair is None:
            raise Http404("There is no such pair.")
        return HttpResponseRedirect(compare_link(pair.record_type, pair.first, pair.second))

    # --- Comparing

    def compare_view(self, request: HttpRequest) -> HttpResponse:
        """Show two records side by side, and take what somebody says of them; without two, ask for them."""
        if not any(request.GET.get(name) for name in ("one", "other")):
            return self._asked_for_two(request)
        try:
            record_type, one, other = self._two(request, "one", "other")
        except MoveRefused as refusal:
            return self._asked_for_two(request, str(refusal))
        refused = ""
        if request.method == "POST":
            try:
                return self._decided(request, record_type, one, other)
            except MoveRefused as refusal:
                refused = str(refusal)
        return self._compared(request, record_type, one, other, refused)

    def _asked_for_two(self, request: HttpRequest, refusal: str = "") -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self._page(
            request,
            "compare_which.html",
            "Compare two records",
            nouns=[
                (name, record_type.model._meta.verbose_name)
                for name, record_type in sorted(BY_NAME.items())
                if self._sees(request, record_type)
            ],
            refusal=refusal,
            asked={name: request.GET.get(name, "")[:_SLUG_LENGTH] for name in ("noun", "one", "other")},
        )

    def _sees(self, request: HttpRequest, record_type: RecordType) -> bool:
        return bool(self.admin_site.get_model_admin(record_type.model).has_view_permission(request))

    def _two(self, request: HttpRequest, *names: str) -> tuple[RecordType, Record, Record]:
        """Return the records that the address names; :class:`MoveRefused` tells which of them is not there."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        record_type = BY_NAME.get(request.GET.get("noun", ""))
        if record_type is None:
            raise MoveRefused(f"Say what both are. Allowed: {', '.join(sorted(BY_NAME))}.")
        if not self._sees(request, record_type):
            raise PermissionDenied
        found = []
        for name in names:
            slug = request.GET.get(name, "").strip()
            rows = record_type.model._default_manager.defer("rendering")
            record = None if "\0" in slug else rows.filter(slug=slug).first()
            if record is None:
                raise MoveRefused(f"There is no {record_type.name} with the slug {slug[:_SLUG_LENGTH]!r}.")
            found.append(record)
        if found[0] == found[1]:
            raise MoveRefused("Name two different records.")
        return record_type, found[0], found[1]

    def _decided(self, request: HttpRequest, record_type: RecordType, one: Record, other: Record) -> HttpResponse:
        said = request.POST.get("decision", "")
        decision = Sameness(said) if said in Sameness.values else Sameness.UNDECIDED
        decide(
            (one, other),
            decision,
            act_of(request),
        )
        messages.success(request, f"Noted: {one.slug} and {other.slug} are {decision.label}.")
        return HttpResponseRedirect(compare_link(record_type.name, one.slug, other.slug))

    def _compared(
        self, request: HttpRequest, record_type: RecordType, one: Record, other: Record, refused: str
    ) -> HttpResponse:
        pair = pair_of(record_type, one.slug, other.slug)
        sides = [side_of(one), side_of(other)]
        return self._page(
            request,
            "compare.html",
            "Are they the same?",
            subtitle=f"{one.slug} and {other.slug}",
            pair=pair,
            colour=COLOURS[pair.decision] if pair else "default",
            sides=sides,
            lines=lines_of(record_type, *sides),
            decisions=_DECISIONS,
            may_decide=may_compare(request.user, record_type.model) and not _hidden(one, other),
            refusal=refused,
            typed=request.POST,
            ways=self._ways(request, pair, one, other),
            back=reverse(f"{self.admin_site.name}:sanctions_likeness_changelist"),
        )

    def _ways(self, request: HttpRequest, pair: Likeness | None, one: Record, other: Record) -> list[tuple[str, str]]:
        """Return how the two can be merged by the user: in words, and where."""
        if not may_compare(request.user, type(one)) or _hidden(one, other):
            return []
        public = any(record.is_published for record in (one, other))
        drafts = [authors_of(record).people for record in (one, other) if not record.is_published]
        if public and not may_merge(request.user, [type(one)], pair, Authors().with_people(sum(drafts, ()))):
            return []
        return [
            (f"Keep {kept.slug}, merge {dropped.slug} into it", merge_link(kept, dropped))
            for kept, dropped in ((one, other), (other, one))
            if kept.is_published or not dropped.is_published
        ]

    # --- Merging

    def merge_view(self, request: HttpRequest) -> HttpResponse:
        """Show what merging two records would do, and do it."""
        try:
            record_type, kept, dropped = self._two(request, "kept", "dropped")
            found = plan(kept, dropped)
        except MoveRefused as refusal:
            return self._asked_for_two(request, str(refusal))
        refused = ""
        if request.method == "POST":
            try:
                return self._merged(request, kept, dropped)
            except MoveRefused as refusal:
                refused = str(refusal)
                found = plan(kept, dropped)
        allowed = _may_merge(request, found, dropped)
        return self._asked_to_merge(request, record_type, found, refused, allowed=allowed)

    def _merged(self, request: HttpRequest, kept: Record, dropped: Record) -> HttpResponse:
        redirect = merge(
            kept,
            dropped,
            act_of(request),
            seen=request.POST.get("seen", ""),
        )
        messages.success(request, f"{redirect.old} is merged into {redirect.new}.")
        return HttpResponseRedirect(_page_of(kept))

    def _asked_to_merge(
        self, request: HttpRequest, record_type: RecordType, found: Plan, refused: str, *, allowed: bool
    ) -> HttpResponse:
        pair = pair_of(record_type, found.kept.slug, found.dropped.slug)
        return self._page(
            request,
            "merge.html",
            "Merge?",
            subtitle=f"{found.dropped.slug} into {found.kept.slug}",
            plan=found,
            noun=record_type.model._meta.verbose_name,
            pair=pair,
            allowed=allowed and may_compare(request.user, record_type.model),
            seen=seal(found),
            differences=differences(record_type, found.kept.before, found.kept.after),
            affected=[
                Changed(
                    one.slug,
                    one.record_type.name,
                    State(one.state).label,
                    differences(one.record_type, one.before, one.after),
                )
                for one in found.referring
            ],
            refusal=refused,
            reason=request.POST.get("reason", ""),
            back=compare_link(record_type.name, found.kept.slug, found.dropped.slug),
        )


def _may_merge(request: HttpRequest, found: Plan, dropped: Record) -> bool:
    """Whether the user may do what a plan says."""
    pair = pair_of(found.kept.record_type, found.kept.slug, found.dropped.slug)
    return not found.public or may_merge(request.user, found.public, pair, unapproved(found, dropped))


@dataclass(frozen=True)
class Changed:
    """A record that a merge, or undoing one, changes."""

    slug: str
    noun: str
    state: str
    differences: list[Difference]


@admin.register(Redirect)
class RedirectAdmin(_ReadOnlyAdmin):
    """The merges, the newest first, and the page on which one is undone."""

    list_display = ("number", "record_type", "old", "new", "by", "at", "stands", "reason")
    list_filter = (("record_type", AllValuesCheckboxFilter), ("by", AllValuesCheckboxFilter))
    search_fields = ("old", "new")
    search_help_text = "Slug"
    ordering = ("-number",)

    @display(description="Stands", label={"stands": "success", "undone": "default"})
    def stands(self, redirect: Redirect) -> tuple[str, str]:
        """Say whether it was undone."""
        return ("undone", "undone") if redirect.undone_at else ("stands", "stands")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Redirect]:
        """Read the merges of nouns that the user may see."""
        rows: QuerySet[Redirect] = super().get_queryset(request)
        return rows

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show a merge and what undoing it would do, and undo it."""
        redirect: Redirect | None = self.get_object(request, object_id)
        if redirect is None:
            raise Http404("There is no such merge.")
        if not self.has_view_permission(request, redirect):
            raise PermissionDenied
        refused = ""
        if request.method == "POST":
            try:
                return self._undone(request, redirect)
            except (MoveRefused, InvalidDocument) as refusal:
                refused = str(refusal)
        return self._asked_to_undo(request, redirect, refused)

    def _undone(self, request: HttpRequest, redirect: Redirect) -> HttpResponse:
        unmerge(redirect, act_of(request))
        messages.success(request, f"{redirect.old} and {redirect.new} are two again.")
        return HttpResponseRedirect(compare_link(redirect.record_type, redirect.old, redirect.new))

    def _asked_to_undo(self, request: HttpRequest, redirect: Redirect, refused: str) -> HttpResponse:
        record_type = BY_NAME[redirect.record_type]
        changed: list[Changed] = []
        allowed = False
        if redirect.undone_at is None:
            try:
                found = undoing(redirect)
            except MoveRefused as refusal:
                refused = refused or str(refusal)
            else:
                public = [one.record_type.model for one in found if one.state == State.PUBLISHED]
                allowed = may_unmerge(request.user, record_type.model, public)
                changed = [
                    Changed(
                        one.slug,
                        one.record_type.name,
                        one.state.label,
                        differences(one.record_type, one.before, one.after),
                    )
                    for one in found
                ]
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


def _hidden(*records: Record) -> bool:
    """Whether one of the records is retracted or merged, of which nothing is decided."""
    return any(record.state in (State.RETRACTED, State.MERGED) for record in records)


def compare_link(noun: str, one: str, other: str) -> str:
    """Return the address at which two records stand side by side."""
    return f"{reverse('admin:sanctions_likeness_compare')}?{urlencode({'noun': noun, 'one': one, 'other': other})}"


def merge_link(kept: Record, dropped: Record) -> str:
    """Return the address of the question whether to merge one record into another."""
    asked = {"noun": type_of(kept).name, "kept": kept.slug, "dropped": dropped.slug}
    return f"{reverse('admin:sanctions_likeness_merge')}?{urlencode(asked)}"


def _page_of(record: Record) -> str:
    return reverse(f"admin:sanctions_{record._meta.model_name}_change", args=[record.pk])
