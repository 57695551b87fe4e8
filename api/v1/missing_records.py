"""Why there is nothing at the address of a record: it was merged, or retracted, or never published."""

from __future__ import annotations

from django.db.models import Model
from rest_framework.exceptions import APIException, NotFound

from api.http.errors import Merged, Retracted
from sanctions.projections.rendered_documents import SERVED_PARTS
from sanctions.questions.versions import Retraction, retraction
from sanctions.records.redirects import replaced_by
from sanctions.records.registry import type_of


def absent(model: type[Model], slug: str) -> APIException:
    """Return the error that tells why no row of the slug is public, or where it is."""
    return (
        merged(model, slug)
        or gone(model, slug)
        or NotFound(f"There is no published {model._meta.verbose_name} with the slug {slug!r}.")
    )


def merged(model: type[Model], slug: str) -> Merged | None:
    """Return the error that leads on to the record into which one was merged; ``None`` if it was not.

    Measures and commitments keep their addresses: they went over to the other record.
    """
    if model in SERVED_PARTS:
        return None
    record_type = type_of(model)
    new = replaced_by(record_type, slug)
    if new is None:
        return None
    noun = model._meta.verbose_name
    return Merged(record_type.plural, slug, new, f"The {noun} {slug!r} was merged into {new!r}, which is the same.")


def gone(model: type[Model], slug: str) -> Retracted | None:
    """Return the error that tells of a retraction, with its day and its reason; ``None`` if there was none."""
    found = retraction(model, slug)
    return None if found is None else Retracted(_told(model, slug, found), notice=found.notice)


def _told(model: type[Model], slug: str, found: Retraction) -> str:
    named = f"The {model._meta.verbose_name} {slug!r}"
    within = f" was retracted with the {found.noun} {found.slug!r} on " if found.slug != slug else " was retracted on "
    return f"{named}{within}{found.day}." + (f" {found.reason}" if found.reason else "")
