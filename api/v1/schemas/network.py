"""What the network looks like."""

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
    "type": {"type": "string", "enum": ["actor", "order", "agreement", "program"], "description": "What it is."},
    "slug": {"type": "string", "pattern": SLUG_PATTERN, "description": "Its slug."},
    "name": {**_TEXT, "description": "Its name for people; its slug, if it is not public."},
    "url": {**_TEXT, "format": "uri-reference", "description": "Where it is, if it is public."},
    "retracted": {"type": "boolean", "description": "There, and true, only if it is retracted."},
    "kind": nullable({**_TEXT, "description": "Kind of actor, order or agreement; null for a program."}),
    "dated_on": nullable({**DAY, "description": "Of an order or agreement: the day of its first effect."}),
    "standing": nullable(
        {**_TEXT, "enum": _STANDINGS, "description": "Of an order or agreement: the standing on the day."}
    ),
    "degree": {**_COUNT, "description": "How many links it has."},
    "weight": {**_COUNT, "description": "The sum of their weights."},
}
_LINK: Final[dict[str, Schema]] = {
    "from": {**_ID, "description": "The node that it leads from."},
    "to": {**_ID, "description": "The node that it leads to."},
    "kind": {"type": "string", "enum": [*KINDS, *PROGRAM_KINDS, TOGETHER], "description": "What ties them."},
    "weight": {
        **_COUNT,
        "description": "How many things it rests on: of targets the measures, of what a party or an instrument did the "
        "effects, of actors who took part in one event the events.",
    },
    "first_on": nullable({**DAY, "description": "First day on which the first of them can be; null if not known."}),
    "last_on": nullable({**DAY, "description": "Last day on which the last of them can be; null if it goes on."}),
    "sources": {**_COUNT, "description": "How many sources are cited by the records that say so."},
    "in_part": {
        "type": "boolean",
        "description": "Between orders and agreements: whether all that it rests on is about a part only, such as a "
        "measure, a commitment or some sections.",
    },
    "in_force": {**_COUNT, "description": "Of targets: how many of the measures are in force on the day."},
    "standing": {
        **_TEXT,
        "enum": sorted(standings_of(Subject.PARTY)),
        "description": "Of a party to an agreement: its standing on the day.",
    },
}
_NEEDED_OF_NODE: Final = [name for name in _NODE if name not in ("url", "retracted", "dated_on", "standing")]
_NEEDED_OF_LINK: Final = [name for name in _LINK if name not in ("in_part", "in_force", "standing")]

COMPONENTS: Final[dict[str, Schema]] = {
    "NetworkNode": object_of(_NODE, _NEEDED_OF_NODE) | {"description": "An actor, order, agreement or program."},
    "NetworkLink": object_of(_LINK, _NEEDED_OF_LINK) | {"description": "What ties one node to another, of one kind."},
    "Network": object_of(
        {
            "as_of": {**DAY, "description": "The day of the standings."},
            "nodes": array(ref("NetworkNode"), "Actors, orders, agreements, programs, each by slug."),
            "links": array(ref("NetworkLink"), "By what they lead from, what they lead to, and kind."),
        }
    ),
}
