"""The parameters of the list of sources."""

from api.parameters import Text
from api.v1.filters.base import Condition, ListParameters, codes, dates, slugs, texts
from sanctions.models import Source
from sanctions.vocabulary import Reliability, SourceKind


class SourceParameters(ListParameters):
    """What sources are asked for by."""

    slug__in = slugs(Source)
    search = texts(
        "Words, each found in the title, the publisher, the address or the slug.", "title", "publisher", "url", "slug"
    )
    kind, kind__in = codes("What kind of document it is.", SourceKind, "kind")
    publisher = Condition(Text("Words in the name of the publisher."), "publisher__icontains")
    language = Condition(Text("Language (BCP 47), such as fa."), "language__iexact")
    reliability, reliability__in = codes("Reliability (NATO Admiralty Code, A to F).", Reliability, "reliability")
    published_on, published_on__gte, published_on__lte = dates(
        "When it was published", "published_earliest", "published_latest"
    )
