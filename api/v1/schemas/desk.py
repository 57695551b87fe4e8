"""What the bodies and the answers of the desk look like."""

from __future__ import annotations

from typing import Final

from api.http.bodies import KINDS
from api.v1.schemas.bulk import KEYS, MOST_ITEMS
from api.v1.schemas.records import Schema, array, nullable, object_of, page_of, ref
from sanctions.models.log import LONGEST_REASON
from sanctions.records.registry import BY_NAME
from sanctions.records.schema import SLUG_PATTERN
from sanctions.vocabulary import ProposalState, State

_LINK: Final[Schema] = {"type": "string", "format": "uri-reference"}
_SLUG: Final[Schema] = {"type": "string", "pattern": SLUG_PATTERN, "maxLength": 150}
_PERSON: Final[Schema] = {"type": "string", "description": "Name of an account."}
_INSTANT: Final[Schema] = {"type": "string", "format": "date-time"}
_DOCUMENT: Final[Schema] = {
    "type": "object",
    "description": "What the record says; docs/reference has the JSON Schema of each kind of document.",
}
_REASON: Final[Schema] = {"type": "string", "maxLength": LONGEST_REASON, "description": "Why, in words."}
_KIND: Final[Schema] = {
    "type": "string",
    "enum": [str(kind) for kind in KINDS],
    "description": "Update: the world has changed. Correction: we were wrong. An update unless given.",
}
_TYPE: Final[Schema] = {"type": "string", "enum": list(BY_NAME), "description": "What kind of record it is."}
_PROPOSAL: Final[dict[str, Schema]] = {
    "number": {"type": "integer", "minimum": 1, "description": "Its number, from 1."},
    "url": {**_LINK, "description": "Where it is at the desk."},
    "record": object_of({"type": _TYPE, "slug": _SLUG, "url": {**_LINK, "description": "Where it is at the desk."}}),
    "kind": _KIND,
    "reason": _REASON,
    "state": {"type": "string", "enum": ProposalState.values, "description": "How far it has come."},
    "author": _PERSON,
    "made_at": _INSTANT,
    "changed_at": _INSTANT,
    "version": nullable({"type": "integer", "description": "Number of the version that it became."}),
}
_ANYTHING: Final[Schema] = {"description": "A value; null where there is none."}

COMPONENTS: Final[dict[str, Schema]] = {
    "Desk": object_of(
        {
            "account": _PERSON,
            "collections": {
                "type": "object",
                "additionalProperties": _LINK,
                "description": "The collections of records that they may read, by name.",
            },
            "proposals": _LINK,
        }
    )
    | {"description": "Who asks at the desk, and where to go from there."},
    "DeskRecord": object_of(
        {
            "type": _TYPE,
            "slug": _SLUG,
            "url": {**_LINK, "description": "Where it is at the desk."},
            "state": {"type": "string", "enum": State.values, "description": "Where it stands."},
            "public": nullable({**_LINK, "description": "Where the public reads it, while it is published."}),
            "author": nullable(_PERSON),
            "authors": {
                "type": "array",
                "items": _PERSON,
                "description": "All who wrote what it says since it was last public, and so do not approve it.",
            },
            "approver": nullable(_PERSON),
            "document": _DOCUMENT,
        }
    )
    | {"description": "A record of any state, as the desk has it."},
    "ProposalSummary": object_of(_PROPOSAL) | {"description": "A change to a published record, in short."},
    "ProposalSummaryPage": page_of("ProposalSummary"),
    "Proposal": object_of(
        {
            **_PROPOSAL,
            "document": {**_DOCUMENT, "description": "What accepting it would publish."},
            "changes": array(ref("Change"), "How that differs from what is public now."),
            "conflicts": array(
                object_of({"path": {"type": "string"}, "base": _ANYTHING, "theirs": _ANYTHING, "mine": _ANYTHING}),
                "What was changed meanwhile in another way: its author decides, by proposing again.",
            ),
            "seal": nullable({"type": "string", "description": "The ETag without its marks; null once decided."}),
        }
    )
    | {"description": "A change to a published record, which waits until somebody else accepts it."},
    "DocumentBody": object_of({"document": _DOCUMENT, "reason": _REASON}, ["document"]),
    "ProposalBody": object_of({"document": _DOCUMENT, "kind": _KIND, "reason": _REASON}, ["document", "reason"]),
    "ReasonBody": object_of({"reason": _REASON}, []),
    "BulkBody": object_of(
        {"items": {"type": "array", "items": ref("BulkItem"), "minItems": 1, "maxItems": MOST_ITEMS}},
        ["items"],
    ),
    "BulkItem": object_of(
        {
            "action": {"type": "string", "enum": list(KEYS), "description": "The move to make."},
            "type": _TYPE,
            "slug": _SLUG,
            "etag": {"type": "string", "description": "The ETag of what has been read: for all but create."},
            "document": _DOCUMENT,
            "kind": _KIND,
            "reason": _REASON,
        },
        ["action", "type"],
    ),
    "BulkResults": object_of(
        {
            "results": array(ref("BulkResult"), "What has become of each item, in their order."),
            "succeeded": {"type": "integer", "minimum": 0, "description": "How many items succeeded."},
            "failed": {"type": "integer", "minimum": 0, "description": "How many items have a problem."},
        }
    )
    | {"description": "What has become of many moves."},
    "BulkResult": object_of(
        {
            "item": {"type": "integer", "minimum": 0, "description": "Its place among the items."},
            "status": {"type": "integer", "description": "The HTTP status that it would have had alone."},
            "type": _TYPE,
            "slug": _SLUG,
            "url": {**_LINK, "description": "Where it is at the desk."},
            "state": {"type": "string", "enum": State.values, "description": "Where it stands."},
            "etag": {"type": "string", "description": "The ETag of its record now."},
            "proposal": {"type": "integer", "description": "Number of the proposal that was made."},
            "problem": ref("Problem"),
        },
        ["item", "status"],
    )
    | {"description": "What has become of one item: where its record stands, or its problem."},
}
