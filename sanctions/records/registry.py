"""All record types, in the order in which they can be written: each refers only to earlier ones or to its parts."""

from __future__ import annotations

from typing import Final

from django.db import models

from sanctions.records.actors import ACTOR
from sanctions.records.agreements import AGREEMENT
from sanctions.records.base import RecordType
from sanctions.records.designations import DESIGNATION
from sanctions.records.events import EVENT
from sanctions.records.orders import ORDER
from sanctions.records.programs import PROGRAM
from sanctions.records.sources import SOURCE
from sanctions.records.violations import VIOLATION

RECORD_TYPES: Final[tuple[RecordType, ...]] = (
    SOURCE,
    ACTOR,
    PROGRAM,
    ORDER,
    AGREEMENT,
    VIOLATION,
    DESIGNATION,
    EVENT,
)
BY_NAME: Final = {record_type.name: record_type for record_type in RECORD_TYPES}
BY_PLURAL: Final = {record_type.plural: record_type for record_type in RECORD_TYPES}
_BY_MODEL: Final[dict[type[models.Model], RecordType]] = {
    record_type.model: record_type for record_type in RECORD_TYPES
}


def type_of(model: type[models.Model] | models.Model) -> RecordType:
    """Return the record type of a model or row; ``KeyError`` if it is no record."""
    return _BY_MODEL[model if isinstance(model, type) else type(model)]
