"""The addresses of public records, which renderings contain and answers add: all below ``settings.API_ROOT``."""

from __future__ import annotations

from typing import Final

from django.conf import settings

from sanctions.records.registry import RECORD_TYPES, SERVED_PARTS

#: What the API serves by slug: name of the model → collection in its URLs.
COLLECTIONS: Final = {record_type.name: record_type.plural for record_type in RECORD_TYPES} | {
    str(model._meta.model_name): part.key.name for model, part in SERVED_PARTS.items()
}


def record_url(model: str, slug: str) -> str:
    """Return the URL of a record, a measure or a commitment; ``KeyError`` for models that have none."""
    return f"{settings.API_ROOT}{COLLECTIONS[model]}/{slug}/"


def version_url(model: str, slug: str, number: int) -> str:
    """Return the URL of a version of a record, whose content never changes."""
    return f"{record_url(model, slug)}versions/{number}/"


def notice_url(sequence: int) -> str:
    """Return the URL of the notice about a version, whose content never changes."""
    return f"{settings.API_ROOT}notices/{sequence}/"


def release_url(number: int) -> str:
    """Return the URL of a release."""
    return f"{settings.API_ROOT}releases/{number}/"
