"""Render citations of records, versions and sources, in formats that reference managers read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson
from rest_framework.request import Request

from api.http.renderers import Collection, CollectionRenderer, records
from sanctions.exports import as_citation


def version_of(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the version in an answer; for a measure or commitment, that of its order or agreement."""
    version: Mapping[str, Any] = answer if answer["type"] == "version" else answer["version"]
    return version


class CitationRenderer(CollectionRenderer):
    """A citation of a record, of one of its versions, or of a source. The citation of a record names its version."""

    def citation_of(self, answer: Any, request: Request | None) -> as_citation.CitationFields:
        """Return the fields of the citation of an answer.

        A source is cited as itself; a version of a source is cited as a record of this database.
        """
        if request is None:
            raise TypeError("A citation needs the request: it contains the absolute address.")
        record = orjson.loads(answer) if isinstance(answer, bytes) else answer
        if record["type"] == "source":
            return as_citation.of_source(record)
        version = version_of(record)
        if record["type"] == "version":
            record = (record["document"] or {}) | record["record"]
        url = request.build_absolute_uri(version["url"])
        today = request.parser_context["view"].now().date()
        return as_citation.of_record(record, version, url, today)

    def citations_of(self, collection: Collection) -> Iterator[list[as_citation.CitationFields]]:
        """Yield the fields of the citations of a collection, in its batches."""
        for batch in records(collection.batches):
            yield [self.citation_of(record, collection.request) for record in batch]


class BibtexRenderer(CitationRenderer):
    """A citation for BibTeX and BibLaTeX."""

    media_type = "application/x-bibtex"
    format = "bibtex"
    extension = "bib"

    def write(self, answer: Any, request: Request | None) -> bytes:
        """Return the entry."""
        return as_citation.bibtex(self.citation_of(answer, request)).encode()

    def render_collection(self, collection: Collection) -> Iterator[bytes]:
        """Yield the entries."""
        return as_citation.bibtex_of(self.citations_of(collection))


class CSLRenderer(CitationRenderer):
    """A citation for Zotero, Pandoc and other programs that read CSL-JSON."""

    media_type = "application/vnd.citationstyles.csl+json"
    format = "csl-json"
    extension = "csl.json"

    def write(self, answer: Any, request: Request | None) -> bytes:
        """Return the list of one item."""
        return as_citation.csl(self.citation_of(answer, request))

    def render_collection(self, collection: Collection) -> Iterator[bytes]:
        """Yield the list of items."""
        return as_citation.csl_of(self.citations_of(collection))


#: The formats in which records can be cited.
CITATION_FORMATS: Final = (BibtexRenderer, CSLRenderer)
