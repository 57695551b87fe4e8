"""The curators' desk: one module per noun, on django-unfold."""

from django.contrib import admin

from sanctions.admin import (
    actors,
    agreements,
    dashboard,
    designations,
    duplicates,
    events,
    imports,
    log,
    orders,
    people,
    programs,
    proposals,
    second_factor,
    sources,
    tokens,
    violations,
    webhooks,
)

__all__ = [
    "actors",
    "agreements",
    "dashboard",
    "designations",
    "duplicates",
    "events",
    "imports",
    "log",
    "orders",
    "people",
    "programs",
    "proposals",
    "second_factor",
    "sources",
    "tokens",
    "violations",
    "webhooks",
]

# The theme's site asks for further addresses under this name.
admin.site.extra_urls = lambda: [*second_factor.urls, *tokens.urls]  # type: ignore[attr-defined]
