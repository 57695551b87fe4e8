"""The parameters of the list of sources."""

from api.v1.filters.columns import FilterColumn
from api.v1.filters.conditions import overlapping, slugs, texts
from api.v1.filters.lists import ListParameters
from sanctions.models import Source


class SourceParameters(ListParameters):
    """The filters of sources."""

    model = Source
    main_date = "published_on"

    slug__in = slugs(Source)
    search = texts(
        "Words, each found in the title, the publisher, the address or the slug.", "title", "publisher", "url", "slug"
    )
    kind = FilterColumn("kind")
    title = FilterColumn("title")
    publisher = FilterColumn("publisher", "Words in the name of the publisher.", bare="icontains")
    language = FilterColumn("language", bare="iexact")
    source_url = FilterColumn("url", exact=True)
    archived_url = FilterColumn("archived_url", exact=True)
    content_hash = FilterColumn("content_hash", exact=True)
    reliability = FilterColumn("reliability")
    published_on = FilterColumn("published_on")
    overlaps = overlapping("published")
    note = FilterColumn("note")
