"""The changes feed: what became public, in the order in which it did, for whoever keeps a copy.

It is read from the ledger, whose sequence is its cursor: sequences are given in the order of commits and without
gaps, so that a reader who has all up to N misses nothing by asking for what came after N.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson

from sanctions.models import LedgerHead, Redirect, Version
from sanctions.projections.urls import notice_url, record_url, version_url
from sanctions.questions.notices import named
from sanctions.questions.versions import WORDS, written
from sanctions.vocabulary import NOTICES, VersionKind

#: Seconds that somebody may wait for a change.
LONGEST_WAIT: Final = 30
#: Word → the kind of version that it is.
KINDS: Final = {word: VersionKind(kind) for kind, word in WORDS.items()}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of the feed: ``nouns`` and ``words`` of :data:`KINDS`, or ``None`` for any; ``most`` entries.

    With ``newest`` they are the last ones that match, else the first ones after ``after``.
    """

    after: int = 0
    most: int = 100
    nouns: Collection[str] | None = None
    words: Collection[str] | None = None
    documents: bool = False
    newest: bool = False


def feed(wanted: Wanted, instant: datetime | None) -> dict[str, Any]:
    """Return the changes after a sequence that there were by the instant (``None`` is now), the first one first.

    ``after`` is what to ask for next: everything up to there is told or is of no interest. ``last`` is the end of
    the ledger.
    """
    # Read before the rows: what is appended meanwhile is for the next time, also where filters leave entries out.
    last = last_of(instant)
    rows = Version.objects.filter(sequence__gt=wanted.after, sequence__lte=last).order_by("sequence")
    if wanted.nouns is not None:
        rows = rows.filter(record_type__in=wanted.nouns)
    if wanted.words is not None:
        rows = rows.filter(kind__in=[KINDS[word] for word in wanted.words])
    if not wanted.documents:
        rows = rows.defer("document")
    # Narrowed first and cut then: what matches may lie far back.
    found = list(rows.reverse()[: wanted.most])[::-1] if wanted.newest else list(rows[: wanted.most])
    hidden = _retracted(found, instant) if wanted.documents else set()
    kept = _replaced(found)
    results = [
        _entry(version, kept.get((version.record_type, version.slug, version.recorded_from))) for version in found
    ]
    if wanted.documents:
        for version, entry in zip(found, results, strict=True):
            shown = (version.record_type, version.slug) not in hidden and version.kind != VersionKind.RETRACTION
            entry["document"] = orjson.Fragment(version.document) if shown else None
    full = len(found) == wanted.most and not wanted.newest
    return {"after": found[-1].sequence if full else max(wanted.after, last), "last": last, "results": results}


def last_of(instant: datetime | None) -> int:
    """Return the sequence of the last change that there was by the instant (``None`` is now), 0 before the first."""
    if instant is None:
        return LedgerHead.objects.values_list("sequence", flat=True).get(pk=1)
    rows = Version.objects.recorded_by(instant).order_by("-sequence")
    return rows.values_list("sequence", flat=True).first() or 0


def _retracted(versions: Collection[Version], instant: datetime | None) -> set[tuple[str, str]]:
    """Return those of the records that are retracted: noun and slug. None of their documents is shown."""
    rows = Version.objects.filter(slug__in={version.slug for version in versions}, kind=VersionKind.RETRACTION)
    standing = rows.filter(recorded_to__isnull=True) if instant is None else rows.standing_at(instant)
    return set(standing.order_by().values_list("record_type", "slug"))


def _replaced(versions: Collection[Version]) -> dict[tuple[str, str, datetime], str]:
    """Return into which record each was merged that was taken back for that: noun, slug and instant → slug."""
    slugs = {version.slug for version in versions if version.kind == VersionKind.RETRACTION}
    rows = Redirect.objects.filter(old__in=slugs, public=True).order_by()
    return {(noun, old, at): new for noun, old, at, new in rows.values_list("record_type", "old", "at", "new")}


def _entry(version: Version, replaced_by: str | None) -> dict[str, Any]:
    """Return an entry. What only some kinds of change have to say belongs here, as the notice does."""
    entry = {
        "sequence": version.sequence,
        "kind": WORDS[version.kind],
        "record": named(version),
        "number": version.number,
        "version": version_url(version.record_type, version.slug, version.number),
        "recorded_at": written(version.recorded_from),
        "reason": version.reason,
        "digest": version.digest,
    }
    if replaced_by is not None:
        entry["replaced_by"] = {"slug": replaced_by, "url": record_url(version.record_type, replaced_by)}
    if version.kind in NOTICES:
        entry["notice"] = notice_url(version.sequence)
    return entry
