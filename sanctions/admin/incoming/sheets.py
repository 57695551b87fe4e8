"""Spreadsheets in the admin: the export of what a list shows, and the import with its preview."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePath
from typing import Any, Final

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from unfold.decorators import action

from sanctions.admin.acts import act_of
from sanctions.admin.addresses import own_page
from sanctions.admin.editorial.batches import link_to_batch
from sanctions.admin.editorial.differences import Difference, differences
from sanctions.exceptions import InvalidDocument, MoveRefused, TooMuch, UnreadableSheet
from sanctions.models import Record, Upload
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
#: What can go wrong with a file between its preview and its import; each is told on the page.
_REFUSALS: Final = (MoveRefused, InvalidDocument, UnreadableSheet)


@dataclass(frozen=True)
class Shown:
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
                return "becomes a proposal" + (", in place of yours that is open" if self.item.replaces else "")
            case Outcome.CHANGED:
                return "is written over"
            case Outcome.FAULTY:
                return "is not written"
        return "stays as it is"


class SheetsMixin:
    """Offers the export of chosen records, and the import of a file, on the list of each noun."""

    actions_list = ("import_sheet",)
    model: type[Record]
    opts: Any
    admin_site: Any

    def get_urls(self) -> list[URLPattern]:
        """Put the preview before the pages of Django's, the last of which takes every path."""
        return [own_page(self, "import/<str:token>/", self.preview_view, "preview"), *super().get_urls()]  # type: ignore[misc]

    # --- Export

    @admin.action(description="Export as XLSX", permissions=["view"])
    def export_xlsx(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> HttpResponse | None:
        """Hand out the chosen records as a workbook."""
        return self._exported(request, queryset, "xlsx")

    @admin.action(description="Export as CSV", permissions=["view"])
    def export_csv(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> HttpResponse | None:
        """Hand out the chosen records as packed CSV files."""
        return self._exported(request, queryset, "csv")

    def _exported(self, request: HttpRequest, queryset: models.QuerySet[Any], form: str) -> HttpResponse | None:
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

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Let those import who may add or change."""
        return bool(self.has_add_permission(request) or self.has_change_permission(request))  # type: ignore[attr-defined]

    @action(description="Import", url_path="import", icon="upload", permissions=["import"])
    def import_sheet(self, request: HttpRequest) -> HttpResponse:
        """Ask for a file, and keep it for its preview."""
        refusal = ""
        if request.method == "POST":
            try:
                token = self._kept(request, timezone.now())
            except UnreadableSheet as error:
                refusal = str(error)
            else:
                return HttpResponseRedirect(self._preview_link(token))
        context = self._context(request, "Import a spreadsheet") | {
            "refusal": refusal,
            "megabytes": MOST_BYTES // 1024 // 1024,
            "most_records": f"{MOST_RECORDS:,}",
            "most_rows": f"{MOST_ROWS:,}",
        }
        return TemplateResponse(request, "admin/sanctions/import.html", context)

    def _kept(self, request: HttpRequest, at: datetime) -> str:
        """Keep the file that came with a request, if it can be read; return by which token it is found."""
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
        """Show what a file would do; the answer, a POST, has it done."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        record_type, at = type_of(self.model), timezone.now()
        mine = Upload.objects.filter(token=token[:64], record_type=record_type.name, account_id=request.user.pk)
        upload = mine.first()
        if upload is None:
            raise Http404("There is no such file. It was imported, or is older than a day.")
        try:
            tables = tables_in(record_type, bytes(upload.content))
            found = preview(record_type, tables, request.user, at)  # type: ignore[arg-type]
        except UnreadableSheet as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(self._list_link())
        if request.method == "POST":
            return self._imported(request, upload, found, at)
        return self._previewed(request, upload, found)

    def _imported(self, request: HttpRequest, upload: Upload, found: Preview, at: datetime) -> HttpResponse:
        correction = request.POST.get("kind") == VersionKind.CORRECTION
        consent = SheetConsent(
            seal=request.POST.get("seal", ""),
            kind=VersionKind.CORRECTION if correction else VersionKind.UPDATE,
            without_faulty=request.POST.get("without_faulty") == "yes",
        )
        try:
            done = write(found, consent, replace(act_of(request), at=at))
        except _REFUSALS as refusal:
            return self._previewed(request, upload, found, refusal=str(refusal))
        upload.delete()
        messages.success(
            request, f"Imported: {counted(done.drafts, 'draft')} and {counted(done.proposals, 'proposal')}."
        )
        return HttpResponseRedirect(link_to_batch(done.batch) if done.batch else self._list_link())

    def _previewed(self, request: HttpRequest, upload: Upload, found: Preview, refusal: str = "") -> HttpResponse:
        page: Page[PreviewItem] = Paginator(_sorted(found), _PER_PAGE).get_page(request.GET.get("page"))
        proposals = sum(item.is_proposal for item in found.good)
        context = self._context(request, "What the file would do") | {
            "upload": upload,
            "found": found,
            "page": page,
            "shown": [
                Shown(item, differences(found.record_type, item.before or {}, item.document) if not item.faults else [])
                for item in page
            ],
            "counts": [(_COLOURS[Outcome(name)], name, count) for name, count in found.counts.items() if count],
            "drafts": counted(len(found.good) - proposals, "draft"),
            "proposals": counted(proposals, "proposal") if proposals else "",
            "can_write": found.good and not found.cut,
            "refusal": refusal,
            "reason": request.POST.get("reason", ""),
            "correction": request.POST.get("kind") == VersionKind.CORRECTION,
            "longest": LONGEST_REASON,
            "back": reverse(f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_import_sheet"),
        }
        return TemplateResponse(request, "admin/sanctions/preview.html", context)

    def _context(self, request: HttpRequest, title: str) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "title": title,
            "subtitle": str(self.opts.verbose_name_plural).capitalize(),
            "opts": self.opts,
            "list_link": self._list_link(),
        }

    def _list_link(self) -> str:
        return reverse(f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def _preview_link(self, token: str) -> str:
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_preview"
        return reverse(name, args=[token])


def _sorted(found: Preview) -> list[PreviewItem]:
    """Return the records of a preview: first what is to be read, last what stays as it is."""
    places = [Outcome.FAULTY, Outcome.CHANGED, Outcome.NEW, Outcome.UNCHANGED]
    return sorted(found.items, key=lambda item: places.index(item.outcome))


def counted(count: int, noun: str) -> str:
    """Return a number of things in words: "1 draft", "2 drafts"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
