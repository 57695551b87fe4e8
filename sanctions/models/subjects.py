"""The models of the subjects of effects."""

from __future__ import annotations

from typing import Final

from django.db import models

from sanctions.models.agreements import Agreement, Commitment
from sanctions.models.orders import Measure, Order
from sanctions.models.violations import Violation
from sanctions.vocabulary import Subject

#: Subject → its model, in the order of the vocabulary. A party has none: it is an actor under an agreement.
SUBJECT_MODELS: Final[dict[Subject, type[models.Model]]] = {
    Subject.ORDER: Order,
    Subject.MEASURE: Measure,
    Subject.AGREEMENT: Agreement,
    Subject.COMMITMENT: Commitment,
    Subject.VIOLATION: Violation,
}
#: Model → its subject.
SUBJECT_OF: Final[dict[type[models.Model], Subject]] = {model: subject for subject, model in SUBJECT_MODELS.items()}
