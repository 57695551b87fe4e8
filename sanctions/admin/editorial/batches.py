"""The page of a batch: what was done together, and its undo with what became of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from sanctions.admin.acts import act_of
from sanctions.admin.incoming.progress import ProgressReport, progress_of
from sanctions.editorial.bulk import Results
from sanctions.editorial.permissions import may_see_batch
from sanctions.editorial.undo import entries_of, import_of, undo_batch
from sanctions.exceptions import MoveRefused
from sanctions.models import LogEntry
from sanctions.models.log import LONGEST_REASON
from sanctions.records.encode import chunks
from sanctions.records.registry import BY_NAME

#: Entries on one page: an import may have tens of thousands.
_PER_PAGE: Final = 200


@dataclass(frozen=True)
class BatchLine:
    """One entry of a batch as the page shows it, with a link to the record if it still exists."""

    entry: LogEntry
    link: str


def link_to_batch(number: int) -> str:
    """Return the address of the page of a batch."""
    return reverse("admin:sanctions_logentry_batch", args=[number])


def batch_page(request: HttpRequest, number: int, context: dict[str, Any]) -> HttpResponse:
    """Show a batch to administrators and to the user who made it; a POST undoes it and shows the results.

    The batch of an import links to the page that undoes the import.
    """
    entries = list(entries_of(number))
    if not entries:
        raise Http404(f"The log has no batch {number}.")
    user = request.user
    if not may_see_batch(user, {entry.by for entry in entries}):
        raise PermissionDenied
    results: Results[LogEntry] | None = None
    refusal = ""
    made = import_of(number)
    undo_link = reverse("admin:sanctions_import_undo", args=[made.pk]) if made else ""
    if made and request.method == "POST":
        return HttpResponseRedirect(undo_link)
    if request.method == "POST":
        progress = ProgressReport(request, _work(number))
        try:
            results = undo_batch(
                number,
                act_of(request),
                progress=lambda more: progress.report("Undone", more, len(entries)),
            )
        except MoveRefused as error:
            refusal = str(error)
    page = Paginator(entries, _PER_PAGE).get_page(request.GET.get("page"))
    return TemplateResponse(
        request,
        "admin/sanctions/batch.html",
        {
            **context,
            "title": f"Batch {number}",
            "number": number,
            "page": page,
            "lines": _lines(list(page.object_list)),
            "first": entries[0],
            "made": made,
            "undo_link": undo_link,
            "results": results,
            "undone_link": link_to_batch(results.number) if results and results.number else "",
            "refusal": refusal,
            "reason": request.POST.get("reason", ""),
            "longest": LONGEST_REASON,
            "progress": "progress/",
        },
    )


def batch_progress_page(request: HttpRequest, number: int) -> HttpResponse:
    """Return the progress of the undo of a batch."""
    return progress_of(request, _work(number))


def _work(number: int) -> str:
    return f"batch/{number}"


def _lines(entries: Sequence[LogEntry]) -> list[BatchLine]:
    keys = _keys(entries)
    return [BatchLine(entry, _link(entry, keys.get((entry.record_type, entry.slug)))) for entry in entries]


def _keys(entries: Iterable[LogEntry]) -> dict[tuple[str, str], int]:
    """Return the primary keys of the records that are still there: a query a noun for a few hundred of them."""
    slugs: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        slugs[entry.record_type].add(entry.slug)
    return {
        (name, slug): pk
        for name, named in slugs.items()
        for some in chunks(sorted(named))
        for slug, pk in BY_NAME[name].model._default_manager.filter(slug__in=some).values_list("slug", "pk")
    }


def _link(entry: LogEntry, pk: int | None) -> str:
    return reverse(f"admin:sanctions_{entry.record_type}_change", args=[pk]) if pk else ""
