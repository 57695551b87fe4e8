"""The versions of records, each at a permanent address."""

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
    """All public versions of a record, newest first: when each was public, and why it was published.

    The versions of a retracted record stay listed, with the reason of the retraction. So do those of a record that was
    merged into another; `replaced_by` is the other record.
    """

    name = "versions"
    operation = Operation(
        "versions",
        "versions",
        "Its versions",
        ref("VersionList"),
        ("slug",),
        hides_retracted=False,
        redirects_merged=False,
    )
    #: The type of the records. Each type has its own address and its own operation.
    record_type: RecordType = RECORD_TYPES[0]

    @classmethod
    def for_type(cls, record_type: RecordType) -> Any:
        """Return the view for the records of a type."""
        named = replace(cls.operation, name=f"{record_type.plural}_{cls.operation.name}", tag=record_type.plural)
        return cls.as_view(record_type=record_type, operation=named)

    def get_view_name(self) -> str:
        """Return the title of the page: the slug of the record, and what the page shows."""
        return f"{self.kwargs.get('slug', '')}: {self.name}"

    def answer(self, query: Parameters, **path: Any) -> Any:
        listed = versions.versions(self.record_type, path["slug"], query.instant)
        if listed is None:
            raise NotFound(f"No {self.record_type.name} with the slug {path['slug']!r} was ever published.")
        return listed


class VersionView(VersionListView):
    """One version of a record, at a permanent address: its document and what it changed.

    The document refers to other records by their slugs; the ledger has its canonical JSON (RFC 8785). A retraction has
    no document. While the record is retracted, all its versions answer 410, with the reason.
    """

    name = "version"
    operation = Operation(
        "version", "versions", "One of its versions", ref("Version"), ("slug", "number"), redirects_merged=False
    )
    renderer_classes = [JSONRenderer, PageRenderer, *CITATION_FORMATS]

    def answer(self, query: Parameters, **path: Any) -> Any:
        slug, number, instant = path["slug"], path["number"], query.instant
        retracted = retraction_of(self.record_type.model, slug)
        if retracted and not redirect_of(self.record_type.model, slug):
            raise retracted
        version = versions.version(self.record_type, slug, number, instant)
        if version is None:
            raise NotFound(f"The {self.record_type.name} {slug!r} has no version {number}.")
        return version
