"""Freeze what is public as a numbered release, and verify later that it has not changed.

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
from sanctions.ledger.versions import ChainFault, advance_head
from sanctions.models import ClockCorrection, LedgerHead, Release, Version
from sanctions.records.base import RecordType
from sanctions.records.registry import BY_NAME, RECORD_TYPES

#: The shortest difference between two instants of the ledger.
_SHORTEST = timedelta(milliseconds=1)


def make_release(at: datetime, *, title: str = "", notes: str = "") -> Release:
    """Freeze what is public now; raise :class:`NothingToRelease` if nothing was published since the last release."""
    with transaction.atomic():
        released_at = advance_head(at)
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
        # Anything published from now on gets a later instant than the release.
        LedgerHead.objects.filter(pk=1).update(recorded_at=released_at + _SHORTEST)
        return release


def versions(release: Release) -> Iterator[Version]:
    """Yield the version of each record in a release: by record type in the order of the registry, then by slug."""
    for record_type in RECORD_TYPES:
        public = Version.objects.known_at(release.released_at).filter(record_type=record_type.name)
        yield from public.order_by("slug").iterator(chunk_size=500)


def counts(release: Release) -> dict[str, int]:
    """Return the number of records in a release: plural of the record type → count."""
    public = Version.objects.known_at(release.released_at).order_by().values_list("record_type", flat=True)
    totals = Counter(public.iterator())
    return {record_type.plural: totals[record_type.name] for record_type in RECORD_TYPES}


@dataclass(frozen=True, slots=True)
class ManifestLine:
    """A version in a release, and the SHA-256 of its document."""

    record_type: RecordType
    slug: str
    number: int
    sha256: str

    @property
    def path(self) -> str:
        """The path of the document in the archive of the release."""
        return f"{self.record_type.plural}/{self.slug}/versions/{self.number}.json"

    def __str__(self) -> str:
        return f"{self.sha256}  {self.path}\n"


def manifest(release: Release) -> Iterator[ManifestLine]:
    """Yield the lines of a release's manifest, computed from the ledger."""
    for version in versions(release):
        digest = hashlib.sha256(version.document.encode()).hexdigest()
        yield ManifestLine(BY_NAME[version.record_type], version.slug, version.number, digest)


def checksum(release: Release) -> str:
    """Return the SHA-256 of a release's manifest, computed from the ledger."""
    digest = hashlib.sha256()
    for line in manifest(release):
        digest.update(str(line).encode())
    return digest.hexdigest()


def verify_releases() -> Iterator[ChainFault]:
    """Yield a fault for every release that differs from what was frozen."""
    for release in Release.objects.order_by("number"):
        if checksum(release) != release.manifest_sha256:
            message = f"release {release.number} is not what was frozen: its checksum differs."
            yield ChainFault(release.sequence, message)
        ends = {*Version.objects.filter(sequence=release.sequence).values_list("digest", flat=True)}
        # The chain may also have ended at a correction of the clock that followed the version.
        ends |= {*ClockCorrection.objects.filter(after_sequence=release.sequence).values_list("digest", flat=True)}
        if release.digest not in ends:
            message = f"release {release.number} does not end at its version: the digest differs."
            yield ChainFault(release.sequence, message)
