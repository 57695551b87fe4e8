"""The schema of the lineage of an order."""

from __future__ import annotations

from typing import Final

from api.v1.schemas import records
from api.v1.schemas.records import DAY, Schema, array, nullable, object_of, ref
from sanctions.questions.lineage import DEEPEST, EFFECT, KINDS, TEXT
from sanctions.standing import standings_of
from sanctions.vocabulary import AgreementKind, OrderKind, Subject

_ID: Final[Schema] = {"type": "string", "pattern": "^(order|agreement)/[a-z0-9-]+$"}
_SWITCH: Final[Schema] = {"type": "boolean"}


def _node() -> Schema:
    reference = records.COMPONENTS["RecordReference"]["properties"]
    codes = sorted(standings_of(Subject.ORDER) | standings_of(Subject.AGREEMENT))
    kinds = [str(code) for code in (*OrderKind, *AgreementKind)]
    properties: dict[str, Schema] = {
        "id": {**_ID, "description": "Its type and slug; links refer to it by this id."},
        "type": {"type": "string", "enum": ["order", "agreement"], "description": "The type of the record."},
        **reference,
        "kind": nullable({"type": "string", "enum": kinds, "description": "The kind of the instrument."}),
        "dated_on": nullable({**DAY, "description": "The day of its first effect."}),
        "standing": nullable({"type": "string", "enum": codes, "description": "Its standing on the day."}),
        "distance": {
            "type": "integer",
            "minimum": 0,
            "description": "The number of links between it and the order of the question.",
        },
    }
    needed = [name for name in properties if name not in ("url", "retracted")]
    described = "An order or agreement. Of one that is not public only the slug is shown."
    return object_of(properties, needed) | {"description": described}


def _link() -> Schema:
    historic = records.COMPONENTS["HistoryEffect"]["properties"]
    required: dict[str, Schema] = {
        "from": {**_ID, "description": "The instrument that acts."},
        "kind": {
            "type": "string",
            "enum": list(KINDS),
            "description": "What it does to the other instrument, or is to it.",
        },
        "to": {**_ID, "description": "The instrument that is acted on."},
        "basis": {
            "type": "string",
            "enum": [TEXT, EFFECT],
            "description": "Whether the link is in the text of the instrument, or is the effect of an event.",
        },
        "in_part": {**_SWITCH, "description": "Whether it applies in part only."},
        "effective_on": nullable(
            {
                "type": "string",
                "format": "edtf",
                "description": "The day from which it holds (EDTF); null for a link in a text.",
            }
        ),
        "certain": {
            **_SWITCH,
            "description": "Whether it had certainly happened by the day; for a text, whether it had been issued.",
        },
        "upcoming": {**_SWITCH, "description": "Whether it is after the day."},
        "citations": array(ref("Citation"), "The sources of the order or event; those for this link come first."),
    }
    names = ("measure", "commitment", "party", "event", "fulfilled_by", "until", "provision", "milestone", "condition")
    optional = {name: historic[name] for name in (*names, "contested", "note")}
    return object_of({**required, **optional}, required) | {
        "description": "What one instrument does to another, or is to it; `measure` or `commitment`: to this part."
    }


COMPONENTS: Final[dict[str, Schema]] = {
    "LineageNode": _node(),
    "LineageLink": _link(),
    "Lineage": object_of(
        {
            "order": ref("RecordReference"),
            "as_of": {**DAY, "description": "The day."},
            "depth": {
                "type": "integer",
                "minimum": 1,
                "maximum": DEEPEST,
                "description": "The largest distance of the nodes, as requested.",
            },
            "nodes": array(ref("LineageNode"), "The instruments, nearest first."),
            "links": array(ref("LineageLink"), "The links, oldest first."),
        }
    )
    | {"description": "The instruments around an order, and the links between them."},
}
