"""The versions of a record in the ledger: the list on its page, and a page of each with what it changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.contrib.admin.utils import quote
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse

from sanctions.admin.acts import act_of
from sanctions.admin.editorial.differences import differences
from sanctions.admin.editorial.record_page import question
from sanctions.admin.pages import RecordPages
from sanctions.editorial.move_table import REVERT
from sanctions.editorial.permissions import may_propose
from sanctions.editorial.proposals import revert
from sanctions.exceptions import InvalidDocument, MoveRefused
from sanctions.models import Record, Version
from sanctions.projections.urls import notice_url
from sanctions.questions.versions import MEANINGS
from sanctions.records.base import Document, Key, Rows
from sanctions.records.registry import type_of
from sanctions.vocabulary import NOTICES, VersionKind

_K = VersionKind

#: Kind → colour of its badge. A correction means that we were wrong, an update that the world changed.
KIND_COLOURS: Final[dict[str, str]] = {
    _K.PUBLICATION: "success",
    _K.UPDATE: "info",
    _K.CORRECTION: "warning",
    _K.RETRACTION: "danger",
    _K.RESTORATION: "success",
    _K.MERGE: "default",
}


@dataclass(frozen=True)
class Edition:
    """One version as the list and its own page show it."""

    version: Version
    link: str

    @property
    def colour(self) -> str:
        """The colour of the badge of its kind."""
        return KIND_COLOURS[self.version.kind]

    @property
    def notice(self) -> str:
        """Where the public reads its notice; empty if it is none."""
        return notice_url(self.version.sequence) if self.version.kind in NOTICES else ""

    @property
    def meaning(self) -> str:
        """What its kind means, in words."""
        return MEANINGS[self.version.kind]

    @property
    def people(self) -> str:
        """Who proposed and approved it, in words; empty if the ledger names no user."""
        named = (("proposed by", self.version.author), ("approved by", self.version.approver))
        return ", ".join(f"{what} {name}" for what, name in named if name)


def versions_of(record: Record) -> list[Edition]:
    """Return the versions of a record, newest first, without reading their documents."""
    rows = _versions(record).order_by("-number").defer("document")
    return [Edition(version, _link(record, version.number)) for version in rows]


def _can_come_back(request: HttpRequest, record: Record, version: Version) -> bool:
    """Return whether the user may propose to go back to a version: one that is not the newest."""
    return version.recorded_to is not None and may_propose(request.user, record)


def _versions(record: Record) -> Any:
    return Version.objects.filter(record_type=type_of(record).name, slug=record.slug)


def _link(record: Record, number: int) -> str:
    meta = record._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_version", args=[quote(record.pk), number])


class VersionPages(RecordPages):
    """A page of each version of a record."""

    def urls(self) -> list[URLPattern]:
        """Return the addresses of a version and of the proposal to go back to it."""
        version = "versions/<int:number>/"
        return [
            self.record_page(f"{version}revert/", self.revert_view, "revert"),
            self.record_page(version, self.version_view, "version"),
        ]

    def version_view(self, request: HttpRequest, record: Record, number: int) -> HttpResponse:
        """Show a version: what it changed, why, who wrote and approved it, and its document."""
        version = _versions(record).filter(number=number).first()
        if version is None:
            raise Http404(f"{record.slug} has no version {number}.")
        context = {
            **self.context(request, f"Version {number}", record),
            "original": record,
            "edition": Edition(version, _link(record, number)),
            "before_link": _link(record, number - 1) if number > 1 else "",
            "after_link": _link(record, number + 1) if version.recorded_to else "",
            "record_link": self.record_link(record),
            "revert_link": f"{_link(record, number)}revert/" if _can_come_back(request, record, version) else "",
            **_compared(record, version),
        }
        return TemplateResponse(request, "admin/sanctions/version.html", context)

    def revert_view(self, request: HttpRequest, record: Record, number: int) -> HttpResponse:
        """Ask for the reason to go back to this version, and propose it."""
        back = _link(record, number)
        if request.method != "POST":
            return question(request, self.site, record, REVERT, back, {})
        try:
            made = revert(record, number, act_of(request))
        except (MoveRefused, InvalidDocument) as refusal:
            return question(request, self.site, record, REVERT, back, {}, str(refusal))
        messages.success(request, REVERT.done)
        return HttpResponseRedirect(reverse("admin:sanctions_proposal_change", args=[made.number]))


def _compared(record: Record, version: Version) -> dict[str, Any]:
    """Return a version's document and how it differs from the last one before it that was public.

    A restoration is compared with what was public before, and not with the retraction.
    """
    record_type = type_of(record)
    earlier = _versions(record).filter(number__lt=version.number).exclude(kind=VersionKind.RETRACTION)
    before = earlier.order_by("-number").first()
    document = in_order(record_type.keys, json.loads(version.document))
    former = in_order(record_type.keys, json.loads(before.document)) if before else None
    return {
        "before": before,
        "differences": [] if former is None else differences(record_type, former, document),
        "document": json.dumps(document, ensure_ascii=False, indent=2),
    }


def in_order(keys: tuple[Key, ...], document: Document) -> Document:
    """Return a document with its keys as they are declared; those that are declared no longer follow."""
    rows = {key.name: key.keys for key in keys if isinstance(key, Rows)}
    names = [key.name for key in keys if key.name in document]
    return {
        name: [in_order(rows[name], row) for row in document[name]] if name in rows else document[name]
        for name in (*names, *(name for name in document if name not in names))
    }
