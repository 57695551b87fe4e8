"""The record that a merged record redirects to, in one step for any number of merges.

A chain (a into b, then b into c) is followed here, so that clients are redirected once. It has no loops: a merged
record cannot take in another until its merge is undone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import models

from sanctions.database.past_views import instant_seen
from sanctions.exceptions import Problem
from sanctions.models import Redirect
from sanctions.records.base import Document, Key, RecordType, Ref, Refs, part_model, reference_keys, target
from sanctions.records.registry import BY_NAME


def replaced_by(record_type: RecordType, slug: str, *, public: bool = True) -> str | None:
    """Return the slug that a merged record redirects to at the instant seen; ``None`` if it was not merged.

    Records that were never public are hidden from the public: only ``public=False`` includes them.
    """
    rows = Redirect.objects.in_effect(instant_seen()).filter(record_type=record_type.name)
    following = rows.filter(old=slug, **({"public": True} if public else {})).values_list("new", flat=True).first()
    end: str | None = following
    while following is not None:
        end = following
        following = rows.filter(old=end).values_list("new", flat=True).first()
    return end


def merged_slugs() -> dict[str, dict[str, str]]:
    """Return all current redirects: noun → old slug → slug of the record that is kept."""
    steps: dict[str, dict[str, str]] = {}
    for name, old, new in Redirect.objects.in_effect().order_by().values_list("record_type", "old", "new"):
        steps.setdefault(name, {})[old] = new
    return {name: {old: _end(of_noun, old) for old in of_noun} for name, of_noun in steps.items()}


def _end(steps: dict[str, str], slug: str) -> str:
    while slug in steps:
        slug = steps[slug]
    return slug


def merged_into(record_type: RecordType, slugs: Iterable[str]) -> dict[tuple[str, datetime], list[str]]:
    """Return the public records that were merged into each, even if undone since: slug and instant → their slugs."""
    merged: dict[tuple[str, datetime], list[str]] = {}
    rows = Redirect.objects.filter(record_type=record_type.name, new__in=list(slugs), public=True).order_by("number")
    for new, at, old in rows.values_list("new", "at", "old"):
        merged.setdefault((new, at), []).append(old)
    return merged


def iterate_references(
    model: type[models.Model], keys: tuple[Key, ...], document: Document, path: str = ""
) -> Iterator[tuple[str, type[models.Model], str]]:
    """Yield every reference of a document: its path, the model it points to, the slug."""
    for key in reference_keys(keys):
        if key.name not in document:
            continue
        value, here = document[key.name], f"{path}{key.name}"
        if isinstance(key, Ref):
            yield here, target(model, key), value
        elif isinstance(key, Refs):
            for place, slug in enumerate(value):
                yield f"{here}[{place}]", target(model, key), slug
        else:
            for place, row in enumerate(value):
                yield from iterate_references(part_model(model, key), key.keys, row, f"{here}[{place}].")


def find_merged_references(
    record_type: RecordType, document: Document, merged: dict[str, dict[str, str]], origin: str = ""
) -> Iterator[Problem]:
    """Yield a fault for every reference to a record that was merged into another, with the slug to use instead."""
    if not merged:
        return
    for path, model, slug in iterate_references(record_type.model, record_type.keys, document):
        name = str(model._meta.model_name)
        if (name, slug) == (record_type.name, document["slug"]):
            # A merged record may refer to itself.
            continue
        if new := merged.get(name, {}).get(slug):
            message = f"The {BY_NAME[name].name} {slug!r} was merged into {new!r}. Refer to that one."
            yield Problem(f"{record_type.name} {document['slug']}", path, message, origin)
