"""The document of an order, with its measures and directives."""

from sanctions.models import Order
from sanctions.records.base import (
    CITATIONS,
    IDENTIFIERS,
    NAMES,
    NOTES,
    SLUG,
    Codes,
    RecordType,
    Ref,
    Refs,
    Rows,
    Value,
)

ORDER = RecordType(
    name="order",
    plural="orders",
    model=Order,
    label="title",
    keys=(
        SLUG,
        Value("kind"),
        Value("title"),
        NAMES,
        IDENTIFIERS,
        Ref("issuer"),
        Ref("signatory"),
        Value("geographic_scope"),
        Codes("topics", column="topic"),
        Refs("programs"),
        Value("summary"),
        Rows(
            "relations",
            keys=(Value("kind"), Ref("to_order"), Ref("to_agreement"), Value("in_part"), Value("note")),
            one_of=("to_order", "to_agreement"),
        ),
        Rows(
            "measures",
            keys=(
                SLUG,
                Value("kind"),
                Value("direction"),
                Value("title"),
                Value("section"),
                Codes("sectors", column="sector"),
                Refs("targets"),
                Refs("territories"),
                Value("scope"),
                Value("exemptions"),
            ),
            is_ordered=True,
            label="title",
        ),
        Rows(
            "directives",
            keys=(Ref("addressee"), Value("section"), Value("text"), Value("due_on")),
            is_ordered=True,
        ),
        *NOTES,
        CITATIONS,
    ),
)
