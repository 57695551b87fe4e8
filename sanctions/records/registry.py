"""All record types, in the order in which they can be written, and those of their parts that have slugs.

Each type refers only to earlier ones or to its own parts.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from django.db import models

from sanctions.models import Rendered
from sanctions.records.actors import ACTOR
from sanctions.records.agreements import AGREEMENT
from sanctions.records.base import RecordType, Rows, parent_field, part_model
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
    """Return the record type of a model or row; ``KeyError`` if it is not a record."""
    return _BY_MODEL[model if isinstance(model, type) else type(model)]


class SluggedPart(NamedTuple):
    """A kind of part that others refer to by slug: a tenure, a measure, a commitment."""

    record_type: RecordType
    key: Rows
    #: The part's reference to its record.
    record_field: str


#: Model → what it is a part of, for the parts with slugs.
SLUGGED_PARTS: Final[dict[type[models.Model], SluggedPart]] = {
    part_model(record_type.model, key): SluggedPart(record_type, key, parent_field(record_type.model, key))
    for record_type in RECORD_TYPES
    for key in record_type.rows
    if key.label
}
#: Those of them that the API serves on their own.
SERVED_PARTS: Final[dict[type[Rendered], SluggedPart]] = {
    model: part for model, part in SLUGGED_PARTS.items() if issubclass(model, Rendered)
}
#: Name of a model that references point to → the column that names its rows to people.
LABELS: Final[dict[str, str]] = {record_type.name: record_type.label for record_type in RECORD_TYPES} | {
    str(model._meta.model_name): part.key.label for model, part in SLUGGED_PARTS.items()
}
