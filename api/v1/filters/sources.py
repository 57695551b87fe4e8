"""The parameters of the list of sources."""

from api.v1.filters.base import ListParameters, overlapping, slugs, texts
from api.v1.filters.columns import Column
from sanctions.models import Source


class SourceParameters(ListParameters):
    """What sources are asked for by."""

    model = Source
    when = "published_on"

    slug__in = slugs(Source)
    search = texts(
        "Words, each found in the title, the publisher, the address or the slug.", "title", "publisher", "url", "slug"
    )
    kind = Column("kind")
    title = Column("title")
    publisher = Column("publisher", "Words in the name of the publisher.", bare="icontains")
    language = Column("language", bare="iexact")
    source_url = Column("url", exact=True)
    archived_url = Column("archived_url", exact=True)
    content_hash = Column("content_hash", exact=True)
    reliability = Column("reliability")
    published_on = Column("published_on")
    overlaps = overlapping("published")
    note = Column("note")
