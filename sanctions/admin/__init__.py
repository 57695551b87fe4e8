"""The curators' desk: one module per noun, on django-unfold."""

from django.contrib import admin

from sanctions.admin import dashboard, webhooks
from sanctions.admin.accounts import second_factor, tokens, users
from sanctions.admin.editorial import duplicates, log, proposals
from sanctions.admin.incoming import imports
from sanctions.admin.nouns import actors, agreements, designations, events, orders, programs, sources, violations

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
    "programs",
    "proposals",
    "second_factor",
    "sources",
    "tokens",
    "users",
    "violations",
    "webhooks",
]

# The theme's site asks for further addresses under this name.
admin.site.extra_urls = lambda: [*second_factor.urls, *tokens.urls]  # type: ignore[attr-defined]
