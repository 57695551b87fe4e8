"""The schema of comparisons of two days."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from api.v1.schemas.records import DAY, Schema, array, nullable, object_of, ref
from sanctions.questions.changes import LEARNED, LISTINGS, words_of
from sanctions.questions.subjects import SUBJECTS
from sanctions.standing import standings_of
from sanctions.vocabulary import Listing, MeasureKind, StandingChange, Subject

_ON_EITHER: Final = "; null if it is not known on that day."


def _codes(values: Iterable[str], description: str) -> Schema:
    return {"type": "string", "enum": [str(value) for value in values], "description": description}


def _side(codes: Iterable[str]) -> Schema:
    code = _codes(codes, "The standing on that day" + _ON_EITHER)
    return object_of(
        {
            "code": nullable(code),
            "since": nullable({**DAY, "description": "The day since which it certainly holds; null if undecided."}),
            "certain": {
                "type": ["boolean", "null"],
                "description": "Whether imprecise dates leave no other standing open" + _ON_EITHER,
            },
            "possible": array(
                {"type": "string", "enum": code["enum"]}, "Every standing that the precision of the dates leaves open."
            ),
        }
    )


def _step(codes: Iterable[str]) -> Schema:
    return object_of(
        {
            "on": {**DAY, "description": "The first day on which it held."},
            "code": _codes(codes, "The standing from this day on."),
            "effect": nullable(ref("DecidingEffect")),
        }
    )


def _sides(name: str, words: Iterable[StandingChange]) -> dict[str, Schema]:
    """Return the properties of every change."""
    side = ref(f"{name}OnDay")
    return {
        "change": _codes([*words, *LEARNED], "What happened between the two days, in the order of time."),
        "before": {**side, "description": "On the day `from`."},
        "after": {**side, "description": "On the day `to`."},
    }


def _revised(name: str) -> dict[str, Schema]:
    about = "On the day `from`, as known at the instant of `to`. Left out if both days have the same instant."
    return {"revised": {**ref(f"{name}OnDay"), "description": about}}


#: Subject → the properties that identify what changed.
_NAMED: Final[dict[Subject, dict[str, Schema]]] = {
    Subject.ORDER: {"order": ref("RecordReference")},
    Subject.MEASURE: {
        "measure": ref("RecordReference"),
        "kind": _codes(MeasureKind, "Kind of measure."),
        "order": ref("RecordReference"),
    },
    Subject.AGREEMENT: {"agreement": ref("RecordReference")},
    Subject.PARTY: {"agreement": ref("RecordReference"), "actor": ref("RecordReference")},
    Subject.COMMITMENT: {
        "commitment": ref("RecordReference"),
        "agreement": ref("RecordReference"),
        "actor": nullable(ref("RecordReference")) | {"description": "The obligor whose standing it is."},
    },
    Subject.VIOLATION: {"violation": ref("RecordReference")},
}


def _changes(subject: Subject) -> dict[str, Schema]:
    """Return the components of the changes of a kind of subject."""
    name, codes = subject.capitalize(), sorted(standings_of(subject))
    decided = nullable(ref("DecidingEffect")) | {"description": "The effect that decided the standing on the day `to`."}
    contested = {"contested_by": array(ref("DecidingEffect"), "The denials that make a claim disputed.")}
    steps = array(ref(f"{name}Step"), "Each day in between on which the standing or its deciding effect changed.")
    always = {
        **_NAMED[subject],
        **_sides(name, words_of(subject)),
        "decided_by": decided,
        **(contested if subject is Subject.VIOLATION else {}),
        "steps": steps,
    }
    about = {"description": f"How the standing of one {subject.label} differs between two days."}
    return {
        f"{name}OnDay": _side(codes) | {"description": f"The standing of one {subject.label} on one of the two days."},
        f"{name}Step": _step(codes)
        | {"description": f"A change of the standing of one {subject.label} between the two days."},
        f"{name}Change": object_of(always | _revised(name), always) | about,
    }


def _designations() -> dict[str, Schema]:
    name = "Designation"
    text: Schema = {"type": "string"}
    optional = {
        "program": ref("RecordReference"),
        "list_name": {**text, "description": "The name of the list."},
        "entry_id": {**text, "description": "The id of the entry on that list."},
        "listed_on": {**text, "format": "edtf", "description": "When it was listed (EDTF)."},
        "delisted_on": {
            **text,
            "format": "edtf",
            "description": "The first day on which it was no longer listed (EDTF).",
        },
    }
    always = {"designation": ref("RecordReference"), "actor": ref("RecordReference"), **_sides(name, LISTINGS.values())}
    about = {"description": "How a designation differs between two days."}
    return {
        f"{name}OnDay": _side(Listing) | {"description": "Whether it was on its list on one of the two days."},
        f"{name}Change": object_of(always | optional | _revised(name), always) | about,
    }


def _comparison() -> Schema:
    instant: Schema = {"type": "string", "format": "date-time"}
    moment = object_of(
        {
            "as_of": {**DAY, "description": "The day."},
            "known_at": nullable({**instant, "description": "The instant at which it was known; null for now."}),
        }
    )
    kinds = {
        kind.plural: array(ref(f"{kind.subject.capitalize()}Change"), "In the order in which they happened.")
        for kind in SUBJECTS
    }
    listed = {"designations": array(ref("DesignationChange"), "In the order in which they happened.")}
    about = {"description": "What changed between two days, by kind of subject."}
    return object_of({"from": moment, "to": moment, **kinds, **listed}) | about


COMPONENTS: Final[dict[str, Schema]] = {
    "Comparison": _comparison(),
    **{name: schema for subject in Subject for name, schema in _changes(subject).items()},
    **_designations(),
}
