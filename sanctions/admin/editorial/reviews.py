"""The review on a record's page: who does it until when, the discussion, and that what is public is still right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import quote, unquote
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils import timezone

from sanctions.admin.acts import act_of
from sanctions.admin.addresses import own_page
from sanctions.editorial import reviews
from sanctions.editorial.freshness import last_confirmation
from sanctions.editorial.move_table import ASSIGN, CONFIRM, RESOLVE, UNASSIGN
from sanctions.editorial.permissions import may_confirm, may_remark, may_resolve, may_review
from sanctions.editorial.reviews import Matter
from sanctions.exceptions import MoveRefused
from sanctions.models import Assignment, LogEntry, Proposal, Record, Remark
from sanctions.models.log import LONGEST_REASON
from sanctions.models.reviews import LONGEST_REMARK
from sanctions.records.registry import type_of
from sanctions.vocabulary import RemarkKind


class AssignForm(forms.Form):
    """Who is to review, and until when."""

    assignee = forms.ModelChoiceField(
        queryset=get_user_model()._default_manager.filter(is_active=True),
        error_messages={"required": "Choose a reviewer.", "invalid_choice": "There is no such reviewer."},
    )
    due_on = forms.DateField(
        required=False,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": "Write a day as YYYY-MM-DD, such as 2025-03-01."},
    )


@dataclass(frozen=True)
class Said:
    """One remark, and whether the user may resolve it."""

    remark: Remark
    resolvable: bool


@dataclass(frozen=True)
class Panel:
    """All that a page shows of a review, and what the user may do about it."""

    matter: Matter
    assignment: Assignment | None
    #: Why the assignment helps nobody as it is: it is overdue, or its reviewer may not judge any more.
    trouble: str
    remarks: list[Said]
    may_assign: bool
    may_remark: bool
    may_ask: bool
    may_confirm: bool
    confirmed: LogEntry | None
    reviewers: list[User]
    #: Move → the address to which its form is posted.
    addresses: dict[str, str]
    typed: dict[str, str] = field(default_factory=dict)
    refusals: tuple[str, ...] = ()
    longest_remark: int = LONGEST_REMARK
    longest_reason: int = LONGEST_REASON

    @property
    def open_remarks(self) -> int:
        """How many remarks nobody has resolved."""
        return sum(said.remark.is_open for said in self.remarks)


def panel_of(
    request: HttpRequest, matter: Matter, typed: dict[str, str] | None = None, refusals: tuple[str, ...] = ()
) -> Panel:
    """Gather what a page shows of a review: a few queries, however much was said."""
    user, record, proposal = request.user, matter.record, matter.proposal
    assignment = matter.assignment
    remarks = Remark.objects.about(*matter.key)
    assigning = matter.in_review and may_review(user, record, proposal)
    confirming = proposal is None and may_confirm(user, record)
    reviewers = list(reviews.assignable(matter)) if matter.in_review else []
    return Panel(
        matter=matter,
        assignment=assignment,
        trouble=_trouble(matter, assignment, reviewers),
        remarks=[Said(remark, remark.is_open and may_resolve(user, record, remark, proposal)) for remark in remarks],
        may_assign=assigning,
        may_remark=may_remark(user, record),
        may_ask=confirming,
        may_confirm=confirming,
        confirmed=last_confirmation(record) if proposal is None and record.is_published else None,
        reviewers=reviewers,
        addresses={name: _address(record, name) for name in _DONE},
        typed=typed or {},
        refusals=refusals,
    )


def _trouble(matter: Matter, assignment: Assignment | None, reviewers: list[User]) -> str:
    if assignment is None or not matter.in_review:
        return ""
    if assignment.assignee_id not in {reviewer.pk for reviewer in reviewers}:
        return f"{assignment.name} may not decide about it (any more): it needs another reviewer."
    return "Overdue." if assignment.due_on and assignment.due_on < timezone.localdate() else ""


def _address(record: Record, name: str) -> str:
    meta = record._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{name}", args=[quote(record.pk)])


def page_of(matter: Matter) -> str:
    """Return the address of the page that shows the review: the record's own, or that of a proposed change."""
    if matter.proposal is None:
        return f"{_address(matter.record, 'change')}#review"
    return f"{reverse('admin:sanctions_proposal_change', args=[matter.proposal.number])}#review"


# --- What the forms do --------------------------------------------------------------------------


def _assign(request: HttpRequest, matter: Matter) -> None:
    form = AssignForm(request.POST)
    if not form.is_valid():
        faults = [f"{name}: {' '.join(found)}" for name, found in form.errors.items()]  # type: ignore[arg-type]
        raise MoveRefused(" ".join(faults).replace("assignee:", "Reviewer:").replace("due_on:", "Due date:"))
    assignee, due_on = form.cleaned_data["assignee"], form.cleaned_data["due_on"]
    reviews.assign(matter, assignee, due_on, act_of(request))


