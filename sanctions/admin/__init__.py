"""The curators' desk: one module per noun, on django-unfold."""

from sanctions.admin import (
    actors,
    agreements,
    dashboard,
    designations,
    events,
    orders,
    people,
    programs,
    sources,
    violations,
)

__all__ = [
    "actors",
    "agreements",
    "dashboard",
    "designations",
    "events",
    "orders",
    "people",
    "programs",
    "sources",
    "violations",
]
