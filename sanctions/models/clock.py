"""Corrections of instants that were recorded under a wrong clock."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q

from sanctions.models.fields import LineField, ProseField, validate_sha256
from sanctions.models.log import LONGEST_REASON


class ClockCorrectionQuerySet(models.QuerySet["ClockCorrection"]):
    """Corrections, found by their numbers."""

    def get_by_natural_key(self, number: int) -> ClockCorrection:
        """Find a correction, for fixtures."""
        return self.get(number=number)


class ClockCorrection(models.Model):
    """A correction of all instants that were recorded while the clock was ahead: they are moved back by the same span.

    It is a link in the ledger's chain: it follows the last version that was written before it, and the next version
    follows it. Never changed, never deleted.
    """

    number = models.PositiveIntegerField(unique=True, help_text="Number among all corrections, from 1.")
    after_sequence = models.PositiveBigIntegerField(help_text="Sequence of the version that it follows in the chain.")
    from_sequence = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="Sequence of the first version whose instant was wrong; empty if none was."
    )
    log_number = models.PositiveBigIntegerField(help_text="Number of the last log entry before it.")
    wrong_from = models.DateTimeField(help_text="The first instant that was wrong.")
    wrong_to = models.DateTimeField(help_text="The last instant that was wrong.")
    instant = models.DateTimeField(help_text="The corrected first instant; the others are moved by the same span.")
    made_at = models.DateTimeField(help_text="When it was made; no instant is moved to after this.")
    reason = ProseField(max_length=LONGEST_REASON, help_text="Why, in words.")
    by = LineField(max_length=150, help_text="Name of who made it.")
    approved_by = LineField(max_length=150, help_text="Name of who approved it; never who made it.")
    previous = models.CharField(max_length=64, validators=[validate_sha256], help_text="Digest of what it follows.")
    digest = models.CharField(
        max_length=64,
        validators=[validate_sha256],
        help_text="SHA-256 of the canonical JSON of everything above.",
    )
    applied = models.BooleanField(
        default=False, help_text="Whether the instants have been moved, which is possible once."
    )

    objects = ClockCorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        default_permissions = ()
        verbose_name = "correction of the clock"
        verbose_name_plural = "corrections of the clock"
        constraints = [
            models.CheckConstraint(
                condition=~Q(by=F("approved_by")),
                name="clockcorrection_four_eyes",
                violation_error_message="A correction needs a second person to approve it.",
            ),
            models.CheckConstraint(
                condition=Q(instant__lt=F("wrong_from")) & Q(wrong_from__lte=F("wrong_to")),
                name="clockcorrection_backwards",
                violation_error_message="The corrected instant must be before the first wrong one.",
            ),
        ]

    def __str__(self) -> str:
        return f"correction {self.number} of the clock"

    def natural_key(self) -> tuple[int]:
        """Return the number, by which fixtures name the correction."""
        return (self.number,)

    def corrected(self, instant: datetime) -> datetime:
        """Return the corrected value of an instant that was recorded before this correction."""
        if instant < self.wrong_from:
            return instant
        return min(instant - (self.wrong_from - self.instant), self.made_at)

    def sealed(self) -> dict[str, Any]:
        """Return what the digest covers."""
        return {
            "correction": self.number,
            "after_sequence": self.after_sequence,
            "from_sequence": self.from_sequence,
            "log_number": self.log_number,
            "wrong_from": self.wrong_from.isoformat(),
            "wrong_to": self.wrong_to.isoformat(),
            "instant": self.instant.isoformat(),
            "made_at": self.made_at.isoformat(),
            "reason": self.reason,
            "by": self.by,
            "approved_by": self.approved_by,
            "previous": self.previous,
        }
