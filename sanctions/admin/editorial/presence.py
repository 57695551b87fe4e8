"""Shows on a record's page who else has it open, and keeps that true while the page is open."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_POST

from sanctions.admin.addresses import own_page
from sanctions.database.unavailability import BUSY, unavailable
from sanctions.editorial.presence import Present, leave, others, see
from sanctions.models import Record

_PAGE: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Notice:
    """What the top of a record's page says, and where its script asks for it again."""

    text: str
    page: str
    address: str


def sentence(found: list[Present]) -> str:
    """Return in one sentence who has a record open since when; empty if nobody has."""
    told = [f"{present.name} (since {date_format(timezone.localtime(present.since), 'H:i')})" for present in found]
    match told:
        case []:
            return ""
        case [_]:
            first = found[0]
            since = date_format(timezone.localtime(first.since), "H:i")
            return f"{first.name} has this record open since {since}."
    return f"{', '.join(told[:-1])} and {told[-1]} have this record open."


class PresenceMixin:
    """Takes note of who opens a record's page, hears from its script, and tells who else is there."""

    opts: Any
    admin_site: Any

    def get_urls(self) -> list[URLPattern]:
        """Put the address of the script before the pages of Django's, the last of which takes every path."""
        found = own_page(self, "<path:object_id>/presence/", require_POST(self.presence_view), "presence")
        return [found, *super().get_urls()]  # type: ignore[misc]

    def presence_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Hear that a page is still open, or was left; answer with what it is to show."""
        page, now = request.POST.get("page", ""), timezone.now()
        if not _PAGE.fullmatch(page):
            return HttpResponseBadRequest("page: 32 hexadecimal digits are needed.")
        if "left" in request.POST:
            leave(page, request.user)  # type: ignore[arg-type]
            return HttpResponse(status=204)
        # Without all that the record's page reads along.
        record: Record | None = super().get_object(request, unquote(object_id))  # type: ignore[misc]
        if record is None:
            raise Http404
        if not self.has_view_permission(request, record):  # type: ignore[attr-defined]
            raise PermissionDenied
        see(record, page, request.user, now)  # type: ignore[arg-type]
        return JsonResponse({"text": sentence(others(record, request.user, now))})  # type: ignore[arg-type]

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Record | None = None,
    ) -> HttpResponse:
        """Show above the form who else has the record open."""
        if obj is not None and obj.pk is not None:
            context["presence"] = self._opened(request, obj)
        response: HttpResponse = super().render_change_form(request, context, add, change, form_url, obj)  # type: ignore[misc]
        return response

    def _opened(self, request: HttpRequest, record: Record) -> Notice:
        page, now = secrets.token_hex(16), timezone.now()
        try:
            with transaction.atomic():
                see(record, page, request.user, now)  # type: ignore[arg-type]
        except OperationalError as error:
            # The page is to be read while somebody else writes for long; its script tries again.
            if unavailable(error) != BUSY:
                raise
        address = reverse(
            f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_presence", args=[quote(record.pk)]
        )
        return Notice(sentence(others(record, request.user, now)), page, address)  # type: ignore[arg-type]
