"""The models: one module per noun; this facade is what others import from."""

from sanctions.models.actors import Actor, ActorName, Identifier, Name, Relationship, Tenure
from sanctions.models.agreements import Agreement, AgreementName, Commitment
from sanctions.models.base import Part, Record, Rendered
from sanctions.models.designations import Designation
from sanctions.models.events import (
    Ballot,
    Effect,
    Event,
    Measurement,
    Participation,
    Penalty,
    Position,
    Reference,
    Vote,
)
from sanctions.models.orders import Directive, Measure, MeasureSector, Order, OrderName, OrderTopic, Relation
from sanctions.models.programs import Program
from sanctions.models.sources import Citation, Source
from sanctions.models.versions import LedgerHead, Version
from sanctions.models.violations import Provision, Violation

__all__ = [
    "Actor",
    "ActorName",
    "Agreement",
    "AgreementName",
    "Ballot",
    "Citation",
    "Commitment",
    "Designation",
    "Directive",
    "Effect",
    "Event",
    "Identifier",
    "LedgerHead",
    "Measure",
    "MeasureSector",
    "Measurement",
    "Name",
    "Order",
    "OrderName",
    "OrderTopic",
    "Part",
    "Participation",
    "Penalty",
    "Position",
    "Program",
    "Provision",
    "Record",
    "Reference",
    "Relation",
    "Relationship",
    "Rendered",
    "Source",
    "Tenure",
    "Version",
    "Violation",
    "Vote",
]
