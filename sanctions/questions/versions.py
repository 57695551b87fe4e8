"""The versions of a record: what was public from when until when, and what each changed.

They are read from the ledger, which keeps its own time: the second clock is an argument here. Who proposed and who
approved a version is not told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

import orjson
from django.db import models

from sanctions.ledger import versions as ledger
from sanctions.models import Version
from sanctions.models.versions import VersionQuerySet
from sanctions.projections.rendered_documents import SERVED_PARTS
from sanctions.projections.urls import notice_url, record_url, version_url
from sanctions.records.base import Document, RecordType
from sanctions.records.diff import Change, changes
from sanctions.records.redirects import replaced_by
from sanctions.records.registry import type_of
from sanctions.vocabulary import VersionKind

#: What the kinds say to people.
MEANINGS: Final[dict[str, str]] = {
    VersionKind.PUBLICATION: "The record became public.",
    VersionKind.UPDATE: "The world changed, or more of it became known.",
    VersionKind.CORRECTION: "The record was wrong, and was put right.",
    VersionKind.RETRACTION: "The record was taken back: it is not public any more.",
    VersionKind.RESTORATION: "What an earlier version said was made public again.",
    VersionKind.MERGE: "Two records of the same thing were merged: this one, or one that it refers to.",
}

#: What each kind did to the record, in one word: the codes of the changes feed.
WORDS: Final[dict[str, str]] = {
    VersionKind.PUBLICATION: "created",
    VersionKind.UPDATE: "updated",
    VersionKind.CORRECTION: "corrected",
    VersionKind.RETRACTION: "retracted",
    VersionKind.RESTORATION: "restored",
    VersionKind.MERGE: "merged",
}


def versions(record_type: RecordType, slug: str, instant: datetime | None) -> dict[str, Any] | None:
    """Return the versions of a record by the instant (``None`` is now), newest first; ``None`` if there are none."""
    found = list(_recorded(record_type, slug, instant).defer("document"))
    if not found:
        return None
    return {
        "record": _record(record_type, slug, found),
        "public": _public(found),
        "versions": [_shown(record_type, version, instant) for version in found],
    }


def version(record_type: RecordType, slug: str, number: int, instant: datetime | None) -> dict[str, Any] | None:
    """Return one version with its document and what it changed; ``None`` if there is none of the number.

    A retraction has no document, and no version has while the record is retracted; those of a record that was merged
    into another do. What a version changed is
    the difference from the last one before it that was public; of the first, nothing.
    """
    found = list(_recorded(record_type, slug, instant).defer("document"))
    wanted = next((version for version in found if version.number == number), None)
    if wanted is None:
        return None
    shown = (_public(found) or replaced_by(record_type, slug) is not None) and wanted.kind != VersionKind.RETRACTION
    earlier = (one.number for one in found if one.number < number and one.kind != VersionKind.RETRACTION)
    documents = _documents(record_type, slug, [number, *list(earlier)[:1]]) if shown else {}
    after = documents.pop(number, None)
    before = next(iter(documents.values()), None)
    return {
        "type": "version",
        **_shown(record_type, wanted, instant),
        "record": _record(record_type, slug, found),
        "document": after,
        "changes": [shown_change(change) for change in changes(record_type, before, after)] if before else [],
    }


@dataclass(frozen=True, slots=True)
class Retraction:
    """A record that was taken back: which, on which day (UTC), and why, as the public is told; where its notice is."""

    noun: str
    slug: str
    day: date
    reason: str
    notice: str


def retraction(model: type[models.Model], slug: str) -> Retraction | None:
    """Return how something that the API serves was taken back, now or as of the instant seen; ``None`` if it was not.

    A measure is taken back with its order, a commitment with its agreement, if it was public there.
    """
    if model in SERVED_PARTS:
        record_type, key, owner = SERVED_PARTS[model]
        of = model._default_manager.filter(slug=slug).values_list(f"{owner}__slug", flat=True).first()
    else:
        record_type, key, of = type_of(model), None, slug
    found = ledger.current_retraction(record_type, of) if of else None
    if found is None:
        return None
    if key is not None and all(row["slug"] != slug for row in orjson.loads(found.document).get(key.name, ())):
        return None
    day = found.recorded_from.astimezone(UTC).date()
    return Retraction(record_type.name, found.slug, day, found.reason, notice_url(found.sequence))


def _recorded(record_type: RecordType, slug: str, instant: datetime | None) -> VersionQuerySet:
    return Version.objects.filter(record_type=record_type.name, slug=slug).recorded_by(instant).order_by("-number")


def _documents(record_type: RecordType, slug: str, numbers: Sequence[int]) -> dict[int, Document]:
    rows = _recorded(record_type, slug, None).filter(number__in=numbers).values_list("number", "document")
    return {number: orjson.loads(document) for number, document in rows}


def _public(found: Sequence[Version]) -> bool:
    """Whether the newest of the versions is no retraction."""
    return found[0].kind != VersionKind.RETRACTION


def _record(record_type: RecordType, slug: str, found: Sequence[Version]) -> dict[str, Any]:
    named = {"type": record_type.name, "slug": slug}
    if _public(found):
        return named | {"url": record_url(record_type.name, slug)}
    new = replaced_by(record_type, slug)
    return named | {"replaced_by": {"slug": new, "url": record_url(record_type.name, new)}} if new else named


def _shown(record_type: RecordType, version: Version, instant: datetime | None) -> dict[str, Any]:
    ended = version.recorded_to
    known = ended is not None and (instant is None or ended <= instant)
    return {
        "number": version.number,
        "url": version_url(record_type.name, version.slug, version.number),
        "kind": version.kind,
        "meaning": MEANINGS[version.kind],
        "reason": version.reason,
        "recorded_from": written(version.recorded_from),
        "recorded_to": written(ended) if ended is not None and known else None,
        "sequence": version.sequence,
        "digest": version.digest,
        "previous": version.previous,
    }


def written(instant: datetime) -> str:
    """Return an instant so that it can be given back as ``known_at``."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def shown_change(change: Change) -> dict[str, Any]:
    """Return a difference as answers tell it: a side that has nothing is left out."""
    sides = {"before": change.before, "after": change.after}
    there = {name: value for name, value in sides.items() if value is not None}
    return {"path": change.path, "kind": change.kind, **there}
