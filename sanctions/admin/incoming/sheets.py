"""Spreadsheets in the admin: the export of what a list shows, and the import with its preview."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePath
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone

from sanctions.admin.acts import act_of
from sanctions.admin.editorial.batches import link_to_batch
from sanctions.admin.editorial.differences import Difference, differences
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

#: Records on one page of a preview.
_PER_PAGE: Final = 50
_COLOURS: Final = {
    Outcome.NEW: "success",
    Outcome.CHANGED: "info",
    Outcome.UNCHANGED: "default",
    Outcome.FAULTY: "danger",
}
#: What can go wrong with a file between its preview and its import. The page shows the reason.
_REFUSALS: Final = (MoveRefused, InvalidDocument, UnreadableSheet)


@dataclass(frozen=True)
class SheetLine:
    """One record of a preview as the page shows it."""

    item: PreviewItem
    differences: list[Difference]

    @property
    def colour(self) -> str:
        """The colour of the badge of its outcome."""
        return _COLOURS[self.item.outcome]

    @property
    def becomes(self) -> str:
        """What it becomes, in words."""
        match self.item.outcome:
            case Outcome.NEW:
                return "becomes a draft"
            case Outcome.CHANGED if self.item.is_proposal:
                return "becomes a proposal" + (", in place of your open one" if self.item.replaces else "")
            case Outcome.CHANGED:
                return "is changed"
            case Outcome.FAULTY:
                return "is not written"
        return "stays as it is"


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
        refusal = ""
        if request.method == "POST":
            try:
                token = self._kept(request, timezone.now())
            except UnreadableSheet as error:
                refusal = str(error)
            else:
                return HttpResponseRedirect(self.link("preview", token))
        context = self._list_context(request, "Import a spreadsheet") | {
            "refusal": refusal,
            "megabytes": MOST_BYTES // 1024 // 1024,
            "most_records": f"{MOST_RECORDS:,}",
            "most_rows": f"{MOST_ROWS:,}",
        }
        return TemplateResponse(request, "admin/sanctions/import.html", context)

    def _kept(self, request: HttpRequest, at: datetime) -> str:
        """Keep the posted file, if it can be read; return the token of the upload."""
        file = request.FILES.get("file")
        if file is None:
            raise UnreadableSheet("Choose a file: XLSX, or CSV.")
        if (file.size or 0) > MOST_BYTES:
            raise UnreadableSheet(f"The file is larger than {MOST_BYTES // 1024 // 1024} megabytes. Split it.")
        content = file.read()
        record_type = type_of(self.model)
        preview(record_type, tables_in(record_type, content), request.user, at)  # type: ignore[arg-type]
        Upload.objects.outdated(at).delete()
        name = "".join(sign for sign in PurePath(file.name or "").name if sign.isprintable()).strip()[:255]
        upload = Upload(
            token=secrets.token_urlsafe(32),
            record_type=record_type.name,
            name=name or "file",
            content=content,
            account_id=request.user.pk or 0,
            made_at=at,
        )
        upload.save()
        return upload.token

    def preview_view(self, request: HttpRequest, token: str) -> HttpResponse:
        """Show what a file would do; import it when the page is posted."""
        if not self.admin.has_import_permission(request):
            raise PermissionDenied
        record_type, at = type_of(self.model), timezone.now()
        mine = Upload.objects.filter(token=token[:64], record_type=record_type.name, account_id=request.user.pk)
        upload = mine.first()
        if upload is None:
            raise Http404("This file does not exist. It was imported, or is older than a day.")
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
        page: Page[PreviewItem] = Paginator(_sorted(sheet_preview), _PER_PAGE).get_page(request.GET.get("page"))
        proposals = sum(item.is_proposal for item in sheet_preview.good)
        context = self._list_context(request, "What the file would do") | {
            "upload": upload,
            "found": sheet_preview,
            "page": page,
            "shown": [_line(item, sheet_preview) for item in page],
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


def _line(item: PreviewItem, sheet_preview: Preview) -> SheetLine:
    changes = [] if item.faults else differences(sheet_preview.record_type, item.before or {}, item.document)
    return SheetLine(item, changes)


def _sorted(sheet_preview: Preview) -> list[PreviewItem]:
    """Return the records of a preview: faults and changes first, unchanged records last."""
    places = [Outcome.FAULTY, Outcome.CHANGED, Outcome.NEW, Outcome.UNCHANGED]
    return sorted(sheet_preview.items, key=lambda item: places.index(item.outcome))


def counted(count: int, noun: str) -> str:
    """Return a number of things in words: "1 draft", "2 drafts"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
