"""What the answers about releases look like."""

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
            "url": {**_LINK, "description": "Where it is."},
            "number": {"type": "integer", "minimum": 1, "description": "Its number, from 1."},
            "title": {"type": "string", "description": "What it is called."},
            "notes": nullable({"type": "string", "description": "What is new in it."}),
            "released_at": {
                "type": "string",
                "format": "date-time",
                "description": "The instant whose public records it is.",
            },
            "counts": {
                **object_of({record_type.plural: _COUNT for record_type in RECORD_TYPES}),
                "description": "How many records it has, by collection.",
            },
            "sequence": {"type": "integer", "minimum": 1, "description": "Sequence of the last version in it."},
            "digest": {**_SHA256, "description": "Digest of that version, which covers all before it."},
            "manifest_sha256": {**_SHA256, "description": "SHA-256 of its manifest, as sha256sum reads it."},
            "manifest": {**_LINK, "description": "Where its manifest is."},
        }
    )
    | {"description": "A numbered set of everything that was public at one instant."},
    "ReleaseList": object_of({"results": array(ref("Release"), "All releases, the newest first.")}),
    "Manifest": object_of(
        {
            "release": {"type": "integer", "minimum": 1, "description": "Number of the release."},
            "sha256": {**_SHA256, "description": "SHA-256 of the manifest as text (`format=sha256`)."},
            "records": array(
                object_of(
                    {
                        "record_type": {"type": "string", "enum": [kind.name for kind in RECORD_TYPES]},
                        "slug": {"type": "string", "pattern": SLUG_PATTERN},
                        "version": {"type": "integer", "minimum": 1, "description": "Number of its version."},
                        "sha256": {**_SHA256, "description": "SHA-256 of the document in canonical JSON (RFC 8785)."},
                        "path": {"type": "string", "description": "Its file among those of the release."},
                        "url": {**_LINK, "description": "Permanent address of the version."},
                    }
                ),
                "Every record in the release, by noun and slug.",
            ),
        }
    )
    | {"description": "What a release has, with a checksum for each document."},
}
