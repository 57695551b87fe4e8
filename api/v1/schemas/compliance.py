"""The schema of compliance with an agreement."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db import models

from api.v1.schemas.records import COMPONENTS as RECORDS
from api.v1.schemas.records import DAY, Schema, array, nullable, object_of, ref, row_of, standing_name
from sanctions.models import Commitment, Measurement, Position, Violation
from sanctions.questions.claims import POSITION_KEYS, SHOWN
from sanctions.questions.compliance import LIMIT, TERMS
from sanctions.questions.measured import KEYS as MEASURED
from sanctions.records.base import Key, Value, column_of
from sanctions.records.schema import value_schema
from sanctions.vocabulary import Subject

_STANDING: Final = RECORDS[standing_name(Subject.COMMITMENT)]["properties"]
_EVIDENCE: Final[dict[str, Schema]] = {
    "certain": {"type": "boolean", "description": "Whether it had certainly happened by the day."},
    "event": ref("RecordReference"),
    "citations": array(ref("Citation"), "The sources that the event cites for this, or for the whole event."),
}


def _or_null(schema: Schema, description: str = "") -> Schema:
    """Return the schema of a value that may be null, with another description if one is given."""
    return nullable({**schema, "description": description} if description else schema)


def _columns(model: type[models.Model], names: Iterable[str]) -> dict[str, Schema]:
    """Return the schemas of columns of a model, null without a value."""
    return {name: _or_null(value_schema(column_of(model, name))) for name in names}


def _measurement(keys: Iterable[Key]) -> dict[str, Schema]:
    properties: dict[str, Schema] = {}
    for key in keys:
        column = column_of(Measurement, key.field)
        if not isinstance(key, Value):
            properties[key.name] = nullable(ref("RecordReference"))
        elif key.name in ("value", "unit"):
            properties[key.name] = value_schema(column)
        else:
            properties[key.name] = _or_null(value_schema(column))
    limit = "The limit in force then, in the same unit: that of the measurement, else that of the commitment."
    within = "Whether the value is within the limit; null if they cannot be compared."
    return {
        **properties,
        "limit": _or_null(value_schema(column_of(Measurement, "limit")), limit),
        "within_limit": {"type": ["boolean", "null"], "description": within},
        **_EVIDENCE,
    }


def _claimed() -> Schema:
    claim = {**RECORDS["DecidingEffect"]["properties"], **_EVIDENCE}
    position = row_of(Position, POSITION_KEYS)
    shown = {name: RECORDS[Violation.__name__]["properties"][name] for name in SHOWN}
    return object_of(
        {
            "violation": ref("RecordReference"),
            **shown,
            "standing": ref(standing_name(Subject.VIOLATION)),
            "claims": array(
                object_of(claim, [*RECORDS["DecidingEffect"]["required"], "certain", "citations"]),
                "Who alleges, reports, finds, denies, disputes, admits or retracts it, oldest first.",
            ),
            "positions": array(
                object_of(position["properties"] | _EVIDENCE, [*position["required"], *_EVIDENCE]),
                "Other statements about it; they decide nothing.",
            ),
        }
    )


def _owed() -> Schema:
    brief = {name: _STANDING[name] for name in ("code", "since", "until", "certain", "possible")}
    return object_of(
        {
            "commitment": ref("RecordReference"),
            "by_obligor": array(
                object_of({"obligor": nullable(ref("RecordReference")), **brief}),
                "Its standing for each obligor.",
            ),
        }
    )


COMPONENTS: Final[dict[str, Schema]] = {
    "Compliance": object_of(
        {
            "agreement": ref("RecordReference"),
            "as_of": {**DAY, "description": "The day."},
            "standing": ref(standing_name(Subject.AGREEMENT)),
            "parties": array(
                object_of({"actor": ref("RecordReference"), "standing": ref(standing_name(Subject.PARTY))}),
                "Each party that ever acted under it.",
            ),
            "obligations": array(ref("Obligation"), "Each commitment for each obligor."),
            "accusations": array(
                ref("Accusation"),
                "By accused: violations of the agreement as a whole, and of commitments of others.",
            ),
        }
    )
    | {"description": "Who kept an agreement, as of a day."},
    "Obligation": object_of(
        {
            "commitment": ref("RecordReference"),
            "obligor": nullable(ref("RecordReference")),
            **_columns(Commitment, TERMS),
            "limit": nullable(object_of(_columns(Commitment, LIMIT))),
            "verifier": nullable(ref("RecordReference")),
            "standing": ref(standing_name(Subject.COMMITMENT)),
            "measurements": array(
                object_of(_measurement(MEASURED)), "The measurements of the obligor by the day, oldest first."
            ),
            "violations": array(
                ref("ClaimedViolation"), "The violations of this commitment that the obligor is accused of."
            ),
            "in_return_for": array(
                ref("ReciprocalCommitment"), "The commitments of others in return for which this one is owed."
            ),
            "owed_for": array(
                ref("ReciprocalCommitment"), "The commitments of others that are owed in return for this one."
            ),
        }
    )
    | {"description": "One commitment and one obligor; the obligor is null if the record names none."},
    "ClaimedViolation": _claimed() | {"description": "A claimed violation, with the author of each statement."},
    "ReciprocalCommitment": _owed() | {"description": "A commitment given in exchange, and its standing."},
    "Accusation": object_of(
        {"accused": nullable(ref("RecordReference")), "violations": array(ref("ClaimedViolation"))},
    )
    | {"description": "The violations that one actor is accused of; the accused is null if the records name none."},
}
