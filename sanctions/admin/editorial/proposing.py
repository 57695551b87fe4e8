"""The form of a record that others change too: what is public is proposed, and nobody's work is overwritten.

What somebody submits becomes a document by saving it and taking it back again. For that the record says, for the
moment of one transaction, what it said when the form was opened: so the rows of the form are there, whatever happened
meanwhile.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils import timezone

from sanctions.admin.acts import act_of
from sanctions.admin.addresses import own_page
from sanctions.admin.editorial.differences import differences, disputes
from sanctions.admin.editorial.opened_version import NAME, Opened
from sanctions.editorial import moves, proposals
from sanctions.editorial.permissions import may_edit, may_propose
from sanctions.editorial.procedure import fingerprint
from sanctions.editorial.proposals import ProposedChange, base_of, document_of, propose, tried
from sanctions.exceptions import InvalidDocument, MoveRefused
from sanctions.models import Proposal, Record
from sanctions.models.log import LONGEST_REASON
from sanctions.models.proposals import KINDS
from sanctions.records.base import Document, parent_field, part_model
from sanctions.records.encode import encode
from sanctions.records.registry import type_of
from sanctions.records.three_way import Side, merge
from sanctions.records.validate import validate
from sanctions.vocabulary import VersionKind


class Said(Exception):
    """Ends a transaction that was only to find out what a form says: ``document`` is it."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self.document = document


