"""Sources, and the citations that link records to them."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models

from sanctions.models.base import Part, Record
from sanctions.models.constraints import dated, exactly_one, one_of, ordinal
from sanctions.models.fields import BoundField, EDTFField, LineField, LinkField, ProseField, validate_sha256
from sanctions.vocabulary import Credibility, Reliability, SourceKind


class Source(Record):
    """A document that records cite: a legal text, a report, an article, a data set."""

    kind = models.CharField(max_length=30, choices=SourceKind.choices, help_text="What kind of document it is.")
    title = LineField(max_length=500, help_text="Title on the document.")
    publisher = LineField(max_length=300, blank=True, default="", help_text="Who published it.")
    published_on = EDTFField(
        blank=True,
        default="",
        earliest="published_earliest",
        latest="published_latest",
        help_text="When it was published (EDTF).",
    )
    published_earliest = BoundField(help_text="First day that the date of publication may mean.")
    published_latest = BoundField(help_text="Last day that the date of publication may mean.")
    language = LineField(max_length=35, blank=True, default="", help_text="Language (BCP 47), such as fa.")
    url = LinkField(max_length=2000, blank=True, default="", help_text="Address of the document.")
    archived_url = LinkField(max_length=2000, blank=True, default="", help_text="Address of an archived copy.")
    content_hash = models.CharField(
        max_length=64,
        blank=True,
        default="",
        validators=[validate_sha256],
        help_text="SHA-256 of the document as it was read.",
    )
    reliability = models.CharField(
        max_length=1,
        choices=Reliability.choices,
        blank=True,
        default="",
        help_text="Reliability of the source (NATO Admiralty Code, A to F); empty if not coded.",
    )

    class Meta(Record.Meta):
        ordering = ["slug"]
        constraints = [
            *Record.Meta.constraints,
            one_of("kind", SourceKind.values, name="source_kind_valid"),
            one_of("reliability", ["", *Reliability.values], name="source_reliability_valid"),
            dated("published_on", earliest="published_earliest", latest="published_latest", name="source_published_on"),
        ]
        indexes = [models.Index(fields=["published_latest", "slug"], name="source_published")]

    def __str__(self) -> str:
        return self.title


#: The kinds of record that cite sources: all but sources themselves.
_CITED: Final = ("actor", "program", "order", "agreement", "violation", "designation", "event")


class Citation(Part):
    """Links a record, or one field of it, to a source that supports it."""

    parents: ClassVar[tuple[str, ...]] = _CITED

    actor = models.ForeignKey(
        "Actor",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="citations",
        help_text="The actor that it supports, if it is one.",
    )
    program = models.ForeignKey(
        "Program",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="citations",
        help_text="The program that it supports, if it is one.",
    )
    order = models.ForeignKey(
        "Order",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="citations",
        help_text="The order that it supports, if it is one.",
    )
    agreement = models.ForeignKey(
        "Agreement",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="citations",
        help_text="The agreement that it supports, if it is one.",
    )
    violation = models.ForeignKey(
        "Violation",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="citations",
        help_text="The violation that it supports, if it is one.",
    )
    designation = models.ForeignKey(
        "Designation",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="citations",
        help_text="The designation that it supports, if it is one.",
    )
    event = models.ForeignKey(
        "Event",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="citations",
        help_text="The event that it supports, if it is one.",
    )
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="citations", help_text="The document that supports it."
    )
    field = LineField(
        max_length=120,
        blank=True,
        default="",
        help_text="Path of the one field that the source supports, such as effects[0].effective_on; empty for the "
        "whole record.",
    )
    pinpoint = LineField(max_length=200, blank=True, default="", help_text="Page, paragraph or section.")
    asserted_by = models.ForeignKey(
        "Actor",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="asserted_citations",
        help_text="Who asserts it in the source, if not the publisher.",
    )
    credibility = models.CharField(
        max_length=1,
        choices=Credibility.choices,
        blank=True,
        default="",
        help_text="Credibility of the information (NATO Admiralty Code, 1 to 6); empty if not coded.",
    )
    quote = LineField(max_length=200, blank=True, default="", help_text="A few words, quoted literally.")
    note = ProseField(blank=True, default="", help_text="Remark on the source.")

    class Meta:
        ordering = ["ordinal", "pk"]
        constraints = [
            exactly_one(*_CITED, name="citation_one_record"),
            one_of("credibility", ["", *Credibility.values], name="citation_credibility_valid"),
            *ordinal(*_CITED, name="citation_ordinal"),
        ]

    def __str__(self) -> str:
        return f"{self.source}{', ' + self.pinpoint if self.pinpoint else ''}"