def _unassign(request: HttpRequest, matter: Matter) -> None:
    reviews.unassign(matter, act_of(request))


def _remark(request: HttpRequest, matter: Matter) -> None:
    kind = RemarkKind.RETRACTION if request.POST.get("asks_retraction") else RemarkKind.REMARK
    reviews.remark(matter, request.POST.get("text", ""), act_of(request), kind=kind)


def _resolve(request: HttpRequest, matter: Matter) -> None:
    number = request.POST.get("remark", "")
    found = Remark.objects.filter(pk=number).first() if number.isdecimal() and number.isascii() else None
    if found is None:
        raise MoveRefused("Remark: there is no such remark.")
    reviews.resolve(matter, found, act_of(request))


def _confirm(request: HttpRequest, matter: Matter) -> None:
    reviews.confirm(matter.record, act_of(request))


#: The last step of the address below the record's → what it does, and what is reported then.
_DONE: Final[dict[str, tuple[Callable[[HttpRequest, Matter], None], str]]] = {
    **{
        rule.verb: (take, rule.done)
        for rule, take in ((ASSIGN, _assign), (UNASSIGN, _unassign), (RESOLVE, _resolve), (CONFIRM, _confirm))
    },
    "remark": (_remark, "Your remark is kept."),
}


class ReviewMixin:
    """Shows the review above a record's form and on a page of its own, and takes what is posted there."""

    opts: Any
    admin_site: Any

    def get_urls(self) -> list[URLPattern]:
        """Put the addresses before the pages of Django's, the last of which takes every path."""
        views = {"review": self.review_view} | {name: partial(self.review_view, move=name) for name in _DONE}
        own = [own_page(self, f"<path:object_id>/{name}/", view, name) for name, view in views.items()]
        return [*own, *super().get_urls()]  # type: ignore[misc]

    def review_view(self, request: HttpRequest, object_id: str, move: str = "") -> HttpResponse:
        """Show the review of a record or a proposed change; make a move of it where one is posted."""
        record: Record | None = super().get_object(request, unquote(object_id))  # type: ignore[misc]
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined, no-any-return]
        if not self.has_view_permission(request, record):  # type: ignore[attr-defined]
            raise PermissionDenied
        matter = Matter(record, _proposal(request, record))
        if request.method != "POST" or not move:
            return self._shown(request, matter)
        make, done = _DONE[move]
        try:
            make(request, matter)
        except MoveRefused as refusal:
            return self._shown(request, matter, (str(refusal),))
        if move != "remark":
            told = f"{done} {request.POST.get('reason', '').strip()}".strip()
            self.log_change(request, record, told)  # type: ignore[attr-defined]
        messages.success(request, done)
        return HttpResponseRedirect(page_of(matter))

    def _shown(self, request: HttpRequest, matter: Matter, refusals: tuple[str, ...] = ()) -> HttpResponse:
        """Show the review on a page of its own, and why a move was refused with everything as it was typed."""
        typed = {name: str(value) for name, value in request.POST.items()} if refusals else {}
        context = {
            **self.admin_site.each_context(request),
            "title": "Review",
            "subtitle": str(matter),
            "opts": self.opts,
            "original": matter.record,
            "record_link": _address(matter.record, "change"),
            "review": panel_of(request, matter, typed, refusals),
        }
        return TemplateResponse(request, "admin/sanctions/review.html", context)

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Record | None = None,
    ) -> HttpResponse:
        """Show the review above the form."""
        if obj is not None and obj.pk is not None:
            context["review"] = panel_of(request, Matter(obj))
        response: HttpResponse = super().render_change_form(request, context, add, change, form_url, obj)  # type: ignore[misc]
        return response

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Let the review of a draft follow it to another slug."""
        super().save_related(request, form, formsets, change)  # type: ignore[misc]
        before, after = form.initial.get("slug"), form.instance.slug
        if change and before and before != after:
            reviews.follow(type_of(form.instance).name, before, after)


def _proposal(request: HttpRequest, record: Record) -> Proposal | None:
    """Return the proposed change that a request names by its number, if it names one; it must be the record's."""
    number = request.POST.get("proposal") or request.GET.get("proposal") or ""
    if not number:
        return None
    rows = Proposal.objects.filter(record_type=type_of(record).name, slug=record.slug)
    found: Proposal | None = rows.filter(number=number).first() if number.isdecimal() and number.isascii() else None
    if found is None:
        raise Http404("There is no such proposed change to this record.")
    return found
