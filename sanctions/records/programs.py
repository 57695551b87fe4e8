"""The document of a program."""

from sanctions.models import Program
from sanctions.records.base import CITATIONS, IDENTIFIERS, NOTES, SLUG, RecordType, Ref, Refs, Value

PROGRAM = RecordType(
    name="program",
    plural="programs",
    model=Program,
    label="name",
    keys=(
        SLUG,
        Value("name"),
        IDENTIFIERS,
        Ref("issuer"),
        Value("list_name"),
        Refs("territories"),
        Value("summary"),
        *NOTES,
        CITATIONS,
    ),
)
