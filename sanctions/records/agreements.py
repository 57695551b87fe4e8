"""The document of an agreement, with its commitments."""

from sanctions.models import Agreement
from sanctions.records.base import CITATIONS, IDENTIFIERS, NAMES, NOTES, SLUG, RecordType, Ref, Refs, Rows, Value

AGREEMENT = RecordType(
    name="agreement",
    plural="agreements",
    model=Agreement,
    label="title",
    keys=(
        SLUG,
        Value("kind"),
        Value("title"),
        NAMES,
        IDENTIFIERS,
        Value("summary"),
        Rows(
            "commitments",
            keys=(
                SLUG,
                Refs("obligors"),
                Value("text"),
                Value("paragraph"),
                Value("metric"),
                Value("comparator"),
                Value("limit"),
                Value("unit"),
                Value("equivalent_limit"),
                Value("equivalent_unit"),
                Ref("verifier"),
                Value("starts_on"),
                Value("sunset_on"),
                Value("duration"),
                Refs("in_return_for"),
                Value("note"),
            ),
            is_ordered=True,
            label="text",
        ),
        *NOTES,
        CITATIONS,
    ),
)
