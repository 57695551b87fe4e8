"""Proposed changes in the admin: the list, and a page of each with its differences and consequences."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from django.contrib import admin, messages
from django.contrib.admin import ShowFacets
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import AllValuesCheckboxFilter, ChoicesDropdownFilter, MultipleChoicesDropdownFilter
from unfold.decorators import display
from unfold.views import ChangeList

from sanctions.admin.acts import act_of
from sanctions.admin.addresses import own_page
from sanctions.admin.base import RecordChangeList
from sanctions.admin.choosing import ReadOnlyMixin, SearchMixin
from sanctions.admin.editorial.differences import differences, disputes
from sanctions.admin.editorial.draft_merging import choices_in
from sanctions.admin.editorial.record_page import is_offered, question
from sanctions.admin.editorial.reviews import panel_of
from sanctions.admin.refusals import reasons
from sanctions.editorial.authors import authors_of_proposal
from sanctions.editorial.move_rules import MoveRule, MoveTarget
from sanctions.editorial.move_table import ACCEPT, pages_of
from sanctions.editorial.permissions import may_propose, may_submit_proposal
from sanctions.editorial.proposals import (
    ProposedChange,
    base_of,
    document_of,
    merge_into_public,
    propose,
    record_of,
    seal,
)
from sanctions.editorial.reviews import Matter
from sanctions.exceptions import Conflicting, InvalidDocument, MoveRefused
from sanctions.models import Proposal, Record
from sanctions.questions.consequences import consequences, releases_with
from sanctions.records.base import Document
from sanctions.records.citation_support import support_of
from sanctions.records.encode import encode
from sanctions.records.registry import type_of
from sanctions.vocabulary import ProposalState, VersionKind

STATE_COLOURS: Final[dict[str, str]] = {
    ProposalState.DRAFT: "default",
    ProposalState.IN_REVIEW: "warning",
    ProposalState.ACCEPTED: "success",
    ProposalState.WITHDRAWN: "danger",
}
KIND_COLOURS: Final[dict[str, str]] = {VersionKind.UPDATE: "info", VersionKind.CORRECTION: "warning"}


#: The moves of proposals by the last step of their addresses.
MOVES: Final = pages_of(MoveTarget.PROPOSAL)


class ProposalChangeList(RecordChangeList):
    """A page of proposals, whose addresses contain their numbers."""

    def url_for_result(self, result: Any) -> str:
        """Return the page of a proposal."""
        return reverse("admin:sanctions_proposal_change", args=[result.number])


@admin.register(Proposal)
class ProposalAdmin(ReadOnlyMixin, SearchMixin, ModelAdmin):
    """Proposed changes of public records; the newest first."""

    list_display = ("number", "slug", "record_type", "what", "how_far", "by", "changed_at", "reason")
    list_display_links = ("number", "slug")
    list_filter = (
        ("state", MultipleChoicesDropdownFilter),
        ("kind", ChoicesDropdownFilter),
        ("record_type", AllValuesCheckboxFilter),
        ("by", AllValuesCheckboxFilter),
    )
    list_filter_submit = True
    list_per_page = 50
    date_hierarchy = "changed_at"
    ordering = ("-number",)
    search_fields = ("slug",)
    search_help_text = "Slug of the record"
    show_facets = ShowFacets.NEVER
    show_full_result_count = False
    actions = None

    # --- The list

    def get_queryset(self, request: HttpRequest) -> QuerySet[Proposal]:
        """Read the list without the documents."""
        proposed: QuerySet[Proposal] = super().get_queryset(request)
        return proposed.defer("base", "document")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Reject days beyond the calendar, as other lists do."""
        return ProposalChangeList

    @display(description="Kind", ordering="kind", label=KIND_COLOURS)
    def what(self, proposal: Proposal) -> tuple[str, str]:
        """Return whether the world has changed or we were wrong."""
        return proposal.kind, proposal.get_kind_display()

    @display(description="State", ordering="state", label=STATE_COLOURS)
    def how_far(self, proposal: Proposal) -> tuple[str, str]:
        """Return the state."""
        return proposal.state, proposal.get_state_display()

    # --- One proposal

    def get_urls(self) -> list[URLPattern]:
        """Put the moves before the pages of Django's, the last of which takes every path."""
        own = [
            own_page(self, "<int:number>/decide/", self.decide_view, "decide"),
            *(own_page(self, f"<int:number>/{move}/", partial(self.move_view, name=move), move) for move in MOVES),
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show what the proposal would change, its consequences, and the moves that the user may make."""
        key = unquote(object_id)
        valid = key.isascii() and key.isdigit() and len(key) < 19
        proposal = Proposal.objects.filter(number=int(key)).first() if valid else None
        if proposal is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[no-any-return]
        if not self.has_view_permission(request, proposal):
            raise PermissionDenied
        return self._page(request, proposal)

    def _page(self, request: HttpRequest, proposal: Proposal, refusals: list[str] | None = None) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": f"Proposal {proposal.number}",
            "subtitle": proposal.slug,
            "opts": self.opts,
            "original": proposal,
            "proposal": proposal,
            "state_colour": STATE_COLOURS[proposal.state],
            "kind_colour": KIND_COLOURS[proposal.kind],
            "refusals": refusals or [],
            **self._record_context(request, proposal),
        }
        return TemplateResponse(request, "admin/sanctions/proposal.html", context)

    def _record_context(self, request: HttpRequest, proposal: Proposal) -> dict[str, Any]:
        """Return the record, the change and its consequences for the page."""
        try:
            record = record_of(proposal)
        except MoveRefused as missing:
            return {"missing": str(missing)}
        record_type = type_of(record)
        context: dict[str, Any] = {
            "record": record,
            "review": panel_of(request, Matter(record, proposal)),
            "record_link": reverse(f"admin:sanctions_{record._meta.model_name}_change", args=[record.pk]),
            "moves": [
                {"rule": rule, "link": reverse(f"admin:sanctions_proposal_{rule.name}", args=[proposal.number])}
                for rule in MOVES.values()
                if proposal.state in rule.starts and is_offered(rule, request.user, record, proposal)
            ],
        }
        if not proposal.is_open or not record.is_published:
            return context | {"differences": differences(record_type, base_of(proposal), document_of(proposal))}
        public = encode(record_type, record.pk)
        both = merge_into_public(proposal, public)
        is_author = proposal.author_id == request.user.pk
        context |= {
            "differences": differences(record_type, public, both.document),
            "published_since": differences(record_type, base_of(proposal), public),
            "disputes": disputes(both.conflicts, public, document_of(proposal)),
            "seal": seal(proposal, both.document),
            "editable": is_author and may_propose(request.user, record),
            "unsupported": [support for support in support_of(record_type, both.document) if support.missing],
        }
        return context | self._consequences(record, both.document)

    def _consequences(self, record: Record, document: Document) -> dict[str, Any]:
        """Return the consequences of the change; the reasons where its document cannot be saved now."""
        try:
            return {"consequences": consequences(record, document, timezone.now())}
        except InvalidDocument as invalid:
            return {"unstorable": reasons(invalid), "releases": list(releases_with(record))}

    def move_view(self, request: HttpRequest, number: int, name: str) -> HttpResponse:
        """Ask for a move, and make it."""
        proposal = Proposal.objects.filter(number=number).first()
        if proposal is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(number))  # type: ignore[no-any-return]
        if not self.has_view_permission(request, proposal):
            raise PermissionDenied
        move, back = MOVES[name], reverse("admin:sanctions_proposal_change", args=[number])
        carried = {"seen": request.POST.get("seen", request.GET.get("seen", ""))} if move is ACCEPT else {}
        if request.method != "POST":
            barred = self._barred(request, proposal, move)
            return question(request, self.admin_site, proposal, move, back, carried, barred, is_open=not barred)
        try:
            move.make(proposal, act_of(request), **carried)
        except (MoveRefused, InvalidDocument) as refusal:
            return question(request, self.admin_site, proposal, move, back, carried, " ".join(reasons(refusal)))
        messages.success(request, move.done)
        return HttpResponseRedirect(back)

    def _barred(self, request: HttpRequest, proposal: Proposal, move: MoveRule) -> str:
        """Return why the user cannot make a move of the proposal, so that no form is shown; empty if they can."""
        try:
            record = record_of(proposal)
        except MoveRefused as refusal:
            return str(refusal)
        if proposal.state not in move.starts:
            return f"{proposal} is {proposal.get_state_display()}."
        if is_offered(move, request.user, record, proposal):
            return ""
        return f"You may not do this: {authors_of_proposal(proposal)} wrote {proposal}."

    def decide_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """Save the author's choices where the public record was changed in the same places."""
        proposal = Proposal.objects.filter(number=number).first()
        back = HttpResponseRedirect(reverse("admin:sanctions_proposal_change", args=[number]))
        if proposal is None or request.method != "POST":
            return back
        try:
            record = record_of(proposal)
            if not may_submit_proposal(request.user, record, proposal):
                raise PermissionDenied
            public = encode(type_of(record), record.pk)
            both = merge_into_public(proposal, public, choices_in(request))
            if request.POST.get("seen") != seal(proposal, merge_into_public(proposal, public).document):
                raise MoveRefused("It was changed again since you read it. Read it again.")
            if both.undecided:
                raise Conflicting("Decide each of the conflicts.", ())
            change = ProposedChange(both.document, VersionKind(proposal.kind), public)
            propose(record, change, act_of(request, proposal.reason))
        except (MoveRefused, InvalidDocument) as refusal:
            return self._page(request, proposal, reasons(refusal))
        messages.success(request, "Saved. The proposal now starts from the current public record.")
        return back
