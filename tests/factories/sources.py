"""Sources and citations."""

from typing import Any

from sanctions.models import Citation, Record, Source
from sanctions.vocabulary import SourceKind, State
from tests.factories.slugs import unused


def make_source(slug: str = "", **values: Any) -> Source:
    """Create a published source."""
    slug = slug or unused("source")
    return Source.objects.create(
        slug=slug, **{"title": slug, "kind": SourceKind.NEWS, "state": State.PUBLISHED} | values
    )


def cite(record: Record, **values: Any) -> Citation:
    """Create a citation at the end of the record's."""
    if "source" not in values:
        values["source"] = make_source()
    place = Citation.objects.filter(**{str(record._meta.model_name): record}).count()
    return Citation.objects.create(**{str(record._meta.model_name): record, "ordinal": place} | values)
