"""The versions of a record: when each was public, and what it changed.

They are read from the ledger, which records its own time: the instant (``known_at``) is an argument here. The author
and the approver of a version are not published.
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
from sanctions.projections.urls import notice_url, record_url, version_url
from sanctions.records.base import Document, RecordType
from sanctions.records.diff import FieldChange, changes
from sanctions.records.redirects import replaced_by
from sanctions.records.registry import SERVED_PARTS, type_of
from sanctions.vocabulary import VersionKind

#: The kinds in a sentence.
MEANINGS: Final[dict[str, str]] = {
    VersionKind.PUBLICATION: "The record became public.",
    VersionKind.UPDATE: "The world changed, or more of it became known.",
    VersionKind.CORRECTION: "The record was wrong, and was put right.",
    VersionKind.RETRACTION: "The record was taken back: it is not public any more.",
    VersionKind.RESTORATION: "An earlier version was made public again.",
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
    """Return the versions of a record at the instant (``None`` is now), newest first; ``None`` without any."""
    rows = list(_recorded(record_type, slug, instant).defer("document"))
    if not rows:
        return None
    return {
        "record": _record(record_type, slug, rows),
        "public": _public(rows),
        "versions": [_shown(record_type, version, instant) for version in rows],
    }


def version(record_type: RecordType, slug: str, number: int, instant: datetime | None) -> dict[str, Any] | None:
    """Return one version with its document and its changes; ``None`` if the number does not exist.

    A retraction has no document, and while a record is retracted none of its versions has; those of a record that was
    merged into another keep theirs. The changes are the difference from the last public version before it; the first
    version has none.
    """
    rows = list(_recorded(record_type, slug, instant).defer("document"))
    wanted = next((version for version in rows if version.number == number), None)
    if wanted is None:
        return None
    shown = (_public(rows) or replaced_by(record_type, slug) is not None) and wanted.kind != VersionKind.RETRACTION
    earlier = (row.number for row in rows if row.number < number and row.kind != VersionKind.RETRACTION)
    documents = _documents(record_type, slug, [number, *list(earlier)[:1]]) if shown else {}
    after = documents.pop(number, None)
    before = next(iter(documents.values()), None)
    return {
        "type": "version",
        **_shown(record_type, wanted, instant),
        "record": _record(record_type, slug, rows),
        "document": after,
        "changes": [shown_change(change) for change in changes(record_type, before, after)] if before else [],
    }


@dataclass(frozen=True, slots=True)
class Retraction:
    """A retracted record: the day (UTC), the public reason, and the URL of the notice."""

    noun: str
    slug: str
    day: date
    reason: str
    notice: str


def retraction(model: type[models.Model], slug: str) -> Retraction | None:
    """Return the retraction of something that the API serves, now or as of the instant seen, or ``None``.

    A measure is retracted with its order, a commitment with its agreement, if it was public there.
    """
    if model in SERVED_PARTS:
        record_type, key, owner = SERVED_PARTS[model]
        of = model._default_manager.filter(slug=slug).values_list(f"{owner}__slug", flat=True).first()
    else:
        record_type, key, of = type_of(model), None, slug
    version = ledger.current_retraction(record_type, of) if of else None
    if version is None:
        return None
    if key is not None and all(row["slug"] != slug for row in orjson.loads(version.document).get(key.name, ())):
        return None
    day = version.recorded_from.astimezone(UTC).date()
    return Retraction(record_type.name, version.slug, day, version.reason, notice_url(version.sequence))


def _recorded(record_type: RecordType, slug: str, instant: datetime | None) -> VersionQuerySet:
    return Version.objects.filter(record_type=record_type.name, slug=slug).recorded_by(instant).order_by("-number")


def _documents(record_type: RecordType, slug: str, numbers: Sequence[int]) -> dict[int, Document]:
    rows = _recorded(record_type, slug, None).filter(number__in=numbers).values_list("number", "document")
    return {number: orjson.loads(document) for number, document in rows}


def _public(rows: Sequence[Version]) -> bool:
    """Whether the newest version is public, which a retraction is not."""
    return rows[0].kind != VersionKind.RETRACTION


def _record(record_type: RecordType, slug: str, rows: Sequence[Version]) -> dict[str, Any]:
    named = {"type": record_type.name, "slug": slug}
    if _public(rows):
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
    """Return an instant as text that ``known_at`` accepts."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def shown_change(change: FieldChange) -> dict[str, Any]:
    """Return a difference as JSON, without a side that has no value."""
    sides = {"before": change.before, "after": change.after}
    return {"path": change.path, "kind": change.kind} | {name: side for name, side in sides.items() if side is not None}
