"""Parts that records of several nouns have: names, identifiers, citations."""

from __future__ import annotations

from sanctions.admin.base import PartCards, PartTable
from sanctions.models import Citation, Identifier


class NameInline(PartTable):
    """Other names; each noun has a model of its own for them."""

    verbose_name = "name"
    verbose_name_plural = "names"
    fields = ("kind", "text", "language", "script")


class IdentifierInline(PartTable):
    """Identifiers that others have issued."""

    model = Identifier
    fields = ("scheme", "value", "note")


class CitationInline(PartCards):
    """The sources of a record."""

    model = Citation
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("source", "pinpoint"),
                    ("field", "asserted_by"),
                    ("credibility", "quote"),
                    "note",
                )
            },
        ),
    )
