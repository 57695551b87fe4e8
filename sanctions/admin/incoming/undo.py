"""The page on which an import is undone: what that would do, who has asked for it, who confirms it, and what it did."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from sanctions.admin.acts import act_of
from sanctions.admin.editorial.batches import link_to_batch
from sanctions.admin.editorial.differences import differences
from sanctions.admin.incoming.previews import PreviewLine, lines_on_page
from sanctions.admin.incoming.progress import ProgressReport, progress_of
from sanctions.editorial.permissions import may_ask_undo, may_see_batch, may_undo_import, may_withdraw_undo
from sanctions.exceptions import InvalidDocument, MoveRefused
from sanctions.importers.undo.items import UndoFate, UndoItem, UndoPlan
from sanctions.importers.undo.planning import plan_undo
from sanctions.importers.undo.undo_import import request_undo, undo_import, withdraw_undo_request
from sanctions.models import Import
from sanctions.models.log import LONGEST_REASON

_COLOURS: Final = {UndoFate.LEFT: "warning", UndoFate.PROPOSED: "info"}
_BECOMES: Final = {
    UndoFate.LEFT: "is left as it is",
    UndoFate.PROPOSED: "gets a proposal with its former content",
    UndoFate.CORRECTED: "gets its former content back",
    UndoFate.RETRACTED: "is retracted",
    UndoFate.REWRITTEN: "gets its former content back, as a draft",
    UndoFate.DELETED: "is deleted (a draft)",
    UndoFate.WITHDRAWN: "loses the proposal of the import",
    UndoFate.REWORDED: "gets back the proposal that was open before",
}


def undo_page(request: HttpRequest, made: Import, context: dict[str, Any]) -> HttpResponse:
    """Show what the undo of an import would do; a POST asks for it, confirms it, or withdraws the request."""
    user = request.user
    if not (may_ask_undo(user) or may_undo_import(user, made)):
        raise PermissionDenied
    refusal = ""
    if request.method == "POST":
        try:
            messages.success(request, _carry_out(request, made))
        except (MoveRefused, InvalidDocument) as error:
            refusal = str(error)
        else:
            return HttpResponseRedirect(reverse("admin:sanctions_import_change", args=[made.pk]))
        made = Import.objects.get(pk=made.pk)
    plan: UndoPlan | None = None
    try:
        plan = plan_undo(made)
    except MoveRefused as error:
        refusal = refusal or str(error)
    return TemplateResponse(request, "admin/sanctions/import_undo.html", context | _shown(request, made, plan, refusal))


def _shown(request: HttpRequest, made: Import, plan: UndoPlan | None, refusal: str) -> dict[str, Any]:
    order = list(UndoFate)
    items = sorted(plan.items, key=lambda item: order.index(item.fate)) if plan else []
    may_undo = may_undo_import(request.user, made)
    return {
        "made": made,
        "plan": plan,
        "seal": plan.seal if plan else "",
        "fates": order,
        "counts": counts_by_fate(plan.counts) if plan else [],
        **lines_on_page(request, items, _line),
        "refusal": refusal,
        "may_ask": made.is_public and not made.is_undo_asked and may_ask_undo(request.user),
        "may_undo": may_undo,
        "may_withdraw": may_withdraw_undo(request.user, made),
        "reason": request.POST.get("reason", ""),
        "longest": LONGEST_REASON,
        "report_link": reverse("admin:sanctions_import_change", args=[made.pk]),
        "progress": "progress/",
    }


def _line(item: UndoItem) -> PreviewLine:
    is_changed = item.fate in (UndoFate.CORRECTED, UndoFate.REWRITTEN, UndoFate.PROPOSED)
    remarks = [item.why] if item.why else []
    if item.conflicts:
        remarks.append(f"Changed by both, and left as it is: {', '.join(item.conflicts)}.")
    return PreviewLine(
        slug=item.slug,
        outcome=item.fate.value,
        colour=_COLOURS.get(item.fate, "default"),
        becomes=f"{item.record_type.name} {_BECOMES[item.fate]}",
        differences=differences(item.record_type, item.now, item.document) if is_changed else (),
        remarks=remarks,
    )


def _carry_out(request: HttpRequest, made: Import) -> str:
    """Do what was asked for; return the message for the user."""
    act = act_of(request)
    if "ask" in request.POST:
        request_undo(made, act)
        return f"The undo of import {made.number} waits for a second person, who confirms it."
    if "withdraw" in request.POST:
        withdraw_undo_request(made, act)
        return f"The request is withdrawn. Import {made.number} is not undone."
    progress = ProgressReport(request, _work(made.pk))
    seal = request.POST.get("seal", "")
    undo_import(made, act, seal=seal, progress=progress.report)
    return f"Import {made.number} is undone."


def undo_progress_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the progress of the undo of an import."""
    return progress_of(request, _work(pk))


def _work(pk: int) -> str:
    return f"import-undo/{pk}"


def counts_by_fate(counts: dict[str, dict[str, int]]) -> list[tuple[str, list[int]]]:
    """Return how many records of each noun become what, in the order of :class:`UndoFate`."""
    return [(noun, [fates.get(str(fate), 0) for fate in UndoFate]) for noun, fates in counts.items()]


def undo_context(request: HttpRequest, made: Import) -> dict[str, Any]:
    """Return what the page of an import shows of its undo."""
    user = request.user
    batch = made.undo_report.get("batch")
    return {
        "made": made,
        "undo_link": reverse("admin:sanctions_import_undo", args=[made.pk])
        if made.is_undoable and not made.is_undone and (may_ask_undo(user) or may_undo_import(user, made))
        else "",
        "undo_batch_link": link_to_batch(batch) if batch and may_see_batch(user, {made.undone_by}) else "",
        "undo_fates": list(UndoFate),
        "undo_counts": counts_by_fate(made.undo_report.get("counts", {})),
        "undo_records": [
            record
            for record in made.undo_report.get("records", ())
            if record["fate"] in (UndoFate.LEFT, UndoFate.PROPOSED)
        ],
    }
