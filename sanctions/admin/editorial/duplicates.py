"""Duplicates in the admin: pairs of similar records, two records side by side, and merging them."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, reverse
from unfold.contrib.filters.admin import AllValuesCheckboxFilter, RangeNumericFilter
from unfold.decorators import action, display

from sanctions.admin.acts import act_of
from sanctions.admin.addresses import own_page
from sanctions.admin.editorial.differences import differences
from sanctions.admin.editorial.merges import ReadOnlyAdmin, changed_record
from sanctions.admin.editorial.side_by_side import lines_of, side_of
from sanctions.editorial.authors import Authors, authors_of
from sanctions.editorial.duplicates import decide, pair_of
from sanctions.editorial.merging import Plan, merge, plan_merge, seal, unapproved_authors
from sanctions.editorial.permissions import may_compare, may_merge
from sanctions.exceptions import MoveRefused
from sanctions.models import Likeness, Record
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
    (Sameness.SAME, "They are the same", "If one is public, another user merges them."),
    (Sameness.DIFFERENT, "They are different", "They are not suggested again."),
    (Sameness.UNSURE, "Unsure", "They stay on the list, marked as unsure."),
)
_SLUG_LENGTH: Final = 150


@admin.register(Likeness)
class LikenessAdmin(ReadOnlyAdmin):
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
        """Show undecided pairs, unless the address asks for others."""
        if not request.GET:
            return HttpResponseRedirect(f"{request.path}?decision={Sameness.UNDECIDED}")
        return super().changelist_view(request, extra_context)

    @action(description="Compare two others", url_path="by-hand", icon="compare_arrows")
    def by_hand(self, request: HttpRequest) -> HttpResponse:
        """Open the comparison of any two records."""
        return HttpResponseRedirect(reverse(f"{self.admin_site.name}:sanctions_likeness_compare"))

    @display(description="Records")
    def records(self, pair: Likeness) -> str:
        """Return both slugs."""
        return f"{pair.first} · {pair.second}"

    @display(description="Noun", ordering="record_type")
    def noun(self, pair: Likeness) -> str:
        """Return the noun of both."""
        return pair.record_type

    @display(description="Decision", ordering="decision", label=COLOURS)
    def decided(self, pair: Likeness) -> tuple[str, str]:
        """Return the decision."""
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
        """Redirect to the comparison."""
        pair: Likeness | None = self.get_object(request, object_id)
        if pair is None:
            raise Http404("This pair does not exist.")
        return HttpResponseRedirect(compare_link(pair.record_type, pair.first, pair.second))

    # --- Comparing

    def compare_view(self, request: HttpRequest) -> HttpResponse:
        """Show two records side by side, or take a decision about them. Without two, ask for them."""
        if not any(request.GET.get(name) for name in ("one", "other")):
            return self._ask_for_two(request)
        try:
            record_type, first, second = self._two(request, "one", "other")
        except MoveRefused as refusal:
            return self._ask_for_two(request, str(refusal))
        refused = ""
        if request.method == "POST":
            try:
                return self._decide(request, record_type, first, second)
            except MoveRefused as refusal:
                refused = str(refusal)
        return self._comparison(request, record_type, first, second, refused)

    def _ask_for_two(self, request: HttpRequest, refusal: str = "") -> HttpResponse:
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
        """Return the records that the address names; :class:`MoveRefused` if one does not exist."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        record_type = BY_NAME.get(request.GET.get("noun", ""))
        if record_type is None:
            raise MoveRefused(f"Choose what both records are. Allowed: {', '.join(sorted(BY_NAME))}.")
        if not self._sees(request, record_type):
            raise PermissionDenied
        records = []
        for name in names:
            slug = request.GET.get(name, "").strip()
            rows = record_type.model._default_manager.defer("rendering")
            record = None if "\0" in slug else rows.filter(slug=slug).first()
            if record is None:
                raise MoveRefused(f"No {record_type.name} has the slug {slug[:_SLUG_LENGTH]!r}.")
            records.append(record)
        first, second = records
        if first == second:
            raise MoveRefused("Enter two different slugs.")
        return record_type, first, second

    def _decide(self, request: HttpRequest, record_type: RecordType, first: Record, second: Record) -> HttpResponse:
        posted = request.POST.get("decision", "")
        decision = Sameness(posted) if posted in Sameness.values else Sameness.UNDECIDED
        decide((first, second), decision, act_of(request))
        messages.success(request, f"Saved: {first.slug} and {second.slug} are {decision.label}.")
        return HttpResponseRedirect(compare_link(record_type.name, first.slug, second.slug))

    def _comparison(
        self, request: HttpRequest, record_type: RecordType, first: Record, second: Record, refused: str
    ) -> HttpResponse:
        pair = pair_of(record_type, first.slug, second.slug)
        sides = [side_of(first), side_of(second)]
        return self._page(
            request,
            "compare.html",
            "Are they the same?",
            subtitle=f"{first.slug} and {second.slug}",
            pair=pair,
            colour=COLOURS[pair.decision] if pair else "default",
            sides=sides,
            lines=lines_of(record_type, *sides),
            decisions=_DECISIONS,
            may_decide=may_compare(request.user, record_type.model) and not _hidden(first, second),
            refusal=refused,
            typed=request.POST,
            ways=self._ways(request, pair, first, second),
            back=reverse(f"{self.admin_site.name}:sanctions_likeness_changelist"),
        )

    def _ways(
        self, request: HttpRequest, pair: Likeness | None, first: Record, second: Record
    ) -> list[tuple[str, str]]:
        """Return the merges that the user may make of two records: texts and addresses of links."""
        if not may_compare(request.user, type(first)) or _hidden(first, second):
            return []
        public = any(record.is_published for record in (first, second))
        drafts = [authors_of(record).people for record in (first, second) if not record.is_published]
        if public and not may_merge(request.user, [type(first)], pair, Authors().with_people(sum(drafts, ()))):
            return []
        return [
            (f"Keep {kept.slug}, merge {dropped.slug} into it", merge_link(kept, dropped))
            for kept, dropped in ((first, second), (second, first))
            if kept.is_published or not dropped.is_published
        ]

    # --- Merging

    def merge_view(self, request: HttpRequest) -> HttpResponse:
        """Show what merging two records would do, and do it."""
        try:
            record_type, kept, dropped = self._two(request, "kept", "dropped")
            merge_plan = plan_merge(kept, dropped)
        except MoveRefused as refusal:
            return self._ask_for_two(request, str(refusal))
        refused = ""
        if request.method == "POST":
            try:
                return self._merge(request, kept, dropped)
            except MoveRefused as refusal:
                refused = str(refusal)
                merge_plan = plan_merge(kept, dropped)
        allowed = _may_merge(request, merge_plan, dropped)
        return self._merge_question(request, record_type, merge_plan, refused, allowed=allowed)

    def _merge(self, request: HttpRequest, kept: Record, dropped: Record) -> HttpResponse:
        redirect = merge(kept, dropped, act_of(request), seen=request.POST.get("seen", ""))
        messages.success(request, f"{redirect.old} is merged into {redirect.new}.")
        return HttpResponseRedirect(_record_link(kept))

    def _merge_question(
        self, request: HttpRequest, record_type: RecordType, merge_plan: Plan, refused: str, *, allowed: bool
    ) -> HttpResponse:
        pair = pair_of(record_type, merge_plan.kept.slug, merge_plan.dropped.slug)
        return self._page(
            request,
            "merge.html",
            "Merge?",
            subtitle=f"{merge_plan.dropped.slug} into {merge_plan.kept.slug}",
            plan=merge_plan,
            noun=record_type.model._meta.verbose_name,
            pair=pair,
            allowed=allowed and may_compare(request.user, record_type.model),
            seen=seal(merge_plan),
            differences=differences(record_type, merge_plan.kept.before, merge_plan.kept.after),
            affected=[changed_record(record, State(record.state)) for record in merge_plan.referring],
            refusal=refused,
            reason=request.POST.get("reason", ""),
            back=compare_link(record_type.name, merge_plan.kept.slug, merge_plan.dropped.slug),
        )


def _may_merge(request: HttpRequest, merge_plan: Plan, dropped: Record) -> bool:
    """Return whether the user may make the merge of a plan."""
    pair = pair_of(merge_plan.kept.record_type, merge_plan.kept.slug, merge_plan.dropped.slug)
    return not merge_plan.public or may_merge(
        request.user, merge_plan.public, pair, unapproved_authors(merge_plan, dropped)
    )


def _hidden(*records: Record) -> bool:
    """Return whether one of the records is retracted or merged: such records are not compared."""
    return any(record.state in (State.RETRACTED, State.MERGED) for record in records)


def compare_link(noun: str, first: str, second: str) -> str:
    """Return the address of the comparison of two records."""
    return f"{reverse('admin:sanctions_likeness_compare')}?{urlencode({'noun': noun, 'one': first, 'other': second})}"


def merge_link(kept: Record, dropped: Record) -> str:
    """Return the address of the question whether to merge one record into another."""
    query = {"noun": type_of(kept).name, "kept": kept.slug, "dropped": dropped.slug}
    return f"{reverse('admin:sanctions_likeness_merge')}?{urlencode(query)}"


def _record_link(record: Record) -> str:
    return reverse(f"admin:sanctions_{record._meta.model_name}_change", args=[record.pk])
