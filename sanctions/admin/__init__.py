"""The curators' desk: one module per noun, on django-unfold."""

from sanctions.admin import (
    actors,
    agreements,
    dashboard,
    designations,
    duplicates,
    events,
    log,
    orders,
    people,
    programs,
    proposals,
    second_factor,
    sources,
    violations,
)

__all__ = [
    "actors",
    "agreements",
    "dashboard",
    "designations",
    "duplicates",
    "events",
    "log",
    "orders",
    "people",
    "programs",
    "proposals",
    "second_factor",
    "sources",
    "violations",
]
