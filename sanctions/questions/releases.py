"""Releases, and what is in them."""

from __future__ import annotations

from typing import Any

from sanctions.ledger import releases
from sanctions.models import Release
from sanctions.projections.urls import release_url, version_url


def shown(release: Release) -> dict[str, Any]:
    """Return a release as answers show it."""
    url = release_url(release.number)
    return {
        "type": "release",
        "url": url,
        "number": release.number,
        "title": release.title,
        "notes": release.notes or None,
        "released_at": release.released_at,
        "counts": release.counts,
        "sequence": release.sequence,
        "digest": release.digest,
        "manifest_sha256": release.manifest_sha256,
        "manifest": f"{url}manifest/",
    }


def manifest(release: Release) -> dict[str, Any]:
    """Return every record of a release with the checksum of its document."""
    records = [
        {
            "record_type": entry.record_type.name,
            "slug": entry.slug,
            "version": entry.number,
            "sha256": entry.sha256,
            "path": entry.path,
            "url": version_url(entry.record_type.name, entry.slug, entry.number),
        }
        for entry in releases.manifest(release)
    ]
    return {"release": release.number, "sha256": release.manifest_sha256, "records": records}
