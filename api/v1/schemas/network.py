"""The schema of the network."""

from __future__ import annotations

from typing import Final

from api.v1.schemas.records import DAY, Schema, array, nullable, object_of, ref
from sanctions.questions.edges import KINDS, PROGRAM_KINDS, TOGETHER
from sanctions.records.schema import SLUG_PATTERN
from sanctions.standing import standings_of
from sanctions.vocabulary import Subject

_COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
_TEXT: Final[Schema] = {"type": "string"}
_STANDINGS: Final = sorted(standings_of(Subject.ORDER) | standings_of(Subject.AGREEMENT))
_ID: Final[Schema] = {"type": "string", "description": "Type and slug, such as order/us-eo-13902."}

_NODE: Final[dict[str, Schema]] = {
    "id": _ID,
    "type": {
        "type": "string",
        "enum": ["actor", "order", "agreement", "program"],
        "description": "The type of the record.",
    },
    "slug": {"type": "string", "pattern": SLUG_PATTERN, "description": "Its slug."},
    "name": {**_TEXT, "description": "Its name for people; its slug if it is not public."},
    "url": {**_TEXT, "format": "uri-reference", "description": "Its address, if it is public."},
    "retracted": {"type": "boolean", "description": "True if it is retracted; else left out."},
    "kind": nullable({**_TEXT, "description": "The kind of the actor, order or agreement; null for a program."}),
    "dated_on": nullable({**DAY, "description": "For an order or agreement: the day of its first effect."}),
    "standing": nullable(
        {**_TEXT, "enum": _STANDINGS, "description": "For an order or agreement: its standing on the day."}
    ),
    "degree": {**_COUNT, "description": "The number of its links."},
    "weight": {**_COUNT, "description": "The sum of the weights of its links."},
}
_LINK: Final[dict[str, Schema]] = {
    "from": {**_ID, "description": "The id of the node where it begins."},
    "to": {**_ID, "description": "The id of the node where it ends."},
    "kind": {"type": "string", "enum": [*KINDS, *PROGRAM_KINDS, TOGETHER], "description": "The kind of the link."},
    "weight": {
        **_COUNT,
        "description": "The number of facts behind it: the measures for a target, the effects for what a party or an "
        "instrument did, the events for actors who took part in one event.",
    },
    "first_on": nullable({**DAY, "description": "The first possible day of the earliest fact; null if not known."}),
    "last_on": nullable({**DAY, "description": "The last possible day of the latest fact; null if it continues."}),
    "sources": {**_COUNT, "description": "The number of sources cited by the records of these facts."},
    "in_part": {
        "type": "boolean",
        "description": "Between orders and agreements: whether all of its facts are about a part only, such as a "
        "measure, a commitment or some sections.",
    },
    "in_force": {**_COUNT, "description": "For a target: the number of measures in force on the day."},
    "standing": {
        **_TEXT,
        "enum": sorted(standings_of(Subject.PARTY)),
        "description": "For a party to an agreement: its standing on the day.",
    },
}
_REQUIRED_OF_NODE: Final = [name for name in _NODE if name not in ("url", "retracted", "dated_on", "standing")]
_REQUIRED_OF_LINK: Final = [name for name in _LINK if name not in ("in_part", "in_force", "standing")]

COMPONENTS: Final[dict[str, Schema]] = {
    "NetworkNode": object_of(_NODE, _REQUIRED_OF_NODE) | {"description": "An actor, order, agreement or program."},
    "NetworkLink": object_of(_LINK, _REQUIRED_OF_LINK)
    | {"description": "All facts of one kind that link one node to another."},
    "Network": object_of(
        {
            "as_of": {**DAY, "description": "The day of the standings."},
            "nodes": array(ref("NetworkNode"), "Actors, orders, agreements, programs, each by slug."),
            "links": array(ref("NetworkLink"), "Ordered by `from`, `to` and kind."),
        }
    ),
}
