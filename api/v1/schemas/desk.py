"""The schemas of the bodies and answers of the editorial API."""

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
_PERSON: Final[Schema] = {"type": "string", "description": "The user name of an account."}
_INSTANT: Final[Schema] = {"type": "string", "format": "date-time"}
_DOCUMENT: Final[Schema] = {
    "type": "object",
    "description": "The document of the record; docs/reference has the JSON Schema of each type.",
}
_REASON: Final[Schema] = {"type": "string", "maxLength": LONGEST_REASON, "description": "The reason, for people."}
_KIND: Final[Schema] = {
    "type": "string",
    "enum": [str(kind) for kind in KINDS],
    "description": "Update: the world has changed. Correction: the record was wrong. An update by default.",
}
_TYPE: Final[Schema] = {"type": "string", "enum": list(BY_NAME), "description": "The type of the record."}
_PROPOSAL: Final[dict[str, Schema]] = {
    "number": {"type": "integer", "minimum": 1, "description": "Its number, from 1."},
    "url": {**_LINK, "description": "Its address in the editorial API."},
    "record": object_of(
        {"type": _TYPE, "slug": _SLUG, "url": {**_LINK, "description": "Its address in the editorial API."}}
    ),
    "kind": _KIND,
    "reason": _REASON,
    "state": {"type": "string", "enum": ProposalState.values, "description": "The state of the proposal."},
    "author": _PERSON,
    "made_at": _INSTANT,
    "changed_at": _INSTANT,
    "version": nullable({"type": "integer", "description": "The number of the version that it became."}),
}
_ANYTHING: Final[Schema] = {"description": "A value; null without one."}

COMPONENTS: Final[dict[str, Schema]] = {
    "Desk": object_of(
        {
            "account": _PERSON,
            "collections": {
                "type": "object",
                "additionalProperties": _LINK,
                "description": "The addresses of the collections that the account may read, by name.",
            },
            "proposals": _LINK,
        }
    )
    | {"description": "The account of the request, and the addresses that it may read."},
    "DeskRecord": object_of(
        {
            "type": _TYPE,
            "slug": _SLUG,
            "url": {**_LINK, "description": "Its address in the editorial API."},
            "state": {"type": "string", "enum": State.values, "description": "Its editorial state."},
            "public": nullable({**_LINK, "description": "Its public address, while it is published."}),
            "author": nullable(_PERSON),
            "authors": {
                "type": "array",
                "items": _PERSON,
                "description": "All who changed it since it was last public; none of them may approve it.",
            },
            "approver": nullable(_PERSON),
            "document": _DOCUMENT,
        }
    )
    | {"description": "A record in any state, with its document."},
    "ProposalSummary": object_of(_PROPOSAL) | {"description": "A proposed change to a published record, in short."},
    "ProposalSummaryPage": page_of("ProposalSummary"),
    "Proposal": object_of(
        {
            **_PROPOSAL,
            "document": {**_DOCUMENT, "description": "The document that accepting it would publish."},
            "changes": array(ref("Change"), "Its changes to the public version."),
            "conflicts": array(
                object_of({"path": {"type": "string"}, "base": _ANYTHING, "theirs": _ANYTHING, "mine": _ANYTHING}),
                "Fields that another change has changed since; the author decides on them by proposing again.",
            ),
            "seal": nullable(
                {"type": "string", "description": "The ETag without its quotation marks; null once decided."}
            ),
        }
    )
    | {"description": "A proposed change to a published record, which waits until another user accepts it."},
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
            "etag": {
                "type": "string",
                "description": "The ETag of the state that was read; required by all actions but create.",
            },
            "document": _DOCUMENT,
            "kind": _KIND,
            "reason": _REASON,
        },
        ["action", "type"],
    ),
    "BulkResults": object_of(
        {
            "results": array(ref("BulkResult"), "The result of each item, in their order."),
            "succeeded": {"type": "integer", "minimum": 0, "description": "The number of items that succeeded."},
            "failed": {"type": "integer", "minimum": 0, "description": "The number of items with a problem."},
        }
    )
    | {"description": "The results of many moves."},
    "BulkResult": object_of(
        {
            "item": {"type": "integer", "minimum": 0, "description": "Its place among the items."},
            "status": {"type": "integer", "description": "The HTTP status that the item would have had alone."},
            "type": _TYPE,
            "slug": _SLUG,
            "url": {**_LINK, "description": "Its address in the editorial API."},
            "state": {"type": "string", "enum": State.values, "description": "Its editorial state."},
            "etag": {"type": "string", "description": "The ETag of its record after the move."},
            "proposal": {"type": "integer", "description": "The number of the new proposal."},
            "problem": ref("Problem"),
        },
        ["item", "status"],
    )
    | {"description": "The result of one item: the state of its record, or its problem."},
}
