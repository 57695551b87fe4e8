"""Imports: each snapshot of a source, the last entry of the source for each record, and what each import replaced."""

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

#: The nouns of the records that sources contain.
IMPORTED: Final = ("source", "actor", "program", "order", "designation", "event")


class ImportQuerySet(models.QuerySet["Import"]):
    """Imports, the latest snapshot last."""

    def not_undone(self) -> Self:
        """Keep those that are not undone."""
        return self.filter(undone_at__isnull=True)

    def last_of(self, source: str) -> Import | None:
        """Return the import of the latest snapshot of a source, of those that are not undone."""
        return self.not_undone().filter(source=source).order_by("as_of", "number").last()

    def earlier_than(self, source: str, day: date) -> Iterator[tuple[date, list[str]]]:
        """Yield the days of a source's snapshots before a day, latest first, with the ids of their unread entries."""
        rows = self.not_undone().filter(source=source, as_of__lt=day).order_by("-as_of", "-number")
        for as_of, unread in rows.values_list("as_of", "report__unread_ids").iterator(chunk_size=1):
            if as_of is not None:
                yield as_of, unread or []

    def get_by_natural_key(self, number: int) -> Import:
        """Find an import, for fixtures."""
        return self.get(number=number)


class Import(models.Model):
    """The import of one snapshot of a source, and its results."""

    number = models.PositiveIntegerField(unique=True, help_text="Number among all imports, from 1.")
    source = SlugField(max_length=40, unique=False, help_text="Name of the source, such as ofac-sdn.")
    as_of = models.DateField(null=True, blank=True, help_text="Day of the snapshot; empty if it has none.")
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
        default=dict, blank=True, help_text="What was read and what was written."
    )
    is_undoable = models.BooleanField(
        default=False, help_text="Whether it stored what it replaced, so that it can be undone as a whole."
    )
    undo_account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Account of who requested its undo; empty if one person was enough.",
    )
    undo_by = LineField(max_length=150, blank=True, default="", help_text="Name of who requested its undo.")
    undo_asked_at = models.DateTimeField(null=True, blank=True, help_text="When its undo was requested.")
    undo_reason = ProseField(
        max_length=LONGEST_REASON,
        blank=True,
        default="",
        help_text="Why it is undone; public together with the corrections.",
    )
    undone_account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Account of who undid it; never who requested it.",
    )
    undone_by = LineField(max_length=150, blank=True, default="", help_text="Name of who undid it.")
    undone_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was undone, as recorded in the ledger; empty while it counts."
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
                violation_error_message="An undo must be confirmed by another user than the one who requested it.",
            ),
            models.CheckConstraint(
                condition=(Q(undone_at__isnull=True) & Q(undone_by=""))
                | (Q(undone_at__isnull=False) & ~Q(undone_by="") & ~Q(undo_reason="")),
                name="import_undone_by_somebody",
                violation_error_message="An undo needs an instant, a name and a reason.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.as_of or self.made_at:%Y-%m-%d}"

    def natural_key(self) -> tuple[int]:
        """Return the number, by which fixtures name the import."""
        return (self.number,)

    @property
    def is_public(self) -> bool:
        """Whether its records were published at once."""
        return bool(self.report.get("is_public"))

    @property
    def is_undone(self) -> bool:
        """Whether it was undone and no longer counts."""
        return self.undone_at is not None

    @property
    def is_undo_asked(self) -> bool:
        """Whether its undo was requested and waits for a second person."""
        return self.undo_asked_at is not None and not self.is_undone


class ImportedQuerySet(models.QuerySet["Imported"]):
    """The last entries of sources."""

    def get_by_natural_key(self, source: str, key: str) -> Imported:
        """Find a row, for fixtures."""
        return self.get(source=source, key=key)


class Imported(models.Model):
    """The last entry of a source for one record, and whether the record was changed since.

    The next snapshot of the source is compared with this: only changes by the source itself are applied, so that
    changes by curators stay.
    """

    source = SlugField(max_length=40, unique=False, help_text="Name of the source, such as ofac-sdn.")
    key = LineField(max_length=200, help_text="Key of the record in the source.")
    record_type = LineField(max_length=20, help_text="Noun of the record.")
    slug = SlugField(unique=False, help_text="Slug of the record.")
    digest = LineField(max_length=32, help_text="Digest of the entry, to recognise an unchanged one quickly.")
    document = models.TextField(
        validators=[validate_text], help_text="The document that results from the source alone (JSON)."
    )
    written = LineField(
        max_length=32,
        blank=True,
        default="",
        help_text="Digest of the document that an import last wrote; empty if none has.",
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
    """Changes by imports."""

    def get_by_natural_key(self, number: int, source: str, key: str) -> ImportChange:
        """Find a row, for fixtures."""
        return self.get(made_by__number=number, source=source, key=key)


class ImportChange(models.Model):
    """What one import replaced: the previous record, and the previous entry of the source.

    Written once, with the import, so that the import can be undone exactly. A row of another source exists if the
    import changed a record that the other source contains too.
    """

    made_by = models.ForeignKey(
        Import, on_delete=models.CASCADE, related_name="changes", help_text="The import that changed it."
    )
    source = SlugField(max_length=40, unique=False, help_text="Name of the source, such as ofac-sdn.")
    key = LineField(max_length=200, help_text="Key of the record in the source.")
    record_type = LineField(max_length=20, help_text="Noun of the record.")
    slug = SlugField(unique=False, help_text="Slug of the record.")
    wrote = LineField(
        max_length=32,
        blank=True,
        default="",
        help_text="Digest of the document that the import wrote; empty if it did not write the record.",
    )
    state_before = models.CharField(
        max_length=12,
        choices=State.choices,
        blank=True,
        default="",
        help_text="Previous state of the record; empty if the import created it or did not write it.",
    )
    record_before = models.TextField(
        blank=True, default="", validators=[validate_text], help_text="Previous document of the record (JSON)."
    )
    author_before = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Previous author of the record.",
    )
    authors_before = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="+",
        help_text="All previous authors of the record, if it was not public.",
    )
    was_known = models.BooleanField(default=False, help_text="Whether the source had an entry for it before.")
    slug_before = SlugField(unique=False, blank=True, default="", help_text="Previous slug of the source's entry.")
    digest_before = LineField(max_length=32, blank=True, default="", help_text="Previous digest of the source's entry.")
    document_before = models.TextField(
        blank=True, default="", validators=[validate_text], help_text="Previous document of the source's entry (JSON)."
    )
    written_before = LineField(
        max_length=32, blank=True, default="", help_text="Previous digest of the document that an import last wrote."
    )
    proposal = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="Number of the proposal that the import made instead of writing the record."
    )
    proposal_wrote = LineField(
        max_length=32, blank=True, default="", help_text="Digest of what the import wrote into the proposal."
    )
    proposal_before: models.JSONField[Any, Any] = models.JSONField(
        default=dict, blank=True, help_text="Previous content of the proposal, if it was open already."
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
