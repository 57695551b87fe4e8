"""What notices and the changes feed look like."""

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
        "type": {"type": "string", "enum": list(BY_NAME), "description": "What kind of record it is."},
        "slug": {"type": "string", "pattern": SLUG_PATTERN, "description": "Its slug."},
        "url": {**_LINK, "description": "Where it is; while it is retracted that address answers 410."},
    }
)
_SEQUENCE: Final[Schema] = {"type": "integer", "minimum": 1, "description": "Its place among all changes."}
#: What a notice and an entry of the feed both say of a version.
_VERSION: Final[dict[str, Schema]] = {
    "record": _RECORD | {"description": "The record that was changed."},
    "number": {"type": "integer", "minimum": 1, "description": "Number of the version among those of the record."},
    "version": {**_LINK, "description": "Permanent address of the version."},
    "recorded_at": {"type": "string", "format": "date-time", "description": "When it became public."},
    "reason": {"type": "string", "description": "Why, in words; empty where nothing was said."},
}
_CODES: Final = [str(kind) for kind in NOTICES]
_CHANGES: Final = "Where the record changed, and how; what stood there is told by one notice alone, not in lists."
_AFTER: Final[Schema] = {"type": "integer", "minimum": 0}

COMPONENTS: Final[dict[str, Schema]] = {
    "Notice": object_of(
        {
            "type": {"type": "string", "const": "notice", "description": "That this is a notice."},
            "url": {**_LINK, "description": "Where it is, for ever."},
            "sequence": _SEQUENCE,
            "kind": {"type": "string", "enum": _CODES, "description": "What was done, as a code."},
            "meaning": {"type": "string", "description": "What the code means."},
            **_VERSION,
            "changes": array(ref("Change"), _CHANGES),
        }
    )
    | {"description": "What was done to a record of ours, when and why. A change in the world is none."},
    "NoticePage": page_of("Notice"),
    "FeedEntry": object_of(
        {
            "sequence": _SEQUENCE,
            "kind": {"type": "string", "enum": list(KINDS), "description": "What was done to the record."},
            **_VERSION,
            "digest": {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "By which the ledger proves it."},
            "notice": {**_LINK, "description": "Where its notice is, if it has one."},
            "replaced_by": object_of(
                {
                    "slug": {"type": "string", "pattern": SLUG_PATTERN, "description": "Its slug."},
                    "url": {**_LINK, "description": "Where it is."},
                }
            )
            | {"description": "The record into which it was merged, of what was taken back for that."},
            "document": {
                "type": ["object", "null"],
                "description": "What the record says from then on; null for a retraction, and while the record is "
                "retracted. Only if it was asked for.",
            },
        },
        ["sequence", "kind", *_VERSION, "digest"],
    )
    | {"description": "One change of one record."},
    "Feed": object_of(
        {
            "after": {**_AFTER, "description": "What to ask for next: everything up to there has been told."},
            "last": {**_AFTER, "description": "Sequence of the last change there is. While `after` is less, ask on."},
            "results": array(ref("FeedEntry"), "The first one first."),
        }
    ),
}
