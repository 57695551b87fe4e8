"""Imports in the admin: choose a source and its files, read what they would do, have it done, and its report."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from io import BytesIO
from typing import Any, Final
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from django.contrib import admin, messages
from django.contrib.admin import ShowFacets
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from unfold.admin import ModelAdmin
from unfold.decorators import action, display

from sanctions.admin.acts import act_of
from sanctions.admin.addresses import own_page
from sanctions.admin.choosing import ReadOnlyMixin
from sanctions.admin.editorial.batches import link_to_batch
from sanctions.admin.editorial.differences import differences
from sanctions.admin.incoming.previews import PreviewLine, lines_on_page
from sanctions.admin.incoming.progress import ProgressReport, progress_of
from sanctions.admin.incoming.undo import undo_context, undo_page, undo_progress_page
from sanctions.admin.incoming.uploads import file_name, find_upload, keep_upload, megabytes, take_upload
from sanctions.editorial.permissions import may_import, may_see_batch
from sanctions.exceptions import EndingsNotAccepted, InvalidDocument, MoveRefused, UnreadableList
from sanctions.importers.base import ImportSource, Progress, RawFile, no_progress
from sanctions.importers.plan.items import Fate, ImportItem
from sanctions.importers.registry import SOURCES
from sanctions.importers.report import ImportReport
from sanctions.importers.running import PreparedImport, carry_out, prepare, try_import
from sanctions.importers.write import Consent
from sanctions.models import Import, Upload

#: Bytes of all files of one import, and how many they are.
MOST_BYTES: Final = 128 * 1024 * 1024
MOST_FILES: Final = 8
_COLOURS: Final = {
    Fate.NEW: "success",
    Fate.CHANGED: "info",
    Fate.PROPOSED: "info",
    Fate.LEFT: "warning",
    Fate.UNCHANGED: "default",
}
_BECOMES: Final = {
    Fate.NEW: "becomes a draft",
    Fate.CHANGED: "is written over",
    Fate.PROPOSED: "becomes a proposal",
    Fate.LEFT: "is left as it is",
    Fate.UNCHANGED: "stays as it is",
}
_REFUSALS: Final = (UnreadableList, MoveRefused, InvalidDocument)


@dataclass(frozen=True)
class ImportRequest:
    """What a user wants to import: the source, the files, the day of the snapshot, and whether it is public at once."""

    source: ImportSource
    files: list[RawFile]
    as_of: date | None
    is_public: bool

    def prepared(self, today: date, progress: Progress = no_progress) -> PreparedImport:
        """Return what importing it would do; raise :class:`UnreadableList`."""
        return prepare(
            self.source, self.files, as_of=self.as_of, today=today, is_public=self.is_public, progress=progress
        )


@admin.register(Import)
class ImportAdmin(ReadOnlyMixin, ModelAdmin):
    """What was imported: the newest first, each with its report."""

    list_display = ("number", "source", "as_of", "made_at", "by", "became", "undo")
    list_display_links = ("number", "source")
    list_filter = ("source",)
    show_facets = ShowFacets.NEVER
    show_full_result_count = False
    actions_list = ("begin",)

    @display(description="Became")
    def became(self, made: Import) -> str:
        """Return the counts of what records became, in a line."""
        counts = made.report.get("counts", {})
        return "; ".join(
            f"{noun}: {', '.join(f'{count:,} {fate}' for fate, count in fates.items())}"
            for noun, fates in counts.items()
        )

    @display(description="Undo")
    def undo(self, made: Import) -> str:
        """Return who undid the import, or asked for the undo."""
        if made.is_undone:
            return f"undone by {made.undone_by}"
        return f"asked for by {made.undo_by}" if made.is_undo_asked else ""

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show the report of an import."""
        made = self.get_object(request, unquote(object_id))
        if made is None:
            raise Http404("This import does not exist.")
        if not self.has_view_permission(request, made):
            raise PermissionDenied
        report = ImportReport.from_json(made.report)
        context = self._context(request, str(made)) | {
            "one": made,
            "report": report,
            "batch_link": link_to_batch(report.batch)
            if report.batch and may_see_batch(request.user, {made.by})
            else "",
            **undo_context(request, made),
        }
        return TemplateResponse(request, "admin/sanctions/import_report.html", context)

    def undo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what the undo of an import would do, and ask for it or have it done."""
        one = Import.objects.filter(pk=pk).first()
        if one is None:
            raise Http404("This import does not exist.")
        return undo_page(request, one, self._context(request, f"Undo of import {one.number}"))

    def get_urls(self) -> list[URLPattern]:
        """Put the pages of the import before those of Django's, the last of which takes every path."""
        return [
            own_page(self, "preview/<str:token>/", self.preview_view, "preview"),
            own_page(self, "preview/<str:token>/progress/", self.progress_view, "progress"),
            own_page(self, "<int:pk>/undo/", self.undo_view, "undo"),
            own_page(self, "<int:pk>/undo/progress/", undo_progress_page, "undo_progress"),
            *super().get_urls(),
        ]

    def has_begin_permission(self, request: HttpRequest) -> bool:
        """Let those import who may add what lists bring."""
        return may_import(request.user)

    def _may_publish(self, request: HttpRequest) -> bool:
        return may_import(request.user, is_public=True)

    @action(description="Import a list", url_path="begin", icon="upload", permissions=["begin"])
    def begin(self, request: HttpRequest) -> HttpResponse:
        """Ask for a source and its files, and keep them for their preview."""
        return take_upload(
            request,
            lambda: self._keep(request),
            lambda token: reverse("admin:sanctions_import_preview", args=[token]),
            lambda refusal: self._upload_form(request, refusal),
        )

    def _upload_form(self, request: HttpRequest, refusal: str) -> HttpResponse:
        context = self._context(request, "Import a list") | {
            "refusal": refusal,
            "sources": list(SOURCES.values()),
            "chosen": request.POST.get("source", ""),
            "as_of": request.POST.get("as_of", ""),
            "publish": "publish" in request.POST,
            "may_publish": self._may_publish(request),
            "megabytes": megabytes(MOST_BYTES),
        }
        return TemplateResponse(request, "admin/sanctions/list_import.html", context)

    def _posted_request(self, request: HttpRequest) -> ImportRequest:
        source = SOURCES.get(request.POST.get("source", ""))
        if source is None:
            raise UnreadableList(f"Choose a source: {', '.join(SOURCES)}.")
        given = request.FILES.getlist("files")
        if not given or len(given) > MOST_FILES:
            raise UnreadableList(f"Choose the files, at most {MOST_FILES}: {source.expects}.")
        if sum(file.size or 0 for file in given) > MOST_BYTES:
            raise UnreadableList(f"The files are larger than {megabytes(MOST_BYTES)} megabytes together.")
        files = [RawFile.of_bytes(file_name(file.name), file.read()) for file in given]
        if len({file.name for file in files}) < len(files):
            raise UnreadableList("Two of the files have the same name. Rename one.")
        is_public = "publish" in request.POST
        if is_public and not self._may_publish(request):
            raise PermissionDenied
        return ImportRequest(source, files, _day(request.POST.get("as_of", "")), is_public)

    def _keep(self, request: HttpRequest) -> Upload:
        """Keep the posted files in a ZIP file, if they can be read."""
        wanted, now = self._posted_request(request), timezone.now()
        wanted.prepared(now.date())
        packed = BytesIO()
        with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
            for file in wanted.files:
                with file.open() as opened:
                    archive.writestr(file.name, opened.read())
        options = f"{wanted.as_of or ''} {'public' if wanted.is_public else ''}".strip() or "-"
        return keep_upload(request, packed.getvalue(), record_type=wanted.source.name, name=options, at=now)

    def preview_view(self, request: HttpRequest, token: str) -> HttpResponse:
        """Show what the files would do; the answer, a POST, has it done."""
        if not self.has_begin_permission(request):
            raise PermissionDenied
        upload = find_upload(request, token, SOURCES)
        wanted = _unpacked(upload)
        if wanted.is_public and not self._may_publish(request):
            raise PermissionDenied
        progress = ProgressReport(request, _work(token))
        try:
            prepared = wanted.prepared(timezone.now().date(), progress.report)
        except UnreadableList as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(self._list_link())
        if request.method == "POST":
            return self._done(request, upload, wanted, prepared, progress)
        try:
            is_tried = try_import(prepared, self._consent(request, wanted, prepared), progress.report)
        except _REFUSALS as refusal:
            return self._previewed(request, wanted, prepared, refusal=str(refusal), is_possible=False)
        return self._previewed(request, wanted, prepared, is_tried=is_tried)

    def progress_view(self, request: HttpRequest, token: str) -> HttpResponse:
        """Return the progress of an import."""
        return progress_of(request, _work(token))

    def _done(
        self,
        request: HttpRequest,
        upload: Upload,
        wanted: ImportRequest,
        prepared: PreparedImport,
        progress: ProgressReport,
    ) -> HttpResponse:
        if request.POST.get("seal") != prepared.seal:
            why = "Records were changed since this preview was made. Read it again: the import would differ."
            return self._previewed(request, wanted, prepared, refusal=why)
        try:
            kept = carry_out(prepared, self._consent(request, wanted, prepared), progress.report)
        except EndingsNotAccepted as refusal:
            return self._previewed(request, wanted, prepared, refusal=str(refusal), asks_endings=True)
        except _REFUSALS as refusal:
            return self._previewed(request, wanted, prepared, refusal=str(refusal), is_possible=False)
        upload.delete()
        messages.success(request, f"Imported: {self.became(kept) or 'nothing to do'}.")
        return HttpResponseRedirect(reverse("admin:sanctions_import_change", args=[kept.pk]))

    def _consent(self, request: HttpRequest, wanted: ImportRequest, prepared: PreparedImport) -> Consent:
        return Consent(
            act_of(request, prepared.reason),
            is_public=wanted.is_public,
            accepted_endings=_number(request.POST.get("accept_endings", "")),
        )

    def _previewed(
        self,
        request: HttpRequest,
        wanted: ImportRequest,
        prepared: PreparedImport,
        refusal: str = "",
        *,
        is_possible: bool = True,
        is_tried: bool = True,
        asks_endings: bool = False,
    ) -> HttpResponse:
        """Show the preview. ``is_tried`` is whether the import was written on trial.

        ``asks_endings`` asks to confirm that so many records shall end.
        """
        items = prepared.plan.of(Fate.LEFT, Fate.PROPOSED, Fate.CHANGED, Fate.NEW)
        items.sort(key=lambda item: [Fate.LEFT, Fate.PROPOSED, Fate.CHANGED, Fate.NEW].index(item.fate))
        items += prepared.plan.disputed
        context = self._context(request, "What the files would do") | {
            **lines_on_page(request, items, partial(_line, is_public=wanted.is_public)),
            "report": prepared.report,
            "seal": prepared.seal,
            "todo": prepared.todo,
            "is_tried": is_tried,
            "refusal": refusal,
            "endings": prepared.endings,
            "asks_endings": asks_endings and prepared.endings.are_too_many,
            "is_possible": is_possible,
            "back": reverse("admin:sanctions_import_begin"),
            "progress": "progress/",
        }
        return TemplateResponse(request, "admin/sanctions/list_preview.html", context)

    def _context(self, request: HttpRequest, title: str) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "title": title,
            "subtitle": "Imports",
            "opts": self.opts,
            "list_link": self._list_link(),
        }

    def _list_link(self) -> str:
        return reverse("admin:sanctions_import_changelist")


