"""Citing: the formats in which records, versions and sources are told to a bibliography."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson
from rest_framework.request import Request

from api.http.renderers import Collection, CollectionRenderer, records
from sanctions.exports import as_citation


def version_of(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the version that an answer is; of a measure or commitment, that of its order or agreement."""
    version: Mapping[str, Any] = answer if answer["type"] == "version" else answer["version"]
    return version


class CitationRenderer(CollectionRenderer):
    """How a record, a version of one or a source is cited; the citation of a record names its version."""

    def cited(self, answer: Any, request: Request | None) -> as_citation.CitationFields:
        """Return what is to be cited. A version is one of ours, also if it is a version of a source."""
        if request is None:
            raise TypeError("A citation needs the request: it names the whole address.")
        found = orjson.loads(answer) if isinstance(answer, bytes) else answer
        if found["type"] == "source":
            return as_citation.of_source(found)
        version = version_of(found)
        if found["type"] == "version":
            found = (found["document"] or {}) | found["record"]
        url = request.build_absolute_uri(version["url"])
        today = request.parser_context["view"].now().date()
        return as_citation.of_record(found, version, url, today)

    def all_cited(self, told: Collection) -> Iterator[list[as_citation.CitationFields]]:
        """Yield what is to be cited of a collection, in its batches."""
        return ([self.cited(record, told.request) for record in some] for some in records(told.batches))


class BibtexRenderer(CitationRenderer):
    """A citation for BibTeX and biblatex."""

    media_type = "application/x-bibtex"
    format = "bibtex"
    extension = "bib"

    def write(self, answer: Any, request: Request | None) -> bytes:
        """Return the entry."""
        return as_citation.bibtex(self.cited(answer, request)).encode()

    def whole(self, told: Collection) -> Iterator[bytes]:
        """Yield the entries."""
        return as_citation.bibtex_of(self.all_cited(told))


class CSLRenderer(CitationRenderer):
    """A citation for Zotero, Pandoc and everything else that reads CSL-JSON."""

    media_type = "application/vnd.citationstyles.csl+json"
    format = "csl-json"
    extension = "csl.json"

    def write(self, answer: Any, request: Request | None) -> bytes:
        """Return the list of one item."""
        return as_citation.csl(self.cited(answer, request))

    def whole(self, told: Collection) -> Iterator[bytes]:
        """Yield the list of items."""
        return as_citation.csl_of(self.all_cited(told))


#: The formats in which records can be cited.
CITATION_FORMATS: Final = (BibtexRenderer, CSLRenderer)
