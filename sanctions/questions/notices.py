"""Notices: what we said that was put right, taken back, brought back or merged; each dated, with its reason.

A notice is a version of the ledger of one of the kinds in :data:`sanctions.vocabulary.NOTICES`, and its number is
the version's place in the ledger. Who proposed and who approved it is not told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import orjson
from django.db.models import OuterRef, Subquery

from sanctions.ledger.versions import current_retraction
from sanctions.models import Version
from sanctions.models.versions import VersionQuerySet
from sanctions.projections.urls import notice_url, record_url, version_url
from sanctions.questions.versions import MEANINGS, shown_change, written
from sanctions.records.diff import Change, changes
from sanctions.records.registry import BY_NAME
from sanctions.vocabulary import VersionKind


def notices() -> VersionQuerySet:
    """Return the versions that are notices, without their documents, in no order."""
    return Version.objects.notices().defer("document").order_by()


def shown(versions: Iterable[Version]) -> list[dict[str, Any]]:
    """Return notices as answers tell them: of what changed where it is and how, not what stood there."""
    versions = list(versions)
    changed = _changes([version.pk for version in versions if version.kind != VersionKind.RETRACTION])
    return [
        _notice(version, [{"path": change.path, "kind": change.kind} for change in changed.get(version.pk, ())])
        for version in versions
    ]


def notice(sequence: int, instant: datetime | None) -> dict[str, Any] | None:
    """Return one notice that there was by the instant (``None`` is now), ``None`` if there was none.

    What stood before and after each change is told too, but not while the record is retracted.
    """
    found = notices().recorded_by(instant).filter(sequence=sequence).first()
    if found is None:
        return None
    if current_retraction(BY_NAME[found.record_type], found.slug) is not None:
        return shown([found])[0]
    return _notice(found, [shown_change(change) for change in _changes([found.pk]).get(found.pk, ())])


def _changes(ids: Sequence[int]) -> dict[int, list[Change]]:
    """Return what versions changed in what had been public before each: primary key → changes."""
    if not ids:
        return {}
    earlier = Version.objects.filter(
        record_type=OuterRef("record_type"), slug=OuterRef("slug"), number__lt=OuterRef("number")
    ).exclude(kind=VersionKind.RETRACTION)
    former = Subquery(earlier.order_by("-number").values("document")[:1])
    rows = Version.objects.filter(pk__in=ids).annotate(former=former).order_by()
    return {
        pk: changes(BY_NAME[record_type], orjson.loads(before), orjson.loads(after))
        for pk, record_type, before, after in rows.values_list("pk", "record_type", "former", "document")
        if before is not None
    }


def _notice(version: Version, changed: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "type": "notice",
        "url": notice_url(version.sequence),
        "sequence": version.sequence,
        "kind": version.kind,
        "meaning": MEANINGS[version.kind],
        "record": named(version),
        "number": version.number,
        "version": version_url(version.record_type, version.slug, version.number),
        "recorded_at": written(version.recorded_from),
        "reason": version.reason,
        "changes": changed,
    }


def named(version: Version) -> dict[str, Any]:
    """Return how an answer names the record of a version: its address too, which says so if it is retracted."""
    return {
        "type": version.record_type,
        "slug": version.slug,
        "url": record_url(version.record_type, version.slug),
    }