def _work(token: str) -> str:
    return f"import/{token[:64]}"


def _line(item: ImportItem, *, is_public: bool) -> PreviewLine:
    becomes = "becomes public" if is_public and item.fate == Fate.NEW else _BECOMES[item.fate]
    return PreviewLine(
        slug=item.slug,
        outcome=item.fate.value,
        colour=_COLOURS[item.fate],
        becomes=f"{item.record_type.name} {becomes}",
        differences=() if item.fate == Fate.LEFT else differences(item.record_type, item.before or {}, item.document),
        is_new=item.before is None,
        place=item.place,
        remarks=([item.why] if item.why else []) + list(item.disputes),
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    with suppress(ValueError):
        return date.fromisoformat(text.strip())
    raise UnreadableList(f"{text!r} is not a date. Write it as 2021-04-15.")


def _unpacked(upload: Upload) -> ImportRequest:
    """Return the request that an upload was made for."""
    words = upload.name.split()
    day = next((word for word in words if word not in ("public", "-")), "")
    try:
        with ZipFile(BytesIO(bytes(upload.content))) as archive:
            files = [RawFile.of_bytes(name, archive.read(name)) for name in archive.namelist()]
    except BadZipFile as error:
        raise Http404("The files were deleted. Upload them again.") from error
    return ImportRequest(SOURCES[upload.record_type], files, _day(day), "public" in words)
