"""Spreadsheets in the admin: the export of what a list shows, and the import with its preview."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone

from sanctions.admin.acts import act_of
from sanctions.admin.editorial.batches import link_to_batch
from sanctions.admin.editorial.differences import differences
from sanctions.admin.incoming.previews import PreviewLine, lines_on_page
from sanctions.admin.incoming.uploads import file_name, find_upload, keep_upload, megabytes, take_upload
from sanctions.admin.pages import RecordPages
from sanctions.exceptions import InvalidDocument, MoveRefused, TooMuch, UnreadableSheet
from sanctions.models import Upload
from sanctions.models.log import LONGEST_REASON
from sanctions.records.encode import encode_many
from sanctions.records.registry import type_of
from sanctions.spreadsheets.files import FORMATS, tables_in, written
from sanctions.spreadsheets.importing import SheetConsent, write
from sanctions.spreadsheets.limits import MOST_BYTES, MOST_ROWS
from sanctions.spreadsheets.preview import MOST_RECORDS, Outcome, Preview, PreviewItem, preview
from sanctions.vocabulary import VersionKind

_COLOURS: Final = {
    Outcome.NEW: "success",
    Outcome.CHANGED: "info",
    Outcome.UNCHANGED: "default",
    Outcome.FAULTY: "danger",
}
#: What can go wrong with a file between its preview and its import. The page shows the reason.
_REFUSALS: Final = (MoveRefused, InvalidDocument, UnreadableSheet)


class SheetPages(RecordPages):
    """The export of chosen records of a list, and the import of a spreadsheet."""

    def urls(self) -> list[URLPattern]:
        """Return the address of the preview."""
        return [self.page("import/<str:token>/", self.preview_view, "preview")]

    def export(self, request: HttpRequest, queryset: models.QuerySet[Any], form: str) -> HttpResponse | None:
        """Return the chosen records as a file of a form: ``xlsx`` or ``csv``; ``None`` if they are too many."""
        record_type = type_of(self.model)
        ids = list(dict.fromkeys(queryset.values_list("pk", flat=True)))
        documents = encode_many(record_type, ids)
        try:
            content = written(record_type, [documents[pk] for pk in ids], form, timezone.localtime())
        except TooMuch as error:
            messages.error(request, str(error))
            return None
        ending, media_type = FORMATS[form]
        name = f"{record_type.plural}-{timezone.localdate().isoformat()}{ending}"
        return HttpResponse(
            content,
            headers={
                "Content-Type": media_type,
                "Content-Disposition": f'attachment; filename="{name}"',
                "Cache-Control": "no-store",
            },
        )

    # --- Import

    def upload(self, request: HttpRequest) -> HttpResponse:
        """Ask for a file, and keep it for its preview."""
        return take_upload(
            request,
            lambda: self._keep(request),
            lambda token: self.link("preview", token),
            lambda refusal: self._upload_form(request, refusal),
        )

    def _upload_form(self, request: HttpRequest, refusal: str) -> HttpResponse:
        context = self._list_context(request, "Import a spreadsheet") | {
            "refusal": refusal,
            "megabytes": megabytes(MOST_BYTES),
            "most_records": f"{MOST_RECORDS:,}",
            "most_rows": f"{MOST_ROWS:,}",
        }
        return TemplateResponse(request, "admin/sanctions/import.html", context)

    def _keep(self, request: HttpRequest) -> Upload:
        """Keep the posted file, if it can be read."""
        file = request.FILES.get("file")
        if file is None:
            raise UnreadableSheet("Choose a file: XLSX, or CSV.")
        if (file.size or 0) > MOST_BYTES:
            raise UnreadableSheet(f"The file is larger than {megabytes(MOST_BYTES)} megabytes. Split it.")
        content, record_type, now = file.read(), type_of(self.model), timezone.now()
        preview(record_type, tables_in(record_type, content), request.user, now)  # type: ignore[arg-type]
        return keep_upload(request, content, record_type=record_type.name, name=file_name(file.name), at=now)

    def preview_view(self, request: HttpRequest, token: str) -> HttpResponse:
        """Show what a file would do; import it when the page is posted."""
        if not self.admin.has_import_permission(request):
            raise PermissionDenied
        record_type, at = type_of(self.model), timezone.now()
        upload = find_upload(request, token, [record_type.name])
        try:
            tables = tables_in(record_type, bytes(upload.content))
            sheet_preview = preview(record_type, tables, request.user, at)  # type: ignore[arg-type]
        except UnreadableSheet as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(self.link("changelist"))
        if request.method == "POST":
            return self._import(request, upload, sheet_preview, at)
        return self._previewed(request, upload, sheet_preview)

    def _import(self, request: HttpRequest, upload: Upload, sheet_preview: Preview, at: datetime) -> HttpResponse:
        correction = request.POST.get("kind") == VersionKind.CORRECTION
        consent = SheetConsent(
            seal=request.POST.get("seal", ""),
            kind=VersionKind.CORRECTION if correction else VersionKind.UPDATE,
            without_faulty=request.POST.get("without_faulty") == "yes",
        )
        try:
            done = write(sheet_preview, consent, replace(act_of(request), at=at))
        except _REFUSALS as refusal:
            return self._previewed(request, upload, sheet_preview, refusal=str(refusal))
        upload.delete()
        messages.success(
            request, f"Imported: {counted(done.drafts, 'draft')} and {counted(done.proposals, 'proposal')}."
        )
        return HttpResponseRedirect(link_to_batch(done.batch) if done.batch else self.link("changelist"))

    def _previewed(
        self, request: HttpRequest, upload: Upload, sheet_preview: Preview, refusal: str = ""
    ) -> HttpResponse:
        proposals = sum(item.is_proposal for item in sheet_preview.good)
        context = self._list_context(request, "What the file would do") | {
            "upload": upload,
            "preview": sheet_preview,
            **lines_on_page(request, _sorted(sheet_preview), partial(_line, sheet_preview)),
            "counts": [(_COLOURS[Outcome(name)], name, count) for name, count in sheet_preview.counts.items() if count],
            "drafts": counted(len(sheet_preview.good) - proposals, "draft"),
            "proposals": counted(proposals, "proposal") if proposals else "",
            "can_write": sheet_preview.good and not sheet_preview.cut,
            "refusal": refusal,
            "reason": request.POST.get("reason", ""),
            "correction": request.POST.get("kind") == VersionKind.CORRECTION,
            "longest": LONGEST_REASON,
            "back": self.link("import_sheet"),
        }
        return TemplateResponse(request, "admin/sanctions/preview.html", context)

    def _list_context(self, request: HttpRequest, title: str) -> dict[str, Any]:
        subtitle = str(self.opts.verbose_name_plural).capitalize()
        return {**self.context(request, title, subtitle), "list_link": self.link("changelist")}


def _line(sheet_preview: Preview, item: PreviewItem) -> PreviewLine:
    return PreviewLine(
        slug=item.slug,
        outcome=item.outcome.value,
        colour=_COLOURS[item.outcome],
        becomes=_becomes(item),
        differences=() if item.faults else differences(sheet_preview.record_type, item.before or {}, item.document),
        is_new=item.before is None,
        place=f"row {item.content.row.number}",
    )


def _becomes(item: PreviewItem) -> str:
    """Return what a record becomes, in words."""
    match item.outcome:
        case Outcome.NEW:
            return "becomes a draft"
        case Outcome.CHANGED if item.is_proposal:
            return "becomes a proposal" + (", in place of your open one" if item.replaces else "")
        case Outcome.CHANGED:
            return "is changed"
        case Outcome.FAULTY:
            return "is not written"
    return "stays as it is"


def _sorted(sheet_preview: Preview) -> list[PreviewItem]:
    """Return the records of a preview: faults and changes first, unchanged records last."""
    places = [Outcome.FAULTY, Outcome.CHANGED, Outcome.NEW, Outcome.UNCHANGED]
    return sorted(sheet_preview.items, key=lambda item: places.index(item.outcome))


def counted(count: int, noun: str) -> str:
    """Return a number of things in words: "1 draft", "2 drafts"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
