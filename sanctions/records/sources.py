"""The document of a source."""

from sanctions.models import Source
from sanctions.records.base import NOTES, SLUG, RecordType, Value

SOURCE = RecordType(
    name="source",
    plural="sources",
    model=Source,
    label="title",
    keys=(
        SLUG,
        Value("kind"),
        Value("title"),
        Value("publisher"),
        Value("published_on"),
        Value("language"),
        Value("url", "source_url"),
        Value("archived_url"),
        Value("content_hash"),
        Value("reliability"),
        *NOTES,
    ),
)
