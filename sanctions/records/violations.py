"""The document of a violation."""

from sanctions.models import Violation
from sanctions.records.base import CITATIONS, NOTES, SLUG, RecordType, Ref, Refs, Rows, Value

VIOLATION = RecordType(
    name="violation",
    plural="violations",
    model=Violation,
    label="title",
    keys=(
        SLUG,
        Value("title"),
        Refs("accused"),
        Rows(
            "against",
            keys=(Ref("commitment"), Ref("agreement"), Ref("order"), Value("section")),
            one_of=("commitment", "agreement", "order"),
        ),
        Value("committed_on"),
        Value("gravity"),
        Value("summary"),
        Value("report_number"),
        *NOTES,
        CITATIONS,
    ),
)
