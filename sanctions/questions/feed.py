"""The changes feed: what became public, in order, for those who keep a copy.

It is read from the ledger. The sequence is the cursor: sequences follow the order of commits without gaps, so a reader
who has everything up to N misses nothing by asking for what came after N.
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

#: Seconds that a request may wait for a change.
LONGEST_WAIT: Final = 30
#: Word → kind of version.
KINDS: Final = {word: VersionKind(kind) for kind, word in WORDS.items()}


@dataclass(frozen=True, slots=True)
class FeedQuery:
    """The entries to return: of ``nouns`` and ``words`` of :data:`KINDS` (``None`` for any), at most ``most``.

    With ``newest`` the last entries that match, else the first ones after ``after``.
    """

    after: int = 0
    most: int = 100
    nouns: Collection[str] | None = None
    words: Collection[str] | None = None
    documents: bool = False
    newest: bool = False


def feed(query: FeedQuery, instant: datetime | None) -> dict[str, Any]:
    """Return the changes after a sequence that existed at the instant (``None`` is now), oldest first.

    ``after`` in the answer is the cursor of the next request: everything up to it is returned or filtered out. ``last``
    is the end of the ledger.
    """
    # Read the end before the rows: the next request returns what is appended in between, even if filters match nothing.
    last = last_of(instant)
    rows = Version.objects.filter(sequence__gt=query.after, sequence__lte=last).order_by("sequence")
    if query.nouns is not None:
        rows = rows.filter(record_type__in=query.nouns)
    if query.words is not None:
        rows = rows.filter(kind__in=[KINDS[word] for word in query.words])
    if not query.documents:
        rows = rows.defer("document")
    # Filter before cutting: the matches may lie far back.
    versions = list(rows.reverse()[: query.most])[::-1] if query.newest else list(rows[: query.most])
    hidden = _retracted(versions, instant) if query.documents else set()
    kept = _replaced(versions)
    results = [
        _entry(version, kept.get((version.record_type, version.slug, version.recorded_from))) for version in versions
    ]
    if query.documents:
        for version, entry in zip(versions, results, strict=True):
            shown = (version.record_type, version.slug) not in hidden and version.kind != VersionKind.RETRACTION
            entry["document"] = orjson.Fragment(version.document) if shown else None
    full = len(versions) == query.most and not query.newest
    return {"after": versions[-1].sequence if full else max(query.after, last), "last": last, "results": results}


def last_of(instant: datetime | None) -> int:
    """Return the sequence of the last change at the instant (``None`` is now), 0 before the first."""
    if instant is None:
        return LedgerHead.objects.values_list("sequence", flat=True).get(pk=1)
    rows = Version.objects.recorded_by(instant).order_by("-sequence")
    return rows.values_list("sequence", flat=True).first() or 0


def _retracted(versions: Collection[Version], instant: datetime | None) -> set[tuple[str, str]]:
    """Return the noun and slug of the records that are retracted: their documents are withheld."""
    rows = Version.objects.filter(slug__in={version.slug for version in versions}, kind=VersionKind.RETRACTION)
    latest = rows.filter(recorded_to__isnull=True) if instant is None else rows.latest_at(instant)
    return set(latest.order_by().values_list("record_type", "slug"))


def _replaced(versions: Collection[Version]) -> dict[tuple[str, str, datetime], str]:
    """Return noun, slug and instant of each retraction by a merge → slug of the record that replaces it."""
    slugs = {version.slug for version in versions if version.kind == VersionKind.RETRACTION}
    rows = Redirect.objects.filter(old__in=slugs, public=True).order_by()
    return {(noun, old, at): new for noun, old, at, new in rows.values_list("record_type", "old", "at", "new")}


def _entry(version: Version, replaced_by: str | None) -> dict[str, Any]:
    """Return an entry. Keys of some kinds of change only, such as the notice, are added here."""
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
