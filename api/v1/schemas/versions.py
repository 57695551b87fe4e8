"""The schemas of versions of records."""

from __future__ import annotations

from typing import Final, get_args, get_type_hints

from api.v1.schemas.records import Schema, array, nullable, object_of, ref
from sanctions.records.diff import FieldChange
from sanctions.records.registry import BY_NAME
from sanctions.records.schema import SLUG_PATTERN
from sanctions.vocabulary import VersionKind

_INSTANT: Final[Schema] = {"type": "string", "format": "date-time"}
_DIGEST: Final[Schema] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_KINDS: Final = list(get_args(get_type_hints(FieldChange)["kind"]))

#: The properties of every version, in lists too.
_VERSION: Final[dict[str, Schema]] = {
    "number": {"type": "integer", "minimum": 1, "description": "Its number among the versions of the record."},
    "url": {"type": "string", "format": "uri-reference", "description": "Its permanent address."},
    "kind": {"type": "string", "enum": VersionKind.values, "description": "Why it was published."},
    "meaning": {"type": "string", "description": "What the code means."},
    "reason": {"type": "string", "description": "The reason for it, for people; empty if none was given."},
    "recorded_from": {**_INSTANT, "description": "When it became public; `known_at` with this instant returns it."},
    "recorded_to": nullable(
        {**_INSTANT, "description": "When the next version became public; null for the last version."}
    ),
    "sequence": {"type": "integer", "minimum": 1, "description": "Its number among the versions of all records."},
    "digest": {**_DIGEST, "description": "SHA-256 with which the ledger proves that it was not changed."},
    "previous": {**_DIGEST, "description": "The digest of the version before it in the ledger."},
}
_RECORD: Final = object_of(
    {
        "type": {"type": "string", "enum": list(BY_NAME), "description": "The type of the record."},
        "slug": {"type": "string", "pattern": SLUG_PATTERN, "description": "Its slug."},
        "url": {"type": "string", "format": "uri-reference", "description": "Its address, if it is public."},
        "replaced_by": object_of(
            {
                "slug": {"type": "string", "pattern": SLUG_PATTERN, "description": "Its slug."},
                "url": {"type": "string", "format": "uri-reference", "description": "Its address."},
            }
        )
        | {"description": "The record into which it was merged, if so."},
    },
    ["type", "slug"],
)
_CHANGE: Final = object_of(
    {
        "path": {"type": "string", "description": "The path in the document, such as effects[2].effective_on."},
        "kind": {
            "type": "string",
            "enum": _KINDS,
            "description": "The kind of the difference; moved: the rows of the list have another order.",
        },
        "before": {"description": "The value before; for moved rows, their places."},
        "after": {"description": "The value after; for moved rows, their places in the same order."},
    },
    ["path", "kind"],
)

COMPONENTS: Final[dict[str, Schema]] = {
    "VersionedRecord": _RECORD | {"description": "The record of which these are versions."},
    "VersionSummary": object_of(_VERSION) | {"description": "One version of a record, without its document."},
    "Change": _CHANGE | {"description": "One difference between a version and the one before it."},
    "VersionList": object_of(
        {
            "record": ref("VersionedRecord"),
            "public": {
                "type": "boolean",
                "description": "False while the record is retracted, or merged into another.",
            },
            "versions": array(ref("VersionSummary"), "Newest first."),
        }
    ),
    "Version": object_of(
        {
            "type": {"type": "string", "const": "version", "description": "That this is a version."},
            **_VERSION,
            "record": ref("VersionedRecord"),
            "document": {
                "type": ["object", "null"],
                "description": "The document of the record; null for a retraction. docs/reference has the JSON Schema "
                "of each type.",
            },
            "changes": array(ref("Change"), "The fields that it changed; empty for a first version."),
        }
    ),
}
