"""What was imported: each snapshot of a source, and what the source last said of each record."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, ClassVar, Final

from django.conf import settings
from django.db import models

from sanctions.models.constraints import one_of
from sanctions.models.fields import LineField, SlugField, validate_text

#: The nouns of the records that sources bring.
IMPORTED: Final = ("source", "actor", "program", "order", "designation", "event")


class ImportQuerySet(models.QuerySet["Import"]):
    """Imports, the latest snapshot last."""

    def last_of(self, source: str) -> Import | None:
        """Return the import of the latest snapshot of a source."""
        return self.filter(source=source).order_by("as_of", "number").last()

    def earlier_than(self, source: str, day: date) -> Iterator[tuple[date, list[str]]]:
        """Yield the days of a source's snapshots before a day, the latest first, and which entries were unread then."""
        rows = self.filter(source=source, as_of__lt=day).order_by("-as_of", "-number")
        for as_of, unread in rows.values_list("as_of", "report__unread").iterator(chunk_size=1):
            if as_of is not None:
                yield as_of, unread or []

    def get_by_natural_key(self, number: int) -> Import:
        """Find an import, for fixtures."""
        return self.get(number=number)


class Import(models.Model):
    """One snapshot of a source, as its files had it on a day, and what became of it."""

    number = models.PositiveIntegerField(unique=True, help_text="Which import it was, counted from 1.")
    source = SlugField(max_length=40, unique=False, help_text="Which source, such as ofac-sdn.")
    as_of = models.DateField(null=True, blank=True, help_text="The day of the snapshot; empty if it is none.")
    made_at = models.DateTimeField(help_text="When it was imported.")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Account of who imported it.",
    )
    by = LineField(max_length=150, help_text="Name of who imported it.")
    report: models.JSONField[Any, Any] = models.JSONField(
        default=dict, blank=True, help_text="What was read and what became of it."
    )

    objects: ClassVar[models.Manager[Import]] = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        default_permissions = ("view",)
        indexes = [models.Index(fields=["source", "as_of"], name="import_source")]

    def __str__(self) -> str:
        return f"{self.source} {self.as_of or self.made_at:%Y-%m-%d}"

    def natural_key(self) -> tuple[int]:
        """Return the number, by which fixtures name the import."""
        return (self.number,)


class ImportedQuerySet(models.QuerySet["Imported"]):
    """What sources said of records."""

    def get_by_natural_key(self, source: str, key: str) -> Imported:
        """Find a row, for fixtures."""
        return self.get(source=source, key=key)


class Imported(models.Model):
    """What a source last said of one record, and whether anybody has changed the record since.

    What a source says next is compared with this: only what the source itself has changed is brought over, so that
    what curators have changed stays.
    """

    source = SlugField(max_length=40, unique=False, help_text="Which source, such as ofac-sdn.")
    key = LineField(max_length=200, help_text="By what the source itself knows the record.")
    record_type = LineField(max_length=20, help_text="Noun of the record.")
    slug = SlugField(unique=False, help_text="Slug of the record.")
    digest = LineField(
        max_length=32, help_text="Stands for what the source said, so that what it says again is known at once."
    )
    document = models.TextField(
        validators=[validate_text], help_text="The document that the source alone would give (JSON)."
    )
    written = LineField(
        max_length=32,
        blank=True,
        default="",
        help_text="Stands for the document of the record as an import last wrote it; empty if none has.",
    )

    objects: ClassVar[models.Manager[Imported]] = ImportedQuerySet.as_manager()

    class Meta:
        ordering = ["source", "key"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["source", "key"],
                name="imported_once",
                violation_error_message="The source has this key already.",
            ),
            one_of("record_type", IMPORTED, name="imported_record_type_valid"),
        ]
        indexes = [models.Index(fields=["record_type", "slug"], name="imported_record")]

    def __str__(self) -> str:
        return f"{self.source} {self.key}"

    def natural_key(self) -> tuple[str, str]:
        """Return source and key, by which fixtures name the row."""
        return (self.source, self.key)
