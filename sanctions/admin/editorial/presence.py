"""Shows on a record's page who else has it open, and updates that while the page is open."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_POST

from sanctions.admin.pages import RecordPages
from sanctions.database.unavailability import BUSY, unavailable
from sanctions.editorial.presence import Present, find_others, remove_presence, report_presence
from sanctions.models import Record

_PAGE: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Notice:
    """The notice at the top of a record's page, and the address from which its script updates it."""

    text: str
    page: str
    address: str


def sentence(present: list[Present]) -> str:
    """Return in one sentence which users have a record open since when; empty if no user has."""
    users = [f"{user.name} (since {date_format(timezone.localtime(user.since), 'H:i')})" for user in present]
    match users:
        case []:
            return ""
        case [_]:
            first = present[0]
            since = date_format(timezone.localtime(first.since), "H:i")
            return f"{first.name} has this record open since {since}."
    return f"{', '.join(users[:-1])} and {users[-1]} have this record open."


class PresencePages(RecordPages):
    """Records who has a record's page open, and shows it to the others."""

    def urls(self) -> list[URLPattern]:
        """Return the address to which the page's script posts."""
        return [self.page("<path:object_id>/presence/", require_POST(self.presence_view), "presence")]

    def presence_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Record that a page is still open, or was left; return the text that it shows."""
        page, now = request.POST.get("page", ""), timezone.now()
        if not _PAGE.fullmatch(page):
            return HttpResponseBadRequest("page: 32 hexadecimal digits are needed.")
        if "left" in request.POST:
            remove_presence(page, request.user)  # type: ignore[arg-type]
            return HttpResponse(status=204)
        # The rows of the form are not needed.
        record: Record | None = self.admin.get_bare_object(request, unquote(object_id))
        if record is None:
            raise Http404
        if not self.admin.has_view_permission(request, record):
            raise PermissionDenied
        report_presence(record, page, request.user, now)  # type: ignore[arg-type]
        return JsonResponse({"text": sentence(find_others(record, request.user, now))})  # type: ignore[arg-type]

    def form_context(self, request: HttpRequest, record: Record) -> dict[str, Any]:
        """Return the notice above the form: who else has the record open."""
        return {"presence": self._notice(request, record)}

    def _notice(self, request: HttpRequest, record: Record) -> Notice:
        page, now = secrets.token_hex(16), timezone.now()
        try:
            with transaction.atomic():
                report_presence(record, page, request.user, now)  # type: ignore[arg-type]
        except OperationalError as error:
            # The page can be read while another user writes for a long time; its script tries again.
            if unavailable(error) != BUSY:
                raise
        address = self.link("presence", quote(record.pk))
        return Notice(sentence(find_others(record, request.user, now)), page, address)  # type: ignore[arg-type]
