"""The look of the admin: colors, icon, styles, sidebar and account menu. ``UNFOLD`` in the settings names each."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy

from sanctions.accounts.permissions import may_list

_PRIMARY: Final = {
    "50": "oklch(97% .014 254.604)",
    "100": "oklch(93.2% .032 255.585)",
    "200": "oklch(88.2% .059 254.128)",
    "300": "oklch(80.9% .105 251.813)",
    "400": "oklch(70.7% .165 254.624)",
    "500": "oklch(62.3% .214 259.815)",
    "600": "oklch(54.6% .245 262.881)",
    "700": "oklch(48.8% .243 264.376)",
    "800": "oklch(42.4% .199 265.638)",
    "900": "oklch(37.9% .146 265.522)",
    "950": "oklch(28.2% .091 267.935)",
}


def primary_color(request: HttpRequest) -> dict[str, str]:
    """Return the shades of the primary color: weight → CSS color. Unfold writes into what it gets."""
    return dict(_PRIMARY)


def icon(request: HttpRequest) -> str:
    """Return the address of the icon in the browser's tab."""
    return static("sanctions/icon.svg")


def stylesheet(request: HttpRequest) -> str:
    """Return the address of our own style sheet, which follows unfold's."""
    return static("sanctions/admin.css")


def script(request: HttpRequest) -> str:
    """Return the address of our own script."""
    return static("sanctions/admin.js")


def account_links(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the items of the account menu."""
    return [
        {"title": "Change password", "link": reverse_lazy("admin:password_change")},
        {"title": "Second factor", "link": reverse_lazy("admin:second_factor")},
        {"title": "Tokens", "link": reverse_lazy("admin:tokens")},
    ]


def _list_link(label: str, title: str, icon: str) -> dict[str, Any]:
    """Return a sidebar item for the list of a model (``app.model``), shown to users who may view the model."""
    app, model = label.split(".")
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{app}_{model}_changelist"),
        "permission": lambda request: may_list(request.user, label),
    }


_SIDEBAR: Final[list[dict[str, Any]]] = [
    {"items": [{"title": "Dashboard", "icon": "dashboard", "link": reverse_lazy("admin:index")}]},
    {
        "title": "Law",
        "separator": True,
        "items": [
            _list_link("sanctions.order", "Orders", "gavel"),
            _list_link("sanctions.program", "Programs", "folder_special"),
            _list_link("sanctions.agreement", "Agreements", "handshake"),
            _list_link("sanctions.violation", "Violations", "report"),
        ],
    },
    {
        "title": "History",
        "separator": True,
        "items": [
            _list_link("sanctions.event", "Events", "event"),
            _list_link("sanctions.source", "Sources", "menu_book"),
        ],
    },
    {
        "title": "Who",
        "separator": True,
        "items": [
            _list_link("sanctions.actor", "Actors", "groups"),
            _list_link("sanctions.designation", "Designations", "playlist_add_check"),
        ],
    },
    {
        "title": "Editorial",
        "separator": True,
        "items": [
            _list_link("sanctions.proposal", "Proposals", "rate_review"),
            _list_link("sanctions.likeness", "Duplicates", "join"),
            _list_link("sanctions.redirect", "Merges", "merge"),
            _list_link("sanctions.import", "Imports", "upload_file"),
            _list_link("sanctions.logentry", "Log", "history"),
            _list_link("sanctions.webhook", "Webhooks", "webhook"),
            _list_link("sanctions.delivery", "Deliveries", "outbox"),
            _list_link("auth.user", "Users", "person"),
            _list_link("auth.group", "Groups", "shield_person"),
        ],
    },
]


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the groups of the sidebar. Unfold copies them before it marks the active item."""
    return _SIDEBAR
