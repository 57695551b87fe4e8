"""Notices: corrections, retractions, restorations and merges, each dated and with its reason.

A notice is a version in the ledger of one of the kinds in :data:`sanctions.vocabulary.NOTICES`; its number is the
sequence in the ledger. The author and the approver are not published.
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
from sanctions.records.diff import FieldChange, changes
from sanctions.records.registry import BY_NAME
from sanctions.vocabulary import VersionKind


def notices() -> VersionQuerySet:
    """Return the versions that are notices, without their documents, in no order."""
    return Version.objects.notices().defer("document").order_by()


def shown(versions: Iterable[Version]) -> list[dict[str, Any]]:
    """Return notices as JSON. The changes have paths and kinds, without the values before and after."""
    versions = list(versions)
    changed = _changes([version.pk for version in versions if version.kind != VersionKind.RETRACTION])
    return [
        _notice(version, [{"path": change.path, "kind": change.kind} for change in changed.get(version.pk, ())])
        for version in versions
    ]


def notice(sequence: int, instant: datetime | None) -> dict[str, Any] | None:
    """Return one notice that existed at the instant (``None`` is now), or ``None``.

    The changes have the values before and after, unless the record is retracted.
    """
    version = notices().recorded_by(instant).filter(sequence=sequence).first()
    if version is None:
        return None
    if current_retraction(BY_NAME[version.record_type], version.slug) is not None:
        return shown([version])[0]
    return _notice(version, [shown_change(change) for change in _changes([version.pk]).get(version.pk, ())])


def _changes(ids: Sequence[int]) -> dict[int, list[FieldChange]]:
    """Return primary key → changes of each version to the public one before it."""
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
    """Return the reference to the record of a version. Its URL answers with the retraction if it is retracted."""
    return {
        "type": version.record_type,
        "slug": version.slug,
        "url": record_url(version.record_type, version.slug),
    }
