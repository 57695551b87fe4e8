"""Pages next to Django's own pages of a record type, one class for each subject."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, reverse

from sanctions.admin.addresses import own_page
from sanctions.models import Record


class RecordPages:
    """The pages of one subject. ``RecordAdmin.page_classes`` lists them; each admin has an instance of each."""

    def __init__(self, admin: Any) -> None:
        self.admin = admin
        self.site = admin.admin_site
        self.opts = admin.opts
        self.model: type[Record] = admin.model

    def urls(self) -> list[URLPattern]:
        """Return the addresses; they go before those of Django's, the last of which takes every path."""
        return []

    def form_context(self, request: HttpRequest, record: Record) -> dict[str, Any]:
        """Return what the templates around a record's form need of this subject."""
        return {}

    def page(self, path: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
        """Return the address of one page, named for :meth:`link`."""
        return own_page(self.admin, path, view, name)

    def link(self, name: str, *args: Any) -> str:
        """Return the address of a page by its name: one of ours, or Django's ``change`` or ``changelist``."""
        return reverse(f"{self.site.name}:{self.opts.app_label}_{self.opts.model_name}_{name}", args=args)

    def record_link(self, record: Record) -> str:
        """Return the address of a record's form."""
        return self.link("change", quote(record.pk))

    def record_page(self, path: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
        """Return the address of a page of one record; ``view`` is called with the record, which the user may see."""

        def with_record(request: HttpRequest, object_id: str, **kwargs: Any) -> HttpResponse:
            return self.for_record(request, object_id, partial(view, **kwargs))

        return self.page(f"<path:object_id>/{path}", with_record, name)

    def for_record(self, request: HttpRequest, object_id: str, view: Callable[..., HttpResponse]) -> HttpResponse:
        """Call a view with a record that the user may see; redirect if it does not exist."""
        record: Record | None = self.admin.get_object(request, unquote(object_id))
        if record is None:
            response: HttpResponse = self.admin._get_obj_does_not_exist_redirect(request, self.opts, object_id)
            return response
        if not self.admin.has_view_permission(request, record):
            raise PermissionDenied
        return view(request, record)

    def context(self, request: HttpRequest, title: str, subtitle: object) -> dict[str, Any]:
        """Return what the templates of all pages need."""
        return {
            **self.site.each_context(request),
            "title": title,
            "subtitle": str(subtitle),
            "opts": self.opts,
        }
