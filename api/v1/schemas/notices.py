"""The schemas of notices and of the changes feed."""

from __future__ import annotations

from typing import Final

from api.v1.schemas.records import Schema, array, object_of, page_of, ref
from sanctions.questions.feed import KINDS
from sanctions.records.registry import BY_NAME
from sanctions.records.schema import SLUG_PATTERN
from sanctions.vocabulary import NOTICES

_LINK: Final[Schema] = {"type": "string", "format": "uri-reference"}
_RECORD: Final = object_of(
    {
        "type": {"type": "string", "enum": list(BY_NAME), "description": "The type of the record."},
        "slug": {"type": "string", "pattern": SLUG_PATTERN, "description": "Its slug."},
        "url": {**_LINK, "description": "Its address; it answers 410 while the record is retracted."},
    }
)
_SEQUENCE: Final[Schema] = {"type": "integer", "minimum": 1, "description": "Its number among all changes."}
#: The properties that a notice and an entry of the feed share.
_VERSION: Final[dict[str, Schema]] = {
    "record": _RECORD | {"description": "The record that was changed."},
    "number": {"type": "integer", "minimum": 1, "description": "The number of the version among those of the record."},
    "version": {**_LINK, "description": "The permanent address of the version."},
    "recorded_at": {"type": "string", "format": "date-time", "description": "When it became public."},
    "reason": {"type": "string", "description": "The reason, for people; empty if none was given."},
}
_CODES: Final = [str(kind) for kind in NOTICES]
_CHANGES: Final = "The fields that changed, and how; only a single notice has their values, not a list of notices."
_AFTER: Final[Schema] = {"type": "integer", "minimum": 0}

COMPONENTS: Final[dict[str, Schema]] = {
    "Notice": object_of(
        {
            "type": {"type": "string", "const": "notice", "description": "That this is a notice."},
            "url": {**_LINK, "description": "Its permanent address."},
            "sequence": _SEQUENCE,
            "kind": {"type": "string", "enum": _CODES, "description": "The kind of the notice."},
            "meaning": {"type": "string", "description": "What the code means."},
            **_VERSION,
            "changes": array(ref("Change"), _CHANGES),
        }
    )
    | {"description": "What was done to a record, when and why. A change in the world is an update, not a notice."},
    "NoticePage": page_of("Notice"),
    "FeedEntry": object_of(
        {
            "sequence": _SEQUENCE,
            "kind": {"type": "string", "enum": list(KINDS), "description": "The kind of the change."},
            **_VERSION,
            "digest": {
                "type": "string",
                "pattern": "^[0-9a-f]{64}$",
                "description": "The digest with which the ledger proves it.",
            },
            "notice": {**_LINK, "description": "The address of its notice, if it has one."},
            "replaced_by": object_of(
                {
                    "slug": {"type": "string", "pattern": SLUG_PATTERN, "description": "Its slug."},
                    "url": {**_LINK, "description": "Its address."},
                }
            )
            | {"description": "The record into which it was merged, if it was retracted for a merge."},
            "document": {
                "type": ["object", "null"],
                "description": "The document after the change, with `include_documents=true`; null for a retraction "
                "and while the record is retracted.",
            },
        },
        ["sequence", "kind", *_VERSION, "digest"],
    )
    | {"description": "One change of one record."},
    "Feed": object_of(
        {
            "after": {
                **_AFTER,
                "description": "The `after` of the next request: the sequence of the last change that was read.",
            },
            "last": {
                **_AFTER,
                "description": "The sequence of the last change in the ledger. While `after` is less, request more.",
            },
            "results": array(ref("FeedEntry"), "The changes, oldest first."),
        }
    ),
}
