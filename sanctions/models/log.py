"""The editorial log: who did what to which record, when, why and from where."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import Q

from sanctions.models.constraints import one_of
from sanctions.models.fields import LineField, ProseField, SlugField
from sanctions.vocabulary import Move

#: Characters of a reason.
LONGEST_REASON: Final = 2_000


class LogEntryQuerySet(models.QuerySet["LogEntry"]):
    """Entries, found by their numbers."""

    def get_by_natural_key(self, number: int) -> LogEntry:
        """Find an entry, for fixtures."""
        return self.get(number=number)


class LogEntry(models.Model):
    """One move of one record. Never changed, never deleted.

    People and records are named by text, so that entries outlive accounts and records.
    """

    number = models.PositiveBigIntegerField(unique=True, help_text="Place in the log, from 1, in the order of commits.")
    record_type = SlugField(max_length=20, unique=False, help_text="Noun of the record, such as order.")
    slug = SlugField(unique=False, db_index=True, help_text="Slug of the record at that time.")
    move = models.CharField(max_length=12, choices=Move.choices, help_text="What was done.")
    by = LineField(max_length=150, help_text="Name of who did it.")
    at = models.DateTimeField(db_index=True, help_text="When.")
    reason = ProseField(max_length=LONGEST_REASON, blank=True, default="", help_text="Why, in words.")
    proposal = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="Number of the proposal that it concerns."
    )
    batch = models.PositiveBigIntegerField(
        null=True,
        blank=True,
        db_index=True,
        help_text="Number of the first entry of the bulk operation that made it.",
    )
    address = LineField(
        max_length=100, blank=True, default="", help_text="Network address of who did it; empty for commands."
    )

    objects = LogEntryQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        default_permissions = ("view",)
        verbose_name = "entry of the log"
        verbose_name_plural = "log"
        constraints = [
            one_of("move", Move.values, name="logentry_move_valid"),
            models.CheckConstraint(
                condition=Q(number__gte=1),
                name="logentry_number_from_one",
                violation_error_message="Entries are numbered from 1.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by} {self.move} {self.record_type} {self.slug}"

    def natural_key(self) -> tuple[int]:
        """Return the number, by which fixtures name the entry."""
        return (self.number,)
