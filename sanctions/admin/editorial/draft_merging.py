"""Two changes of one draft: what another user saved after a form was opened is merged with what the form changes."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern

from sanctions.admin.acts import act_of
from sanctions.admin.editorial.differences import differences, disputes
from sanctions.admin.editorial.opened_version import Opened
from sanctions.admin.pages import RecordPages
from sanctions.editorial import moves
from sanctions.editorial.permissions import may_edit
from sanctions.exceptions import InvalidDocument, MoveRefused
from sanctions.models import Record
from sanctions.records.base import Document
from sanctions.records.encode import encode
from sanctions.records.registry import type_of
from sanctions.records.three_way import Side, merge
from sanctions.records.validate import validate


class DraftMergePages(RecordPages):
    """Saves two changes of a draft together, each conflict decided by the author of the second."""

    def urls(self) -> list[URLPattern]:
        """Return the address to which the page of both changes is posted."""
        return [self.page("<path:object_id>/merge/", self.merge_view, "merge")]

    def merge_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Save both changes together, each conflict decided; ask again if another user saved in between."""
        record = self.admin.form_pages.find(object_id)
        if record is None or request.method != "POST":
            return HttpResponseRedirect(self.link("changelist"))
        if not may_edit(request.user, record):
            raise PermissionDenied
        record_type = type_of(record)
        base, submitted = _posted_document(request, "base"), _posted_document(request, "mine")
        for document in (base, submitted):
            if problems := validate(record_type, document):
                raise PermissionDenied(str(problems[0]))
        choices = choices_in(request)
        try:
            opened = Opened.of(request)
            both = merge(record_type, base, encode(record_type, record.pk), submitted, choices)
            if both.undecided:
                raise MoveRefused("Decide each of the conflicts.")
            moves.rewrite(record, both.document, act_of(request, ""), expected=opened.fingerprint)
        except MoveRefused as refusal:
            return merge_page(self, request, record, base, submitted, choices, (str(refusal),))
        except InvalidDocument as invalid:
            return merge_page(self, request, record, base, submitted, choices, tuple(map(str, invalid.problems)))
        messages.success(request, "Both changes are saved.")
        return HttpResponseRedirect(self.record_link(record))


def merge_page(
    pages: RecordPages,
    request: HttpRequest,
    record: Record,
    base: Document,
    submitted: Document,
    choices: dict[int, Side] | None = None,
    refusals: tuple[str, ...] = (),
) -> HttpResponse:
    """Return the page that shows what another user saved since ``base``, and offers to save both changes."""
    record_type = type_of(record)
    opened = Opened.now(record)
    current = encode(record_type, record.pk)
    both = merge(record_type, base, current, submitted, choices)
    context = {
        **pages.context(request, "Another user saved it after you opened it", record),
        "original": record,
        "refusals": refusals,
        "other": record.author,
        "theirs": differences(record_type, base, current),
        "mine": differences(record_type, base, submitted),
        "conflicts": disputes(both.conflicts, current, submitted),
        "chosen": choices or {},
        "merge_link": pages.link("merge", record.pk),
        "record_link": pages.record_link(record),
        "opened": opened,
        "documents": {"base": json.dumps(base), "mine": json.dumps(submitted)},
    }
    return TemplateResponse(request, "admin/sanctions/both.html", context, status=409)


def choices_in(request: HttpRequest) -> dict[int, Side]:
    """Return which side was chosen in each conflict, by its number."""
    choices: dict[int, Side] = {}
    for name, value in request.POST.items():
        number = name.removeprefix("choice-")
        if number != name and number.isascii() and number.isdigit() and value in ("theirs", "mine"):
            choices[int(number[:6])] = "proposed" if value == "mine" else "current"
    return choices


def _posted_document(request: HttpRequest, name: str) -> Any:
    try:
        return json.loads(request.POST.get(name, ""))
    except ValueError as error:
        raise PermissionDenied(f"{name} is not a document.") from error
