"""What the explained standings look like."""

from __future__ import annotations

from typing import Final

from api.v1.schemas import records
from api.v1.schemas.records import DAY, Schema, array, nullable, object_of, ref, standing_name
from sanctions.questions.reasons import BEGINS, ENDS, RESOLUTIONS, UNCONFIRMED
from sanctions.vocabulary import Modality, Standing, Subject

_CODE: Final[Schema] = {"type": "string", "enum": sorted(str(code) for code in Standing)}
_SWITCH: Final[Schema] = {"type": "boolean"}
#: Noun → what stands beside it: what it is part of, and whose standings under it are told.
_NOUNS: Final[dict[Subject, dict[str, Schema]]] = {
    Subject.ORDER: {},
    Subject.MEASURE: {"order": ref("Named")},
    Subject.AGREEMENT: {"parties": array(ref("PartyStandingAnswer"), "Each party that ever acted under it.")},
    Subject.COMMITMENT: {
        "agreement": ref("Named"),
        "by_obligor": array(ref("ObligorStandingAnswer"), "For each who promised it."),
    },
    Subject.VIOLATION: {},
}


def _resolution() -> Schema:
    return {
        "type": "string",
        "enum": list(RESOLUTIONS),
        "description": "How its condition stands: an event met it (`met`, see `fulfilled_by`); none is recorded and it "
        "can still be met (`open`); none is recorded, and the latest day by which it could be met has come and counts "
        "(`latest_day`).",
    }


def _effect(more: dict[str, Schema]) -> Schema:
    """Return the schema of an effect with its part in a standing."""
    reason = records.COMPONENTS["Reason"]
    always: dict[str, Schema] = {
        "modality": {
            "type": "string",
            "enum": [str(code) for code in Modality],
            "description": "Whether its event occurred, is scheduled or depends on a condition.",
        },
        "decisive": {**_SWITCH, "description": "Whether such an effect decides a standing, or shows in history only."},
        "gives": nullable({**_CODE, "description": "The standing that it gives, taken by itself; null if none."}),
        "citations": array(ref("Citation"), "The sources of its event; those for this very effect come first."),
    }
    sometimes = {"flows_from": ref("Named"), "resolution": _resolution()}
    return object_of({**reason["properties"], **sometimes, **always, **more}, [*reason["required"], *always, *more])


def _link() -> Schema:
    more: dict[str, Schema] = {
        "certain": {**_SWITCH, "description": "Whether it had certainly happened by the day."},
        "decided": {**_SWITCH, "description": "Whether it decided the standing."},
        "contests": {**_SWITCH, "description": "Whether it is a denial that makes the claim disputed."},
        "prolonged": {
            **_SWITCH,
            "description": "Whether but for it the standing would have ended, or would end on another day.",
        },
    }
    described = "An effect that had happened by the day. `flows_from`: it is on the order or agreement as a whole."
    return _effect(more) | {"description": described}


def _turn() -> Schema:
    more: dict[str, Schema] = {
        "turn": {"type": "string", "enum": [BEGINS, ENDS], "description": "Whether it begins to hold, or ends."},
        "on": nullable({**DAY, "description": "The day by which it does, at the latest; null if that is open."}),
        "standing": nullable({**_CODE, "description": "The standing on that day, everything known taken together."}),
    }
    return _effect(more) | {"description": "An effect that begins to hold, or ends, after the day."}


def _rests_on() -> Schema:
    properties: dict[str, Schema] = {
        "kind": {
            "type": "string",
            "enum": list(UNCONFIRMED),
            "description": "A condition that no event is recorded to have met, or an event not recorded to have "
            "occurred.",
        },
        "effect": ref("Reason"),
        "resolution": _resolution(),
        "latest_on": nullable({**DAY, "description": "The day that counts until more is known; null if it is open."}),
        "detail": {"type": "string", "description": "The same in a sentence."},
    }
    needed = [name for name in properties if name != "resolution"]
    return object_of(properties, needed) | {
        "description": "An effect that is not confirmed, and but for which the standing would be another one."
    }


def _span() -> Schema:
    properties: dict[str, Schema] = {
        "from": nullable({**DAY, "description": "Its first day; null for the time before everything."}),
        "until": nullable({**DAY, "description": "The first day after it; null where nothing known ends it."}),
        "code": {**_CODE, "description": "The standing."},
        "certain": {**_SWITCH, "description": "Whether imprecise dates leave no other standing open."},
        "possible": array(_CODE, "Every standing that the precision of the dates leaves open."),
        "unconfirmed": {**_SWITCH, "description": "Whether it rests on an unmet condition or an unconfirmed event."},
        "decided_by": nullable(ref("Reason")),
    }
    return object_of(properties) | {"description": "A standing that holds from a day until another one."}


def _explained(subject: Subject, before: dict[str, Schema], after: dict[str, Schema]) -> Schema:
    properties: dict[str, Schema] = {
        **before,
        "standing": ref(standing_name(subject)),
        "rests_on": array(ref("RestsOn"), "What the standing rests on that is not confirmed; empty where nothing is."),
        "chain": array(ref("ChainEffect"), "The effects that had happened by the day, oldest first."),
        "upcoming": array(ref("UpcomingEffect"), "What begins or ends after the day, in order."),
        "spans": array(ref("StandingSpan"), "Every standing that it had, has and will have as far as is known."),
        **after,
    }
    return object_of(properties)


def components() -> dict[str, Schema]:
    """Return every component by name."""
    found = {
        "ChainEffect": _link(),
        "UpcomingEffect": _turn(),
        "RestsOn": _rests_on(),
        "StandingSpan": _span(),
        "PartyStandingAnswer": _explained(Subject.PARTY, {"actor": ref("Named")}, {})
        | {"description": "The explained standing of an actor under an agreement."},
        "ObligorStandingAnswer": _explained(Subject.COMMITMENT, {"actor": ref("Named")}, {})
        | {"description": "The explained standing of a commitment for one of those who promised it."},
    }
    for subject, beside in _NOUNS.items():
        whole = {name: schema for name, schema in beside.items() if schema == ref("Named")}
        under = {name: schema for name, schema in beside.items() if name not in whole}
        described = {"description": f"The explained standing of {'an' if str(subject)[0] in 'ao' else 'a'} {subject}."}
        before = {str(subject): ref("Named"), **whole, "as_of": {**DAY, "description": "The day."}}
        found[f"{str(subject).capitalize()}StandingAnswer"] = _explained(subject, before, under) | described
    return found


COMPONENTS: Final = components()
