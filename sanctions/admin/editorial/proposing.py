"""The form of a record: a draft is saved unless another user saved it since; a public record is not written.

What a curator changes of a public record becomes a proposal: the submitted form is read as a document, compared with
what is public, and stored.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.forms.formsets import all_valid
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from sanctions.admin.acts import act_of
from sanctions.admin.editorial.document_forms import document_of_forms, record_with_document
from sanctions.admin.editorial.draft_merging import merge_page
from sanctions.admin.editorial.opened_version import NAME, Opened
from sanctions.admin.pages import RecordPages
from sanctions.editorial import proposals
from sanctions.editorial.permissions import may_edit, may_propose
from sanctions.editorial.procedure import document_fingerprint, fingerprint, state_and_document
from sanctions.editorial.proposals import ProposedChange, base_of, document_of, propose
from sanctions.exceptions import InvalidDocument, MoveRefused
from sanctions.models import Proposal, Record
from sanctions.models.log import LONGEST_REASON
from sanctions.models.proposals import KINDS
from sanctions.records.base import Document
from sanctions.records.registry import type_of
from sanctions.records.validate import validate
from sanctions.vocabulary import VersionKind

#: Django's own view of the form, given what the templates need.
Show = Callable[[dict[str, Any]], HttpResponse]


class RecordFormPages(RecordPages):
    """Shows the form of a record, and takes it as a draft, a proposal, or a change to be merged with another."""

    def form_view(self, request: HttpRequest, object_id: str, context: dict[str, Any], show: Show) -> HttpResponse:
        """Show a record's form or take it; ``show`` is Django's own view, which also saves drafts."""
        record = self.find(object_id)
        if record is None or not (may_edit(request.user, record) or may_propose(request.user, record)):
            return show(context)
        proposal = self._own_proposal(request, record)

        def show_again() -> HttpResponse:
            return show(context | self._form_context(request, record, proposal))

        if request.method == "POST" and not getattr(request, "refusals", ()):
            return self._take(request, record, proposal, show_again)
        request.form_document = self._shown_document(request, record, proposal)  # type: ignore[attr-defined]
        return show_again()

    def find(self, object_id: str) -> Record | None:
        """Return the record of an address without its stored response, if it exists."""
        key = unquote(object_id)
        if not (key.isascii() and key.isdigit() and len(key) < 19):
            return None
        record: Record | None = self.model._default_manager.filter(pk=int(key)).defer("rendering").first()
        return record

    def _own_proposal(self, request: HttpRequest, record: Record) -> Proposal | None:
        """Return the user's open proposal that the address names, if it names one."""
        number = request.GET.get("proposal", "")
        if not number or not may_propose(request.user, record):
            return None
        proposal = None
        if number.isascii() and number.isdigit() and len(number) < 19:
            open_proposals = Proposal.objects.open().to_record(type_of(record).name, record.slug)
            proposal = open_proposals.filter(author=request.user.pk, number=int(number)).first()
        if proposal is None:
            raise Http404("You have no open proposal of this number for this record.")
        return proposal

    # --- Showing

    def _form_context(self, request: HttpRequest, record: Record, proposal: Proposal | None) -> dict[str, Any]:
        """Return what the templates need. The version is read before the form reads the record, never after."""
        context: dict[str, Any] = {"opened": request.POST.get(NAME) or str(Opened.now(record))}
        if may_propose(request.user, record):
            waiting = Proposal.objects.open().to_record(type_of(record).name, record.slug)
            context |= {
                "proposing": True,
                "proposal": proposal,
                "waiting": list(waiting.defer("base", "document")),
                "kinds": KINDS,
                "longest": LONGEST_REASON,
                "kind": request.POST.get("change_kind") or (proposal.kind if proposal else VersionKind.UPDATE),
                "reason": request.POST.get("change_reason", proposal.reason if proposal else ""),
                "show_save": False,
                "show_save_and_continue": False,
                "show_save_and_add_another": False,
            }
        return context

    def _shown_document(self, request: HttpRequest, record: Record, proposal: Proposal | None) -> Document | None:
        """Return the document whose values and rows the form shows; ``None`` for those of the stored record."""
        if proposal is not None:
            return document_of(proposal)
        if request.method != "POST":
            return None
        try:
            opened = Opened.of(request)
            return None if opened.fingerprint == fingerprint(record) else opened.document(record)
        except MoveRefused:
            return None

    # --- Taking

    def _take(
        self, request: HttpRequest, record: Record, proposal: Proposal | None, show: Callable[[], HttpResponse]
    ) -> HttpResponse:
        opened = Opened.of(request)
        if proposal and request.POST.get("proposal_seen") != proposal.changed_at.isoformat():
            raise MoveRefused("You changed this proposal in another window. Open it again.")
        state, current = state_and_document(record)
        is_unchanged = opened.fingerprint == document_fingerprint(state, current)
        if is_unchanged and may_edit(request.user, record):
            request.opened = opened  # type: ignore[attr-defined]
            return show()
        base = current if is_unchanged else opened.document(record)
        shown = document_of(proposal) if proposal else base
        form, formsets = self.admin.submitted_forms(request, record_with_document(record, shown))
        # Every form is validated, so that all faults are shown at once.
        if not all([form.is_valid(), all_valid(formsets)]):
            request.form_document = shown  # type: ignore[attr-defined]
            return show()
        document = document_of_forms(form, formsets)
        if problems := validate(type_of(record), document):
            raise InvalidDocument(problems)
        if may_propose(request.user, record):
            return self._propose(request, record, document, base_of(proposal) if proposal else base)
        return merge_page(self, request, record, base, document)

    def _propose(self, request: HttpRequest, record: Record, document: Document, base: Document) -> HttpResponse:
        kind, reason = request.POST.get("change_kind", ""), request.POST.get("change_reason", "")
        if kind not in dict(KINDS):
            raise MoveRefused("Choose a kind: update (the world has changed) or correction (the record was wrong).")
        change = ProposedChange(document, VersionKind(kind), base)
        proposal = propose(record, change, act_of(request, reason))
        if "_submit" in request.POST and proposal.state == "draft":
            proposals.submit(proposal, act_of(request, ""))
            messages.success(request, "Submitted for review. The public record stays as it is until it is accepted.")
        else:
            messages.success(request, "Proposed. The public record stays as it is until another user accepts it.")
        return HttpResponseRedirect(reverse("admin:sanctions_proposal_change", args=[proposal.number]))
