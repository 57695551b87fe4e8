"""What a comparison of two days looks like."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from api.v1.schemas.records import DAY, Schema, array, nullable, object_of, ref
from sanctions.questions.changes import LEARNED, LISTINGS, words_of
from sanctions.questions.subjects import SUBJECTS
from sanctions.standing import standings_of
from sanctions.vocabulary import Listing, MeasureKind, StandingChange, Subject

_ON_EITHER: Final = "; null where that side does not know it."


def _codes(values: Iterable[str], description: str) -> Schema:
    return {"type": "string", "enum": [str(value) for value in values], "description": description}


def _side(codes: Iterable[str]) -> Schema:
    code = _codes(codes, "The standing on that day" + _ON_EITHER)
    return object_of(
        {
            "code": nullable(code),
            "since": nullable({**DAY, "description": "Since when it certainly holds; null where nothing decided it."}),
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
            "on": {**DAY, "description": "The day from which it held."},
            "code": _codes(codes, "The standing from then on."),
            "effect": nullable(ref("DecidingEffect")),
        }
    )


def _sides(name: str, words: Iterable[StandingChange]) -> dict[str, Schema]:
    """Return what every change has."""
    side = ref(f"{name}OnDay")
    return {
        "change": _codes([*words, *LEARNED], "What happened between the two days, told forwards in time."),
        "before": {**side, "description": "On the day `from`."},
        "after": {**side, "description": "On the day `to`."},
    }


def _revised(name: str) -> dict[str, Schema]:
    about = "On the day `from`, as known at the instant of `to`. Left out where both days are seen at one instant."
    return {"revised": {**ref(f"{name}OnDay"), "description": about}}


#: How a change names what changed.
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
        "actor": nullable(ref("RecordReference")) | {"description": "Whose standing it is, of those who promised it."},
    },
    Subject.VIOLATION: {"violation": ref("RecordReference")},
}


def _changes(subject: Subject) -> dict[str, Schema]:
    """Return the components of the changes of such subjects."""
    name, codes = subject.capitalize(), sorted(standings_of(subject))
    decided = nullable(ref("DecidingEffect")) | {"description": "The effect that decided the standing on the day `to`."}
    contested = {"contested_by": array(ref("DecidingEffect"), "The denials that make a claim disputed.")}
    steps = array(ref(f"{name}Step"), "Each day in between on which the standing, or what made it, became another.")
    whole = {
        **_NAMED[subject],
        **_sides(name, words_of(subject)),
        "decided_by": decided,
        **(contested if subject is Subject.VIOLATION else {}),
        "steps": steps,
    }
    about = {"description": f"How the standing of one {subject.label} differs between two days."}
    return {
        f"{name}OnDay": _side(codes) | {"description": f"What one {subject.label} is on one of the two days."},
        f"{name}Step": _step(codes) | {"description": f"What one {subject.label} became between the two days."},
        f"{name}Change": object_of(whole | _revised(name), whole) | about,
    }


def _designations() -> dict[str, Schema]:
    name = "Designation"
    text: Schema = {"type": "string"}
    given = {
        "program": ref("RecordReference"),
        "list_name": {**text, "description": "Name of the list."},
        "entry_id": {**text, "description": "The entry's id on that list."},
        "listed_on": {**text, "format": "edtf", "description": "When it was listed (EDTF)."},
        "delisted_on": {**text, "format": "edtf", "description": "First day no longer listed (EDTF)."},
    }
    whole = {"designation": ref("RecordReference"), "actor": ref("RecordReference"), **_sides(name, LISTINGS.values())}
    about = {"description": "How a designation differs between two days."}
    return {
        f"{name}OnDay": _side(Listing) | {"description": "Whether it stood on its list on one of the two days."},
        f"{name}Change": object_of(whole | given | _revised(name), whole) | about,
    }


def _comparison() -> Schema:
    instant: Schema = {"type": "string", "format": "date-time"}
    moment = object_of(
        {
            "as_of": {**DAY, "description": "The day."},
            "known_at": nullable({**instant, "description": "As known at that instant; null for now."}),
        }
    )
    kinds = {
        kind.plural: array(ref(f"{kind.subject.capitalize()}Change"), "In the order in which they came about.")
        for kind in SUBJECTS
    }
    listed = {"designations": array(ref("DesignationChange"), "In the order in which they came about.")}
    about = {"description": "What changed between two days, by what changed."}
    return object_of({"from": moment, "to": moment, **kinds, **listed}) | about


COMPONENTS: Final[dict[str, Schema]] = {
    "Comparison": _comparison(),
    **{name: schema for subject in Subject for name, schema in _changes(subject).items()},
    **_designations(),
}
