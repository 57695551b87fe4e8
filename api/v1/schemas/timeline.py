"""The schema of the timeline."""

from __future__ import annotations

from typing import Final

from api.v1.schemas.records import COMPONENTS as RECORDS
from api.v1.schemas.records import Schema, array, object_of, page_of
from sanctions.questions.timeline import ROW, SHOWN

#: Rows of an event → their component.
_COMPONENTS_OF: Final = {
    "participations": "Participation",
    "effects": "Effect",
    "references": "Reference",
    "positions": "Position",
    "measurements": "Measurement",
    "penalties": "Penalty",
}
_DESCRIPTIONS: Final = {
    "participations": "The participations of the given actors.",
    "effects": "The effects on the given subjects, or by them.",
    "references": "The given subjects that it refers to without changing them.",
    "positions": "The positions about the given subjects, or of the given actors.",
    "measurements": "The measurements for the given subjects.",
    "penalties": "The penalties imposed or agreed for the given subjects.",
}


def _row_with(component: str, keys: tuple[str, ...]) -> Schema:
    """Return the schema of a row with some of its keys."""
    schema = RECORDS[component]
    required = [key for key in schema.get("required", ()) if key in keys]
    return object_of({key: schema["properties"][key] for key in keys}, required)


def _event() -> Schema:
    event = RECORDS["Event"]["properties"]
    upcoming = "Whether it is after the day of the question; null if its date leaves that open."
    matches = object_of(
        {part: array(_row_with(_COMPONENTS_OF[part], SHOWN[part]), _DESCRIPTIONS[part]) for part in SHOWN}, ()
    )
    return object_of(
        {
            **{key: event[key] for key in ROW},
            "upcoming": {"type": ["boolean", "null"], "description": upcoming},
            "conditions": array({"type": "string"}, "The conditions on which its effects depend."),
            "actors": array(_row_with("Participation", ("actor", "role")), "The participants and their roles."),
            "matches": matches
            | {"description": "The parts of the event that match the request; empty without a subject."},
        }
    )


COMPONENTS: Final[dict[str, Schema]] = {
    "TimelineEvent": _event() | {"description": "An event in short, with its parts that concern the given subjects."},
    "TimelineEventPage": page_of("TimelineEvent"),
}
