"""Pages of a model's admin that are not Django's own."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.http import HttpResponse
from django.urls import URLPattern, path


def own_page(model_admin: Any, address: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
    """Return the address of a page for users who are signed in; its name follows those of the model's other pages.

    It goes before the pages of Django's, the last of which takes every address.
    """
    checked: Callable[..., HttpResponse] = model_admin.admin_site.admin_view(view)

    def page(*args: Any, **kwargs: Any) -> HttpResponse:
        return checked(*args, **kwargs)

    page.model_admin = model_admin  # type: ignore[attr-defined]
    meta = model_admin.opts
    return path(address, update_wrapper(page, view), name=f"{meta.app_label}_{meta.model_name}_{name}")
