"""What was imported: each snapshot of a source, and what the source last said of each record."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, ClassVar, Final, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from sanctions.models.constraints import one_of
from sanctions.models.fields import LineField, ProseField, SlugField, validate_text
from sanctions.models.log import LONGEST_REASON
from sanctions.vocabulary import State

#: The nouns of the records that sources bring.
IMPORTED: Final = ("source", "actor", "program", "order", "designation", "event")


class ImportQuerySet(models.QuerySet["Import"]):
    """Imports, the latest snapshot last."""

    def standing(self) -> Self:
        """Keep those that are not undone."""
        return self.filter(undone_at__isnull=True)

    def last_of(self, source: str) -> Import | None:
        """Return the import of the latest snapshot of a source, of those that are not undone."""
        return self.standing().filter(source=source).order_by("as_of", "number").last()

    def earlier_than(self, source: str, day: date) -> Iterator[tuple[date, list[str]]]:
        """Yield the days of a source's snapshots before a day, the latest first, and which entries were unread then."""
        rows = self.standing().filter(source=source, as_of__lt=day).order_by("-as_of", "-number")
        for as_of, unread in rows.values_list("as_of", "report__unread_ids").iterator(chunk_size=1):
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
    is_undoable = models.BooleanField(
        default=False, help_text="Whether it kept what it replaced, so that it can be undone as a whole."
    )
    undo_account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Account of who asked for its undo; empty if one person was enough.",
    )
    undo_by = LineField(max_length=150, blank=True, default="", help_text="Name of who asked for its undo.")
    undo_asked_at = models.DateTimeField(null=True, blank=True, help_text="When its undo was asked for.")
    undo_reason = ProseField(
        max_length=LONGEST_REASON, blank=True, default="", help_text="Why it is undone; public with what is corrected."
    )
    undone_account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Account of who undid it; never who asked for it.",
    )
    undone_by = LineField(max_length=150, blank=True, default="", help_text="Name of who undid it.")
    undone_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was undone, as the ledger has it; empty while it stands."
    )
    undo_report: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True, help_text="What its undo did.")

    objects: ClassVar[models.Manager[Import]] = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        default_permissions = ("view",)
        indexes = [models.Index(fields=["source", "as_of"], name="import_source")]
        constraints = [
            models.CheckConstraint(
                condition=Q(undo_account__isnull=True)
                | Q(undone_account__isnull=True)
                | ~Q(undo_account=F("undone_account")),
                name="import_undo_four_eyes",
                violation_error_message="Nobody confirms an undo that they have asked for.",
            ),
            models.CheckConstraint(
                condition=(Q(undone_at__isnull=True) & Q(undone_by=""))
                | (Q(undone_at__isnull=False) & ~Q(undone_by="") & ~Q(undo_reason="")),
                name="import_undone_by_somebody",
                violation_error_message="An undo has an instant, a name and a reason, or none of them.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.as_of or self.made_at:%Y-%m-%d}"

    def natural_key(self) -> tuple[int]:
        """Return the number, by which fixtures name the import."""
        return (self.number,)

    @property
    def is_public(self) -> bool:
        """Whether what it wrote was public at once."""
        return bool(self.report.get("is_public"))

    @property
    def is_undone(self) -> bool:
        """Whether it was undone, and no longer counts."""
        return self.undone_at is not None

    @property
    def is_undo_asked(self) -> bool:
        """Whether somebody has asked for its undo, which waits for a second person."""
        return self.undo_asked_at is not None and not self.is_undone


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


class ImportChangeQuerySet(models.QuerySet["ImportChange"]):
    """What imports have changed."""

    def get_by_natural_key(self, number: int, source: str, key: str) -> ImportChange:
        """Find a row, for fixtures."""
        return self.get(made_by__number=number, source=source, key=key)


class ImportChange(models.Model):
    """What one import replaced: the record as it was, and what the source had said of it before.

    Written once, with the import, so that the import can be undone exactly. A row of another source than the
    import's is there because the import wrote over a record of which that source had spoken, too.
    """

    made_by = models.ForeignKey(
        Import, on_delete=models.CASCADE, related_name="changes", help_text="The import that changed it."
    )
    source = SlugField(max_length=40, unique=False, help_text="Which source, such as ofac-sdn.")
    key = LineField(max_length=200, help_text="By what the source itself knows the record.")
    record_type = LineField(max_length=20, help_text="Noun of the record.")
    slug = SlugField(unique=False, help_text="Slug of the record.")
    wrote = LineField(
        max_length=32,
        blank=True,
        default="",
        help_text="Stands for the document that the import wrote; empty if it did not write the record.",
    )
    state_before = models.CharField(
        max_length=12,
        choices=State.choices,
        blank=True,
        default="",
        help_text="State of the record before; empty if the import created it, or did not write it.",
    )
    record_before = models.TextField(
        blank=True, default="", validators=[validate_text], help_text="Document of the record before (JSON)."
    )
    author_before = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Who had written what the record said before.",
    )
    authors_before = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="+",
        help_text="Everybody who had written what the record said before, if that was not public.",
    )
    was_known = models.BooleanField(default=False, help_text="Whether the source had spoken of it before.")
    slug_before = SlugField(unique=False, blank=True, default="", help_text="Slug that the source's row had before.")
    digest_before = LineField(max_length=32, blank=True, default="", help_text="The digest of that row before.")
    document_before = models.TextField(
        blank=True, default="", validators=[validate_text], help_text="What the source had said before (JSON)."
    )
    written_before = LineField(
        max_length=32, blank=True, default="", help_text="What stood for the document as an import had last written it."
    )
    proposal = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="Number of the proposal that the import made instead of writing the record."
    )
    proposal_wrote = LineField(
        max_length=32, blank=True, default="", help_text="Stands for what the import wrote into the proposal."
    )
    proposal_before: models.JSONField[Any, Any] = models.JSONField(
        default=dict, blank=True, help_text="What the proposal said before, if it was open already."
    )

    objects: ClassVar[models.Manager[ImportChange]] = ImportChangeQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["made_by", "source", "key"],
                name="importchange_once",
                violation_error_message="The import has changed this key already.",
            ),
            one_of("record_type", IMPORTED, name="importchange_record_type_valid"),
            one_of("state_before", ["", *State.values], name="importchange_state_before_valid"),
        ]
        indexes = [models.Index(fields=["record_type", "slug"], name="importchange_record")]

    def __str__(self) -> str:
        return f"{self.source} {self.key}"

    def natural_key(self) -> tuple[int, str, str]:
        """Return the number of the import, source and key, by which fixtures name the row."""
        return (self.made_by.number, self.source, self.key)
