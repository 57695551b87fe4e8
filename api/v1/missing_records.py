"""The error for a record that is not public: it was merged, retracted or never published."""

from __future__ import annotations

from django.db.models import Model
from rest_framework.exceptions import APIException, NotFound

from api.http.problems import MergedRecord, RetractedRecord
from sanctions.questions.versions import Retraction, retraction
from sanctions.records.redirects import replaced_by
from sanctions.records.registry import SERVED_PARTS, type_of


def missing_record(model: type[Model], slug: str) -> APIException:
    """Return the error for a slug without a public row: a redirect, a retraction or not found."""
    return (
        redirect_of(model, slug)
        or retraction_of(model, slug)
        or NotFound(f"No published {model._meta.verbose_name} has the slug {slug!r}.")
    )


def redirect_of(model: type[Model], slug: str) -> MergedRecord | None:
    """Return the redirect to the record into which this one was merged; ``None`` if it was not merged.

    Measures and commitments keep their addresses when they move to the other record.
    """
    if model in SERVED_PARTS:
        return None
    record_type = type_of(model)
    new = replaced_by(record_type, slug)
    if new is None:
        return None
    noun = model._meta.verbose_name
    return MergedRecord(
        record_type.plural, slug, new, f"The {noun} {slug!r} was merged into {new!r}, which is the same."
    )


def retraction_of(model: type[Model], slug: str) -> RetractedRecord | None:
    """Return the error with the day and the reason of a retraction; ``None`` if the record was not retracted."""
    retracted = retraction(model, slug)
    return None if retracted is None else RetractedRecord(_message(model, slug, retracted), notice=retracted.notice)


def _message(model: type[Model], slug: str, retracted: Retraction) -> str:
    named = f"The {model._meta.verbose_name} {slug!r}"
    parent = f" with the {retracted.noun} {retracted.slug!r}" if retracted.slug != slug else ""
    reason = f" {retracted.reason}" if retracted.reason else ""
    return f"{named} was retracted{parent} on {retracted.day}.{reason}"
