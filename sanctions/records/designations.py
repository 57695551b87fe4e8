"""The document of a designation."""

from sanctions.models import Designation
from sanctions.records.base import CITATIONS, NOTES, SLUG, RecordType, Ref, Value

DESIGNATION = RecordType(
    name="designation",
    plural="designations",
    model=Designation,
    label="slug",
    keys=(
        SLUG,
        Ref("actor"),
        Ref("program"),
        Ref("order"),
        Value("list_name"),
        Value("entry_id"),
        Value("listed_on"),
        Value("delisted_on"),
        Value("remarks"),
        *NOTES,
        CITATIONS,
    ),
)
