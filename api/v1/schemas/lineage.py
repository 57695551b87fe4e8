"""What a lineage looks like."""

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
        "id": {**_ID, "description": "Its type and slug, by which links name it."},
        "type": {"type": "string", "enum": ["order", "agreement"], "description": "What it is."},
        **reference,
        "kind": nullable({"type": "string", "enum": kinds, "description": "Kind of instrument."}),
        "dated_on": nullable({**DAY, "description": "The day of its first effect."}),
        "standing": nullable({"type": "string", "enum": codes, "description": "Its standing on the day."}),
        "distance": {"type": "integer", "minimum": 0, "description": "Links between it and the order asked about."},
    }
    needed = [name for name in properties if name not in ("url", "retracted")]
    described = "An order or agreement. One that is not public has a slug and nothing else."
    return object_of(properties, needed) | {"description": described}


def _link() -> Schema:
    historic = records.COMPONENTS["HistoryEffect"]["properties"]
    always: dict[str, Schema] = {
        "from": {**_ID, "description": "The instrument that does it."},
        "kind": {"type": "string", "enum": list(KINDS), "description": "What it is to the other one, or does to it."},
        "to": {**_ID, "description": "The instrument that it is done to."},
        "basis": {
            "type": "string",
            "enum": [TEXT, EFFECT],
            "description": "Whether its own text says so, or an event did it.",
        },
        "in_part": {**_SWITCH, "description": "Whether it holds in part only."},
        "effective_on": nullable(
            {"type": "string", "format": "edtf", "description": "From which day (EDTF); null for what a text says."}
        ),
        "certain": {**_SWITCH, "description": "Whether it had certainly happened by the day; a text, been issued."},
        "upcoming": {**_SWITCH, "description": "Whether it lies after the day."},
        "citations": array(ref("Citation"), "The sources of the order or event; those for this very link come first."),
    }
    names = ("measure", "commitment", "party", "event", "fulfilled_by", "until", "provision", "milestone", "condition")
    sometimes = {name: historic[name] for name in (*names, "contested", "note")}
    return object_of({**always, **sometimes}, always) | {
        "description": "What one instrument is to another or does to it; `measure` or `commitment`: to this part of it."
    }


COMPONENTS: Final[dict[str, Schema]] = {
    "LineageNode": _node(),
    "LineageLink": _link(),
    "Lineage": object_of(
        {
            "order": ref("RecordReference"),
            "as_of": {**DAY, "description": "The day."},
            "depth": {"type": "integer", "minimum": 1, "maximum": DEEPEST, "description": "How far it was gone."},
            "nodes": array(ref("LineageNode"), "The instruments, nearest first."),
            "links": array(ref("LineageLink"), "The links, oldest first."),
        }
    )
    | {"description": "The instruments around an order, and the links between them."},
}
