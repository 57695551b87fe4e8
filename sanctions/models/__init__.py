"""The models: one module per noun; this facade is what others import from."""

from sanctions.models import lookups  # noqa: F401 - fields learn them
from sanctions.models.actors import Actor, ActorName, Identifier, Name, Particular, Relationship, Tenure
from sanctions.models.agreements import Agreement, AgreementName, Commitment
from sanctions.models.appearances import Appearance
from sanctions.models.authorships import Authorship
from sanctions.models.base import Part, Record, Rendered
from sanctions.models.clock import ClockCorrection
from sanctions.models.designations import Designation
from sanctions.models.duplicates import Likeness, Redirect, Touched
from sanctions.models.effects import Effect
from sanctions.models.events import Event, Participation, Reference
from sanctions.models.idempotency import IdempotencyKey
from sanctions.models.imports import Import, ImportChange, Imported
from sanctions.models.links import LinkCheck
from sanctions.models.log import LogEntry
from sanctions.models.measurements import Measurement
from sanctions.models.orders import Directive, Measure, MeasureSector, Order, OrderName, OrderTopic, Relation
from sanctions.models.penalties import Penalty
from sanctions.models.positions import Position
from sanctions.models.programs import Program
from sanctions.models.proposals import Proposal
from sanctions.models.releases import Release
from sanctions.models.reviews import Assignment, Presence, Remark
from sanctions.models.search import SearchEntry, SearchWord
from sanctions.models.seeds import Seed
from sanctions.models.sources import Citation, Source
from sanctions.models.subjects import SUBJECT_MODELS, SUBJECT_OF
from sanctions.models.tokens import AccessToken
from sanctions.models.uploads import Upload
from sanctions.models.versions import LedgerHead, Version
from sanctions.models.violations import Provision, Violation
from sanctions.models.votes import Ballot, Vote
from sanctions.models.webhooks import Attempt, Delivery, Webhook

# Last, because it looks at all the others.
from sanctions.models.history import HISTORY, Historic, past_of  # isort: skip

__all__ = [
    "HISTORY",
    "SUBJECT_MODELS",
    "SUBJECT_OF",
    "AccessToken",
    "Actor",
    "ActorName",
    "Agreement",
    "AgreementName",
    "Appearance",
    "Assignment",
    "Attempt",
    "Authorship",
    "Ballot",
    "Citation",
    "ClockCorrection",
    "Commitment",
    "Delivery",
    "Designation",
    "Directive",
    "Effect",
    "Event",
    "Historic",
    "IdempotencyKey",
    "Identifier",
    "Import",
    "ImportChange",
    "Imported",
    "LedgerHead",
    "Likeness",
    "LinkCheck",
    "LogEntry",
    "Measure",
    "MeasureSector",
    "Measurement",
    "Name",
    "Order",
    "OrderName",
    "OrderTopic",
    "Part",
    "Participation",
    "Particular",
    "Penalty",
    "Position",
    "Presence",
    "Program",
    "Proposal",
    "Provision",
    "Record",
    "Redirect",
    "Reference",
    "Relation",
    "Relationship",
    "Release",
    "Remark",
    "Rendered",
    "SearchEntry",
    "SearchWord",
    "Seed",
    "Source",
    "Tenure",
    "Touched",
    "Upload",
    "Version",
    "Violation",
    "Vote",
    "Webhook",
    "past_of",
]
