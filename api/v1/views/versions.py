"""The versions of records: each has an address that never changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rest_framework.exceptions import NotFound

from api.http.renderers import JSONRenderer, PageRenderer
from api.v1.citing import CITATION_FORMATS
from api.v1.filters.base import Parameters
from api.v1.missing_records import redirect_of, retraction_of
from api.v1.schemas.description import Operation
from api.v1.schemas.records import ref
from api.v1.views.questions import QuestionView
from sanctions.questions import versions
from sanctions.records.base import RecordType
from sanctions.records.registry import RECORD_TYPES


class VersionListView(QuestionView):
    """Every version of a record that was ever public, newest first: from when until when it was, and why.

    Those of a retracted record stay here, with the reason why it was retracted; so do those of a record that was merged
    into another, which `replaced_by` names.
    """

    name = "versions"
    operation = Operation(
        "versions", "versions", "Its versions", ref("VersionList"), ("slug",), gone=False, merges=False
    )
    #: The noun. Each has an address of its own, and an operation of its own.
    record_type: RecordType = RECORD_TYPES[0]

    @classmethod
    def of(cls, record_type: RecordType) -> Any:
        """Return the view for the records of a type."""
        named = replace(cls.operation, name=f"{record_type.plural}_{cls.operation.name}", tag=record_type.plural)
        return cls.as_view(record_type=record_type, operation=named)

    def get_view_name(self) -> str:
        """Return what stands above the page: the record's slug, and what is shown of it."""
        return f"{self.kwargs.get('slug', '')}: {self.name}"

    def answer(self, query: Parameters, **path: Any) -> Any:
        """Return the versions."""
        found = versions.versions(self.record_type, path["slug"], query.instant)
        if found is None:
            raise NotFound(f"No {self.record_type.name} with the slug {path['slug']!r} was ever published.")
        return found


class VersionView(VersionListView):
    """One version of a record, at an address that never changes: its document and what it changed.

    The document refers to others by their slugs; its canonical JSON (RFC 8785) is what the ledger keeps. A
    retraction has none, and no version has one while the record is retracted: then the answer is 410, with the reason.
    """

    name = "version"
    operation = Operation(
        "version", "versions", "One of its versions", ref("Version"), ("slug", "number"), merges=False
    )
    renderer_classes = [JSONRenderer, PageRenderer, *CITATION_FORMATS]

    def answer(self, query: Parameters, **path: Any) -> Any:
        """Return the version."""
        slug, number, instant = path["slug"], path["number"], query.instant
        retracted = retraction_of(self.record_type.model, slug)
        if retracted and not redirect_of(self.record_type.model, slug):
            raise retracted
        found = versions.version(self.record_type, slug, number, instant)
        if found is None:
            raise NotFound(f"There is no version {number} of the {self.record_type.name} {slug!r}.")
        return found
