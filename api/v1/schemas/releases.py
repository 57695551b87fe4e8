"""The schemas of releases and their manifests."""

from __future__ import annotations

from typing import Final

from api.v1.schemas.records import Schema, array, nullable, object_of, ref
from sanctions.records.registry import RECORD_TYPES
from sanctions.records.schema import SLUG_PATTERN

_SHA256: Final[Schema] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_LINK: Final[Schema] = {"type": "string", "format": "uri-reference"}
_COUNT: Final[Schema] = {"type": "integer", "minimum": 0}

COMPONENTS: Final[dict[str, Schema]] = {
    "Release": object_of(
        {
            "type": {"type": "string", "const": "release"},
            "url": {**_LINK, "description": "Its address."},
            "number": {"type": "integer", "minimum": 1, "description": "Its number, from 1."},
            "title": {"type": "string", "description": "Its title."},
            "notes": nullable({"type": "string", "description": "Its release notes."}),
            "released_at": {
                "type": "string",
                "format": "date-time",
                "description": "The instant at which its records were public.",
            },
            "counts": {
                **object_of({record_type.plural: _COUNT for record_type in RECORD_TYPES}),
                "description": "The number of its records, by collection.",
            },
            "sequence": {"type": "integer", "minimum": 1, "description": "The sequence of its last version."},
            "digest": {**_SHA256, "description": "The digest of that version, which covers all versions before it."},
            "manifest_sha256": {**_SHA256, "description": "SHA-256 of its manifest as text, as `sha256sum` reads it."},
            "manifest": {**_LINK, "description": "The address of its manifest."},
        }
    )
    | {"description": "A numbered, fixed set of all records that were public at one instant."},
    "ReleaseList": object_of({"results": array(ref("Release"), "All releases, newest first.")}),
    "Manifest": object_of(
        {
            "release": {"type": "integer", "minimum": 1, "description": "The number of the release."},
            "sha256": {**_SHA256, "description": "SHA-256 of the manifest as text (`format=sha256`)."},
            "records": array(
                object_of(
                    {
                        "record_type": {"type": "string", "enum": [kind.name for kind in RECORD_TYPES]},
                        "slug": {"type": "string", "pattern": SLUG_PATTERN},
                        "version": {"type": "integer", "minimum": 1, "description": "The number of its version."},
                        "sha256": {**_SHA256, "description": "SHA-256 of the document in canonical JSON (RFC 8785)."},
                        "path": {"type": "string", "description": "The path of its file in the release."},
                        "url": {**_LINK, "description": "The permanent address of the version."},
                    }
                ),
                "All records of the release, by type and slug.",
            ),
        }
    )
    | {"description": "The contents of a release, with a checksum for each document."},
}
