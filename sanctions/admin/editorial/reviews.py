"""The review on a record's page: who does it until when, the discussion, and that what is public is still right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import quote
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils import timezone

from sanctions.admin.acts import act_of
from sanctions.admin.pages import RecordPages
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
        error_messages={
            "required": "Choose a reviewer.",
            "invalid_choice": "Choose a reviewer from the list.",
        },
    )
    due_on = forms.DateField(
        required=False,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": "Write a day as YYYY-MM-DD, such as 2025-03-01."},
    )


@dataclass(frozen=True)
class ShownRemark:
    """One remark, and whether the user may resolve it."""

    remark: Remark
    resolvable: bool


@dataclass(frozen=True)
class Panel:
    """All that a page shows of a review, and what the user may do about it."""

    matter: Matter
    assignment: Assignment | None
    #: What is wrong with the assignment: it is overdue, or its reviewer may not decide.
    trouble: str
    remarks: list[ShownRemark]
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
        """The number of open remarks."""
        return sum(shown.remark.is_open for shown in self.remarks)


def panel_of(
    request: HttpRequest, matter: Matter, typed: dict[str, str] | None = None, refusals: tuple[str, ...] = ()
) -> Panel:
    """Return what a page shows of a review; the number of queries does not grow with the remarks."""
    user, record, proposal = request.user, matter.record, matter.proposal
    assignment = matter.assignment
    remarks = Remark.objects.about(*matter.key)
    assigning = matter.in_review and may_review(user, record, proposal)
    confirming = proposal is None and may_confirm(user, record)
    reviewers = list(reviews.assignable_accounts(matter)) if matter.in_review else []
    return Panel(
        matter=matter,
        assignment=assignment,
        trouble=_trouble(matter, assignment, reviewers),
        remarks=[
            ShownRemark(remark, remark.is_open and may_resolve(user, record, remark, proposal)) for remark in remarks
        ],
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
        return f"{assignment.name} may not decide about it. Assign another reviewer."
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
    reviews.add_remark(matter, request.POST.get("text", ""), act_of(request), kind=kind)


def _resolve(request: HttpRequest, matter: Matter) -> None:
    number = request.POST.get("remark", "")
    remark = Remark.objects.filter(pk=number).first() if number.isdecimal() and number.isascii() else None
    if remark is None:
        raise MoveRefused("This remark does not exist.")
    reviews.resolve(matter, remark, act_of(request))


def _confirm(request: HttpRequest, matter: Matter) -> None:
    reviews.confirm(matter.record, act_of(request))


#: Move, by the last part of its address → what it does, and the message when it is done.
_DONE: Final[dict[str, tuple[Callable[[HttpRequest, Matter], None], str]]] = {
    **{
        rule.verb: (take, rule.done)
        for rule, take in ((ASSIGN, _assign), (UNASSIGN, _unassign), (RESOLVE, _resolve), (CONFIRM, _confirm))
    },
    "remark": (_remark, "Remark added."),
}


class ReviewPages(RecordPages):
    """The review above a record's form and on a page of its own, and what is posted there."""

    def urls(self) -> list[URLPattern]:
        """Return the addresses of the review and of each of its moves."""
        views = {"review": self.review_view} | {name: partial(self.review_view, move=name) for name in _DONE}
        return [self.record_page(f"{name}/", view, name) for name, view in views.items()]

    def form_context(self, request: HttpRequest, record: Record) -> dict[str, Any]:
        """Return the review, which is shown above the form."""
        return {"review": panel_of(request, Matter(record))}

    def review_view(self, request: HttpRequest, record: Record, move: str = "") -> HttpResponse:
        """Show the review of a record or a proposed change; make a move of it where one is posted."""
        matter = Matter(record, _proposal(request, record))
        if request.method != "POST" or not move:
            return self._shown(request, matter)
        make, done = _DONE[move]
        try:
            make(request, matter)
        except MoveRefused as refusal:
            return self._shown(request, matter, (str(refusal),))
        if move != "remark":
            entry = f"{done} {request.POST.get('reason', '').strip()}".strip()
            self.admin.log_change(request, record, entry)
        messages.success(request, done)
        return HttpResponseRedirect(page_of(matter))

    def _shown(self, request: HttpRequest, matter: Matter, refusals: tuple[str, ...] = ()) -> HttpResponse:
        """Show the review on a page of its own; with the reasons for which a move was refused, and what was typed."""
        typed = {name: str(value) for name, value in request.POST.items()} if refusals else {}
        context = {
            **self.context(request, "Review", matter),
            "original": matter.record,
            "record_link": _address(matter.record, "change"),
            "review": panel_of(request, matter, typed, refusals),
        }
        return TemplateResponse(request, "admin/sanctions/review.html", context)


def _proposal(request: HttpRequest, record: Record) -> Proposal | None:
    """Return the proposed change that a request names by its number, if it names one; it must be the record's."""
    number = request.POST.get("proposal") or request.GET.get("proposal") or ""
    if not number:
        return None
    rows = Proposal.objects.filter(record_type=type_of(record).name, slug=record.slug)
    proposal: Proposal | None = rows.filter(number=number).first() if number.isdecimal() and number.isascii() else None
    if proposal is None:
        raise Http404("This record has no proposed change of this number.")
    return proposal
