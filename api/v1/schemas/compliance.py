"""What the answer to the question who kept an agreement looks like."""

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
    "citations": array(ref("Citation"), "What the event cites for this, or for itself as a whole."),
}


def _or_null(schema: Schema, description: str = "") -> Schema:
    """Return the schema of a value that may be null; a description given here replaces its own."""
    return nullable({**schema, "description": description} if description else schema)


def _columns(model: type[models.Model], names: Iterable[str]) -> dict[str, Schema]:
    """Return columns of a model that are null where they have no value."""
    return {name: _or_null(value_schema(column_of(model, name))) for name in names}


def _measurement(keys: Iterable[Key]) -> dict[str, Schema]:
    found: dict[str, Schema] = {}
    for key in keys:
        column = column_of(Measurement, key.field)
        if not isinstance(key, Value):
            found[key.name] = nullable(ref("RecordReference"))
        elif key.name in ("value", "unit"):
            found[key.name] = value_schema(column)
        else:
            found[key.name] = _or_null(value_schema(column))
    limit = "The limit then in force, in the unit: as told with the measurement, else the commitment's."
    within = "Whether the value kept to the limit; null where they cannot be compared."
    return {
        **found,
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
                "What was said of it besides; it decides nothing.",
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
                "Its standing for each who promised it.",
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
            "obligations": array(ref("Obligation"), "Each commitment for each who promised it."),
            "accusations": array(
                ref("Accusation"),
                "By accused: violations of the agreement as a whole, and of commitments that they did not promise.",
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
                object_of(_measurement(MEASURED)), "What was measured of the obligor by the day, oldest first."
            ),
            "violations": array(ref("ClaimedViolation"), "What the obligor is accused of under this commitment."),
            "in_return_for": array(ref("ReciprocalCommitment"), "The commitments of others that this one is owed for."),
            "owed_for": array(ref("ReciprocalCommitment"), "The commitments of others that are owed for this one."),
        }
    )
    | {"description": "One commitment and one who promised it; the obligor is null where nobody is named."},
    "ClaimedViolation": _claimed() | {"description": "A violation as it is claimed, each statement attributed."},
    "ReciprocalCommitment": _owed() | {"description": "A commitment given in exchange, and its standing."},
    "Accusation": object_of(
        {"accused": nullable(ref("RecordReference")), "violations": array(ref("ClaimedViolation"))},
    )
    | {"description": "What one actor is accused of; null where the record names no accused."},
}
