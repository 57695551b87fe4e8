"""What a timeline looks like."""

from __future__ import annotations

from typing import Final

from api.v1.schemas.records import COMPONENTS as RECORDS
from api.v1.schemas.records import Schema, array, object_of, page_of
from sanctions.questions.timeline import ROW, SHOWN

#: Rows of an event → the component that describes them whole.
_WHOLE: Final = {
    "participations": "Participation",
    "effects": "Effect",
    "references": "Reference",
    "positions": "Position",
    "measurements": "Measurement",
    "penalties": "Penalty",
}
_ABOUT: Final = {
    "participations": "The parts that an actor asked for has in it.",
    "effects": "What it did to what is asked for, or by it.",
    "references": "What is asked for, where it names it without changing it.",
    "positions": "What was said of what is asked for, or by whom.",
    "measurements": "What was measured against what is asked for.",
    "penalties": "What was imposed or agreed for what is asked for.",
}


def _some(component: str, keys: tuple[str, ...]) -> Schema:
    """Return the schema of a row with some of its keys."""
    whole = RECORDS[component]
    needed = [key for key in whole.get("required", ()) if key in keys]
    return object_of({key: whole["properties"][key] for key in keys}, needed)


def _event() -> Schema:
    event = RECORDS["Event"]["properties"]
    upcoming = "Whether it lies after the day of the question; null where its date leaves it open."
    because = object_of({part: array(_some(_WHOLE[part], SHOWN[part]), _ABOUT[part]) for part in SHOWN}, ())
    return object_of(
        {
            **{key: event[key] for key in ROW},
            "upcoming": {"type": ["boolean", "null"], "description": upcoming},
            "conditions": array({"type": "string"}, "The conditions on which its effects depend."),
            "actors": array(_some("Participation", ("actor", "role")), "Who took part, and as what."),
            "because": because | {"description": "Why it is on this timeline; empty if nothing was asked for."},
        }
    )


COMPONENTS: Final[dict[str, Schema]] = {
    "TimelineEvent": _event() | {"description": "An event in short, and why it is on the timeline."},
    "TimelineEventPage": page_of("TimelineEvent"),
}
