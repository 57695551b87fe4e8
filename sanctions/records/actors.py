"""The document of an actor."""

from sanctions.models import Actor
from sanctions.records.base import CITATIONS, IDENTIFIERS, NAMES, NOTES, SLUG, RecordType, Ref, Rows, Value

HELD = (Value("held_from", "from"), Value("held_until", "until"))

ACTOR = RecordType(
    name="actor",
    plural="actors",
    model=Actor,
    label="name",
    keys=(
        SLUG,
        Value("kind"),
        Value("name"),
        NAMES,
        IDENTIFIERS,
        Value("summary"),
        Rows("particulars", keys=(Value("kind"), Value("text"), Value("dated_on"), Value("country"), Value("note"))),
        Rows("relationships", keys=(Value("kind"), Ref("to"), *HELD, Value("note"))),
        Rows(
            "tenures",
            keys=(SLUG, Ref("body"), Value("title"), Value("rank"), *HELD, Value("note")),
            label="title",
        ),
        *NOTES,
        CITATIONS,
    ),
)
