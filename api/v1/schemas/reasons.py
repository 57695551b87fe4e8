"""The components of explained standings."""

from __future__ import annotations

from typing import Final

from api.v1.schemas import records
from api.v1.schemas.records import DAY, Schema, array, nullable, object_of, ref, standing_name
from sanctions.questions.reasons import BEGINS, ENDS, RESOLUTIONS, UNCONFIRMED
from sanctions.vocabulary import Modality, Standing, Subject

_CODE: Final[Schema] = {"type": "string", "enum": sorted(str(code) for code in Standing)}
_SWITCH: Final[Schema] = {"type": "boolean"}
#: Noun → further properties: the record that it is part of, and the standings of parties or obligors.
_NOUNS: Final[dict[Subject, dict[str, Schema]]] = {
    Subject.ORDER: {},
    Subject.MEASURE: {"order": ref("RecordReference")},
    Subject.AGREEMENT: {"parties": array(ref("PartyStandingExplanation"), "Each party that ever acted under it.")},
    Subject.COMMITMENT: {
        "agreement": ref("RecordReference"),
        "by_obligor": array(ref("ObligorStandingExplanation"), "The explained standing for each obligor."),
    },
    Subject.VIOLATION: {},
}


def _resolution() -> Schema:
    return {
        "type": "string",
        "enum": list(RESOLUTIONS),
        "description": "The state of its condition. met: an event met it, see `fulfilled_by`. open: no event is "
        "recorded, and it can still be met. latest_day: no event is recorded, and the last day for it "
        "counts.",
    }


def _effect(more: dict[str, Schema]) -> Schema:
    """Return the schema of an effect with its part in a standing."""
    reason = records.COMPONENTS["DecidingEffect"]
    required: dict[str, Schema] = {
        "modality": {
            "type": "string",
            "enum": [str(code) for code in Modality],
            "description": "Whether its event occurred, is scheduled or depends on a condition.",
        },
        "decisive": {
            **_SWITCH,
            "description": "Whether effects of its kind can decide a standing; if not, it is only part of the history.",
        },
        "resulting_standing": nullable(
            {**_CODE, "description": "The standing that the effect alone would give; null if none."}
        ),
        "citations": array(ref("Citation"), "The sources of its event; those for this effect come first."),
    }
    optional = {"flows_from": ref("RecordReference"), "resolution": _resolution()}
    return object_of({**reason["properties"], **optional, **required, **more}, [*reason["required"], *required, *more])


def _link() -> Schema:
    more: dict[str, Schema] = {
        "certain": {**_SWITCH, "description": "Whether it had certainly happened by the day."},
        "decided": {**_SWITCH, "description": "Whether it decided the standing."},
        "contests": {**_SWITCH, "description": "Whether it is a denial that makes the claim disputed."},
        "prolonged": {
            **_SWITCH,
            "description": "Whether the standing would have ended, or would end on another day, without it.",
        },
    }
    described = (
        "An effect that had happened by the day. `flows_from` is the order or agreement that it acts on as a whole."
    )
    return _effect(more) | {"description": described}


def _turn() -> Schema:
    more: dict[str, Schema] = {
        "transition": {"type": "string", "enum": [BEGINS, ENDS], "description": "Whether it begins to hold, or ends."},
        "on": nullable({**DAY, "description": "The last day on which it can begin or end; null if that is open."}),
        "standing": nullable({**_CODE, "description": "The standing on that day, all effects considered."}),
    }
    return _effect(more) | {"description": "An effect that begins to hold, or ends, after the day."}


def _rests_on() -> Schema:
    properties: dict[str, Schema] = {
        "kind": {
            "type": "string",
            "enum": list(UNCONFIRMED),
            "description": "A condition without an event that met it, or an event without a record that it occurred.",
        },
        "effect": ref("DecidingEffect"),
        "resolution": _resolution(),
        "latest_on": nullable({**DAY, "description": "The day that counts until more is known; null if it is open."}),
        "detail": {"type": "string", "description": "The same as a sentence for people."},
    }
    needed = [name for name in properties if name != "resolution"]
    return object_of(properties, needed) | {
        "description": "An unconfirmed effect without which the standing would be different."
    }


def _span() -> Schema:
    properties: dict[str, Schema] = {
        "from": nullable({**DAY, "description": "Its first day; null for the span before the first effect."}),
        "until": nullable({**DAY, "description": "The first day after it; null if no known effect ends it."}),
        "code": {**_CODE, "description": "The standing."},
        "certain": {**_SWITCH, "description": "Whether imprecise dates leave no other standing open."},
        "possible": array(_CODE, "Every standing that the precision of the dates leaves open."),
        "unconfirmed": {**_SWITCH, "description": "Whether it depends on an unmet condition or an unconfirmed event."},
        "decided_by": nullable(ref("DecidingEffect")),
    }
    return object_of(properties) | {"description": "A standing and the days on which it holds."}


def _explained(subject: Subject, before: dict[str, Schema], after: dict[str, Schema]) -> Schema:
    properties: dict[str, Schema] = {
        **before,
        "standing": ref(standing_name(subject)),
        "rests_on": array(ref("UnconfirmedEffect"), "The unconfirmed effects that the standing depends on."),
        "chain": array(ref("ChainEffect"), "The effects that had happened by the day, oldest first."),
        "upcoming": array(ref("UpcomingEffect"), "What begins or ends after the day, in order."),
        "spans": array(ref("StandingSpan"), "Every standing from the first to the last known effect."),
        **after,
    }
    return object_of(properties)


def components() -> dict[str, Schema]:
    """Return every component by name."""
    schemas = {
        "ChainEffect": _link(),
        "UpcomingEffect": _turn(),
        "UnconfirmedEffect": _rests_on(),
        "StandingSpan": _span(),
        "PartyStandingExplanation": _explained(Subject.PARTY, {"actor": ref("RecordReference")}, {})
        | {"description": "The explained standing of an actor under an agreement."},
        "ObligorStandingExplanation": _explained(Subject.COMMITMENT, {"actor": ref("RecordReference")}, {})
        | {"description": "The explained standing of a commitment for one obligor."},
    }
    for subject, parts in _NOUNS.items():
        owner = {name: schema for name, schema in parts.items() if schema == ref("RecordReference")}
        standings = {name: schema for name, schema in parts.items() if name not in owner}
        described = {"description": f"The explained standing of {'an' if str(subject)[0] in 'ao' else 'a'} {subject}."}
        before = {str(subject): ref("RecordReference"), **owner, "as_of": {**DAY, "description": "The day."}}
        schemas[f"{str(subject).capitalize()}StandingExplanation"] = _explained(subject, before, standings) | described
    return schemas


COMPONENTS: Final = components()
