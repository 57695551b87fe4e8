"""Where a record went that was merged into another: one step, however many merges lie between.

A chain (a into b, then b into c) is walked here, so that whoever asks is led on once. It has no loops: what was merged
into another takes no other in until that is undone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import models

from sanctions.database.past_views import instant_seen
from sanctions.exceptions import Problem
from sanctions.models import Redirect
from sanctions.records.base import Document, Key, RecordType, Ref, Refs, part_model, pointing, target
from sanctions.records.registry import BY_NAME


def replaced_by(record_type: RecordType, slug: str, *, public: bool = True) -> str | None:
    """Return the slug under which a record is kept now, or was at the instant seen; ``None`` if it was not merged.

    Of a record that was never public the public is told nothing: ``public`` false tells of those too.
    """
    rows = Redirect.objects.standing(instant_seen()).filter(record_type=record_type.name)
    first = rows.filter(old=slug, **({"public": True} if public else {})).values_list("new", flat=True).first()
    found: str | None = first
    while first is not None:
        found = first
        first = rows.filter(old=found).values_list("new", flat=True).first()
    return found


def merged_slugs() -> dict[str, dict[str, str]]:
    """Return all that is merged now: noun → old slug → the slug under which it is kept."""
    steps: dict[str, dict[str, str]] = {}
    for name, old, new in Redirect.objects.standing().order_by().values_list("record_type", "old", "new"):
        steps.setdefault(name, {})[old] = new
    return {name: {old: _end(found, old) for old in found} for name, found in steps.items()}


def _end(steps: dict[str, str], slug: str) -> str:
    while slug in steps:
        slug = steps[slug]
    return slug


def merged_into(record_type: RecordType, slugs: Iterable[str]) -> dict[tuple[str, datetime], list[str]]:
    """Return which public records were merged into each: slug and instant → their slugs, whatever was undone since."""
    found: dict[tuple[str, datetime], list[str]] = {}
    rows = Redirect.objects.filter(record_type=record_type.name, new__in=list(slugs), public=True).order_by("number")
    for new, at, old in rows.values_list("new", "at", "old"):
        found.setdefault((new, at), []).append(old)
    return found


def referred(
    model: type[models.Model], keys: tuple[Key, ...], document: Document, path: str = ""
) -> Iterator[tuple[str, type[models.Model], str]]:
    """Yield every reference of a document: its path, the model it points to, the slug."""
    for key in pointing(keys):
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
                yield from referred(part_model(model, key), key.keys, row, f"{here}[{place}].")


def outdated(
    record_type: RecordType, document: Document, merged: dict[str, dict[str, str]], origin: str = ""
) -> Iterator[Problem]:
    """Yield a fault for every reference to a record that was merged into another, with the slug to name instead."""
    if not merged:
        return
    for path, model, slug in referred(record_type.model, record_type.keys, document):
        name = str(model._meta.model_name)
        if (name, slug) == (record_type.name, document["slug"]):
            # What was merged into another may name itself.
            continue
        if new := merged.get(name, {}).get(slug):
            message = f"The {BY_NAME[name].name} {slug!r} was merged into {new!r}: name that one."
            yield Problem(f"{record_type.name} {document['slug']}", path, message, origin)
