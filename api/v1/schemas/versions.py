"""What the answers about versions look like."""

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

#: What every mention of a version says.
_VERSION: Final[dict[str, Schema]] = {
    "number": {"type": "integer", "minimum": 1, "description": "Its number among the versions of the record."},
    "url": {"type": "string", "format": "uri-reference", "description": "Where it is, for ever."},
    "kind": {"type": "string", "enum": VersionKind.values, "description": "Why it was published, as a code."},
    "meaning": {"type": "string", "description": "What the code means."},
    "reason": {"type": "string", "description": "Why it was published, in words; empty where nothing was said."},
    "recorded_from": {**_INSTANT, "description": "When it became public; the same `known_at` answers with it."},
    "recorded_to": nullable({**_INSTANT, "description": "When the next version did; null while it is the last."}),
    "sequence": {"type": "integer", "minimum": 1, "description": "Its place among the versions of all records."},
    "digest": {**_DIGEST, "description": "SHA-256 by which the ledger proves that it was not changed."},
    "previous": {**_DIGEST, "description": "Digest of the version before it in the ledger."},
}
_RECORD: Final = object_of(
    {
        "type": {"type": "string", "enum": list(BY_NAME), "description": "What kind of record it is."},
        "slug": {"type": "string", "pattern": SLUG_PATTERN, "description": "Its slug."},
        "url": {"type": "string", "format": "uri-reference", "description": "Where it is, if it is public."},
        "replaced_by": object_of(
            {
                "slug": {"type": "string", "pattern": SLUG_PATTERN, "description": "Its slug."},
                "url": {"type": "string", "format": "uri-reference", "description": "Where it is."},
            }
        )
        | {"description": "The record into which it was merged, if it was."},
    },
    ["type", "slug"],
)
_CHANGE: Final = object_of(
    {
        "path": {"type": "string", "description": "Where in the document, such as effects[2].effective_on."},
        "kind": {"type": "string", "enum": _KINDS, "description": "Moved: rows of the list stand in another order."},
        "before": {"description": "What stood there; of moved rows, their places."},
        "after": {"description": "What stands there now; of moved rows, their places in the same order."},
    },
    ["path", "kind"],
)

COMPONENTS: Final[dict[str, Schema]] = {
    "VersionedRecord": _RECORD | {"description": "The record of which these are versions."},
    "VersionSummary": object_of(_VERSION) | {"description": "One version of a record, without what it says."},
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
                "description": "What the record said; null for a retraction. The JSON Schemas of documents are in "
                "docs/reference.",
            },
            "changes": array(ref("Change"), "What it changed, key by key; nothing, of a first version."),
        }
    ),
}
