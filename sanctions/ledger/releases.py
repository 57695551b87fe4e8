"""Freeze what is public as a numbered release, and prove later that it is still what was frozen.

A release is an instant of the ledger. Its manifest has a line for each record, as ``sha256sum`` writes them: the
SHA-256 of the document in canonical JSON, two spaces, the path of the version. The release keeps the SHA-256 of
the manifest, so that one number proves every document in it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from sanctions.exceptions import NothingToRelease
from sanctions.ledger.versions import Fault, tick
from sanctions.models import ClockCorrection, LedgerHead, Release, Version
from sanctions.records.base import RecordType
from sanctions.records.registry import BY_NAME, RECORD_TYPES

#: The shortest time that the ledger tells apart.
_LATER = timedelta(milliseconds=1)


def make_release(at: datetime, *, title: str = "", notes: str = "") -> Release:
    """Freeze what is public now; :class:`NothingToRelease` if nothing is new since the last release.

    Whatever is published after it has a later instant.
    """
    with transaction.atomic():
        released_at = tick(at)
        head = LedgerHead.objects.get(pk=1)
        last = Release.objects.order_by("-number").first()
        if head.sequence == (last.sequence if last else 0):
            since = f"since release {last.number}" if last else "yet"
            raise NothingToRelease(f"Nothing was published {since}.")
        number = (Release.objects.aggregate(last=Max("number"))["last"] or 0) + 1
        release = Release(
            number=number,
            title=title or f"Release {number}",
            notes=notes,
            released_at=released_at,
            sequence=head.sequence,
            digest=head.digest,
        )
        release.counts = counts(release)
        release.manifest_sha256 = checksum(release)
        release.full_clean()
        release.save(force_insert=True)
        LedgerHead.objects.filter(pk=1).update(recorded_at=released_at + _LATER)
        return release


def versions(release: Release) -> Iterator[Version]:
    """Yield the version of each record in a release: by record type in the order of the registry, then by slug."""
    for record_type in RECORD_TYPES:
        public = Version.objects.known_at(release.released_at).filter(record_type=record_type.name)
        yield from public.order_by("slug").iterator(chunk_size=500)


def counts(release: Release) -> dict[str, int]:
    """Return how many records a release has, by collection."""
    public = Version.objects.known_at(release.released_at).order_by().values_list("record_type", flat=True)
    found = Counter(public.iterator())
    return {record_type.plural: found[record_type.name] for record_type in RECORD_TYPES}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a manifest: which version of which record, and the SHA-256 of its document."""

    record_type: RecordType
    slug: str
    number: int
    sha256: str

    @property
    def path(self) -> str:
        """Where the document lies among the files of the release."""
        return f"{self.record_type.plural}/{self.slug}/versions/{self.number}.json"

    def __str__(self) -> str:
        return f"{self.sha256}  {self.path}\n"


def manifest(release: Release) -> Iterator[Entry]:
    """Yield the lines of a release's manifest."""
    for version in versions(release):
        digest = hashlib.sha256(version.document.encode()).hexdigest()
        yield Entry(BY_NAME[version.record_type], version.slug, version.number, digest)


def checksum(release: Release) -> str:
    """Return the SHA-256 of a release's manifest, as it is now."""
    found = hashlib.sha256()
    for entry in manifest(release):
        found.update(str(entry).encode())
    return found.hexdigest()


def verify_releases() -> Iterator[Fault]:
    """Yield every release that is not what was frozen: none means that all hold."""
    for release in Release.objects.order_by("number"):
        if checksum(release) != release.manifest_sha256:
            yield Fault(release.sequence, f"release {release.number} is not what was frozen: its checksum differs.")
        ends = {*Version.objects.filter(sequence=release.sequence).values_list("digest", flat=True)}
        # A correction of the clock that followed the version was the end of the chain, too.
        ends |= {*ClockCorrection.objects.filter(after_sequence=release.sequence).values_list("digest", flat=True)}
        if release.digest not in ends:
            yield Fault(release.sequence, f"release {release.number} does not end where it did: the digest differs.")
