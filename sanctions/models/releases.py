"""Releases: numbered sets of everything that was public at one instant, to cite and to verify."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sanctions.models.fields import LineField, ProseField, validate_sha256


class ReleaseQuerySet(models.QuerySet["Release"]):
    """Releases, found by their numbers."""

    def get_by_natural_key(self, number: int) -> Release:
        """Find a release, for fixtures."""
        return self.get(number=number)


class Release(models.Model):
    """A numbered set of everything that was public at one instant. Never changed, never deleted.

    Its content is not stored a second time: the ledger contains it, and the checksum proves it.
    """

    number = models.PositiveIntegerField(unique=True, help_text="Number, from 1, without gaps.")
    title = LineField(max_length=200, help_text="Title of the release.")
    notes = ProseField(blank=True, default="", help_text="What is new in it.")
    released_at = models.DateTimeField(help_text="The instant whose public records it is.")
    sequence = models.PositiveBigIntegerField(help_text="Sequence of the last version in it.")
    digest = models.CharField(max_length=64, validators=[validate_sha256], help_text="Digest of that version.")
    counts = models.JSONField(help_text="How many records it has, by collection.")
    manifest_sha256 = models.CharField(
        max_length=64,
        validators=[validate_sha256],
        help_text="SHA-256 of its manifest, which has that of every document.",
    )

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=Q(number__gte=1),
                name="release_number_from_one",
                violation_error_message="Releases are numbered from 1.",
            )
        ]

    def __str__(self) -> str:
        return f"Release {self.number}: {self.title}"

    def natural_key(self) -> tuple[int]:
        """Return the number, by which fixtures name the release."""
        return (self.number,)