class ProposingMixin:
    """Saves drafts if nobody else has meanwhile, and makes proposals of changes to what is public."""

    change_form_before_template = "admin/sanctions/opened.html"
    change_form_after_template = "admin/sanctions/proposing.html"
    model: type[Record]
    opts: Any
    admin_site: Any

    def get_urls(self) -> list[URLPattern]:
        """Add the page that puts two changes together."""
        return [own_page(self, "<path:object_id>/merge/", self.merge_view, "merge"), *super().get_urls()]  # type: ignore[misc]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show or take a form."""
        show: Callable[..., HttpResponse] = super().changeform_view  # type: ignore[misc]
        context = dict(extra_context or {})
        record = None if object_id is None else self._record(object_id)
        if record is None or not (may_edit(request.user, record) or may_propose(request.user, record)):
            return show(request, object_id, form_url, context)
        proposal = self._proposal(request, record)
        context |= self._form_context(request, record, proposal)
        if request.method == "POST":
            return self._taken(request, record, proposal, lambda: show(request, object_id, form_url, context))
        if proposal is not None:
            with tried(record, document_of(proposal), timezone.now()):
                return _rendered(show(request, object_id, form_url, context))
        return show(request, object_id, form_url, context)

    def _record(self, object_id: str) -> Record | None:
        """Return the record without what is heavy, as it stands; nothing if the address has none."""
        key = unquote(object_id)
        if not (key.isascii() and key.isdigit() and len(key) < 19):
            return None
        found: Record | None = self.model._default_manager.filter(pk=int(key)).defer("rendering").first()
        return found

    def _proposal(self, request: HttpRequest, record: Record) -> Proposal | None:
        """Return the proposal whose values the form shows: the user's own, where the address names it."""
        number = request.GET.get("proposal", "")
        if not number or not may_propose(request.user, record):
            return None
        found = None
        if number.isascii() and number.isdigit() and len(number) < 19:
            own = Proposal.objects.open().to_record(type_of(record).name, record.slug)
            found = own.filter(author=request.user.pk, number=int(number)).first()
        if found is None:
            raise Http404("You have no open proposal of this number for this record.")
        return found

    def _form_context(self, request: HttpRequest, record: Record, proposal: Proposal | None) -> dict[str, Any]:
        """Return what the form needs to know of itself. Read before the form reads the record."""
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

    # --- What was submitted

    def _taken(
        self, request: HttpRequest, record: Record, proposal: Proposal | None, show: Callable[[], HttpResponse]
    ) -> HttpResponse:
        if getattr(request, "refusals", ()):
            return self._refused(request, record, proposal, show)
        opened = Opened.of(request)
        if proposal and request.POST.get("proposal_seen") != proposal.changed_at.isoformat():
            raise MoveRefused("You saved this proposal in another window meanwhile. Open it again.")
        fresh = opened.fingerprint == fingerprint(record)
        if fresh and may_edit(request.user, record):
            request.opened = opened  # type: ignore[attr-defined]
            return show()
        before = None if fresh else opened.document(record)
        try:
            with self._as_opened(request, record, document_of(proposal) if proposal else before):
                # A form with faults is shown while its rows are there.
                return _rendered(show())
        except Said as said:
            document = said.document
        if may_propose(request.user, record):
            return self._proposed(request, record, document, base_of(proposal) if proposal else before)
        return self._both(request, record, before or {}, document)

    def _refused(
        self, request: HttpRequest, record: Record, proposal: Proposal | None, show: Callable[[], HttpResponse]
    ) -> HttpResponse:
        """Show the form as it was submitted, with the reasons for which it was refused."""
        try:
            document = document_of(proposal) if proposal else Opened.of(request).document(record)
        except MoveRefused:
            document = None
        with self._as_opened(request, record, document):
            return _rendered(show())

    @contextmanager
    def _as_opened(self, request: HttpRequest, record: Record, document: Document | None) -> Iterator[None]:
        """Let the record have the rows that the form shows, and the form name them by the keys that they have now."""
        current = encode(type_of(record), record.pk) if document is None else document
        with tried(record, current, timezone.now()):
            if document is not None:
                self._rekey(request, record)
            request.only_said = True  # type: ignore[attr-defined]
            try:
                yield
            finally:
                request.only_said = False  # type: ignore[attr-defined]

    def _rekey(self, request: HttpRequest, record: Record) -> None:
        """Exchange the keys of rows in the submitted form: rows that were written again keep their places."""
        values = request.POST.copy()
        record_type = type_of(record)
        for key in record_type.rows:
            child, parent = part_model(record_type.model, key), parent_field(record_type.model, key)
            rows = child._default_manager.filter(**{parent: record.pk}).order_by("ordinal", "pk")
            for place, pk in enumerate(rows.values_list("pk", flat=True)):
                name = f"{key.field}-{place}-id"
                if values.get(name):
                    values[name] = str(pk)
        request.POST = values  # type: ignore[assignment]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Hold the record to what the form was opened from, then save."""
        opened: Opened | None = getattr(request, "opened", None)
        if change and opened is not None and not getattr(request, "only_said", False):
            moves.hold(obj, timezone.now(), opened.fingerprint)
        super().save_model(request, obj, form, change)  # type: ignore[misc]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the parts; hold the record to its document's rules; then take note, or take all of it back."""
        super().save_related(request, form, formsets, change)  # type: ignore[misc]
        record_type = type_of(form.instance)
        document = encode(record_type, form.instance.pk)
        if problems := validate(record_type, document):
            raise InvalidDocument(problems)
        if getattr(request, "only_said", False):
            raise Said(document)
        moves.record_saved(form.instance, act_of(request, ""))

    def _proposed(
        self, request: HttpRequest, record: Record, document: Document, base: Document | None
    ) -> HttpResponse:
        kind, reason = request.POST.get("change_kind", ""), request.POST.get("change_reason", "")
        if kind not in dict(KINDS):
            raise MoveRefused("Say whether the world has changed (update) or we were wrong (correction).")
        change = ProposedChange(document, VersionKind(kind), base)
        made = propose(record, change, act_of(request, reason))
        if "_submit" in request.POST and made.state == "draft":
            proposals.submit(made, act_of(request, ""))
            messages.success(request, "Submitted for review. The public record stays as it is until it is accepted.")
        else:
            messages.success(request, "Proposed. The public record stays as it is until somebody else accepts it.")
        return HttpResponseRedirect(reverse("admin:sanctions_proposal_change", args=[made.number]))

    # --- Two changes of one draft

    def _both(
        self,
        request: HttpRequest,
        record: Record,
        base: Document,
        mine: Document,
        choices: dict[int, Side] | None = None,
        refusals: tuple[str, ...] = (),
    ) -> HttpResponse:
        """Show what somebody else changed meanwhile, and offer to put both changes together."""
        record_type = type_of(record)
        opened = Opened.now(record)
        current = encode(record_type, record.pk)
        found = merge(record_type, base, current, mine, choices)
        context = {
            **self.admin_site.each_context(request),
            "title": "Somebody else saved it meanwhile",
            "subtitle": str(record),
            "opts": self.opts,
            "original": record,
            "refusals": refusals,
            "other": record.author,
            "theirs": differences(record_type, base, current),
            "mine": differences(record_type, base, mine),
            "conflicts": disputes(found.conflicts, current, mine),
            "chosen": choices or {},
            "merge_link": reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_merge", args=[record.pk]),
            "record_link": reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[record.pk]),
            "opened": opened,
            "documents": {"base": json.dumps(base), "mine": json.dumps(mine)},
        }
        return TemplateResponse(request, "admin/sanctions/both.html", context, status=409)

    def merge_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Save both changes together, each conflict decided; ask again if somebody saved once more."""
        record = self._record(object_id)
        if record is None or request.method != "POST":
            return HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))
        if not may_edit(request.user, record):
            raise PermissionDenied
        record_type = type_of(record)
        base, mine = _document(request, "base"), _document(request, "mine")
        for document in (base, mine):
            if problems := validate(record_type, document):
                raise PermissionDenied(str(problems[0]))
        choices = choices_in(request)
        try:
            opened = Opened.of(request)
            found = merge(record_type, base, encode(record_type, record.pk), mine, choices)
            if found.undecided:
                raise MoveRefused("Decide each of the conflicts.")
            moves.rewrite(record, found.document, act_of(request, ""), expected=opened.fingerprint)
        except MoveRefused as refusal:
            return self._both(request, record, base, mine, choices, (str(refusal),))
        except InvalidDocument as invalid:
            return self._both(request, record, base, mine, choices, tuple(map(str, invalid.problems)))
        messages.success(request, "Both changes are saved together.")
        return HttpResponseRedirect(
            reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[record.pk])
        )


def choices_in(request: HttpRequest) -> dict[int, Side]:
    """Return which side somebody chose in each conflict, by its number."""
    choices: dict[int, Side] = {}
    for name, value in request.POST.items():
        number = name.removeprefix("choice-")
        if number != name and number.isascii() and number.isdigit() and value in ("theirs", "mine"):
            choices[int(number[:6])] = "mine" if value == "mine" else "theirs"
    return choices


def _document(request: HttpRequest, name: str) -> Any:
    try:
        return json.loads(request.POST.get(name, ""))
    except ValueError as error:
        raise PermissionDenied(f"{name} is no document.") from error


def _rendered(response: HttpResponse) -> HttpResponse:
    """Render a page while the rows that it shows are there."""
    if isinstance(response, TemplateResponse):
        response.render()
    return response
