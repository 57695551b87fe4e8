"""The ledger: every version of every record that was ever public, in one chain."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Self

from django.db import models
from django.db.models import F, Q

from sanctions.models.constraints import one_of
from sanctions.models.fields import LineField, ProseField, SlugField, validate_sha256, validate_text
from sanctions.vocabulary import NOTICES, VersionKind

#: Characters of the names of the authors of a version, commas included.
LONGEST_AUTHORS: Final = 1_000


class VersionQuerySet(models.QuerySet["Version"]):
    """Versions, and those that were public at an instant."""

    def current(self) -> Self:
        """Keep the version of each record that is public now."""
        return self.filter(recorded_to__isnull=True).exclude(kind=VersionKind.RETRACTION)

    def known_at(self, instant: datetime) -> Self:
        """Keep the version of each record that was public at the instant."""
        return self.latest_at(instant).exclude(kind=VersionKind.RETRACTION)

    def latest_at(self, instant: datetime) -> Self:
        """Keep the last version of each record at the instant, retractions among them."""
        return self.filter(Q(recorded_to__isnull=True) | Q(recorded_to__gt=instant), recorded_from__lte=instant)

    def recorded_by(self, instant: datetime | None) -> Self:
        """Keep those that were recorded at the instant; ``None`` means now and keeps all."""
        return self if instant is None else self.filter(recorded_from__lte=instant)

    def notices(self) -> Self:
        """Keep those that the public is notified of."""
        return self.filter(kind__in=NOTICES)

    def get_by_natural_key(self, sequence: int) -> Version:
        """Find a version by its place in the chain, for fixtures."""
        return self.get(sequence=sequence)


class Version(models.Model):
    """One record as it became public at one instant. Never deleted, and never changed except for its end.

    People are named by text, so that the ledger outlives their accounts.
    """

    sequence = models.PositiveBigIntegerField(
        unique=True,
        help_text="Place in the one chain of all versions, from 1, without gaps. A version with a higher sequence "
        "was never committed before one with a lower.",
    )
    record_type = SlugField(max_length=20, unique=False, help_text="Noun of the record, such as order.")
    slug = SlugField(unique=False, help_text="Slug of the record.")
    number = models.PositiveIntegerField(help_text="Number among the versions of the record, from 1.")
    kind = models.CharField(max_length=12, choices=VersionKind.choices, help_text="Why it was published.")
    document = models.TextField(
        validators=[validate_text], help_text="The record's document in canonical JSON (RFC 8785)."
    )
    author = LineField(
        max_length=LONGEST_AUTHORS,
        blank=True,
        default="",
        help_text="Names of all who wrote it, separated by commas; the first proposed it.",
    )
    approver = LineField(max_length=150, blank=True, default="", help_text="Name of who approved it.")
    reason = ProseField(blank=True, default="", help_text="Why, in words.")
    recorded_from = models.DateTimeField(help_text="When it became public.")
    recorded_to = models.DateTimeField(
        null=True, blank=True, help_text="When the next version of the record became public."
    )
    misdated_from = models.DateTimeField(
        null=True,
        blank=True,
        help_text="The wrong instant that was recorded first, which the digest covers; empty if the instant was not "
        "corrected.",
    )
    previous = models.CharField(
        max_length=64, validators=[validate_sha256], help_text="Digest of the version before it."
    )
    digest = models.CharField(
        max_length=64,
        validators=[validate_sha256],
        help_text="SHA-256 of the canonical JSON of everything above except recorded_to, with the instant that was "
        "recorded first.",
    )

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["sequence"]
        default_permissions = ("view",)
        constraints = [
            one_of("kind", VersionKind.values, name="version_kind_valid"),
            models.UniqueConstraint(
                fields=["record_type", "slug", "number"],
                name="version_number_once",
                violation_error_message="The record has a version of this number already.",
            ),
            models.UniqueConstraint(
                fields=["record_type", "slug"],
                condition=Q(recorded_to__isnull=True),
                name="version_one_current",
                violation_error_message="A record has one current version.",
            ),
            models.CheckConstraint(
                condition=Q(recorded_to__isnull=True) | Q(recorded_to__gte=F("recorded_from")),
                name="version_ends_after_beginning",
                violation_error_message="A version cannot end before it begins.",
            ),
        ]
        indexes = [
            models.Index(fields=["recorded_from", "recorded_to"], name="version_recorded"),
            models.Index(fields=["kind", "sequence"], name="version_kind"),
            models.Index(fields=["author"], name="version_author"),
        ]

    def __str__(self) -> str:
        return f"{self.record_type} {self.slug} version {self.number}"

    def natural_key(self) -> tuple[int]:
        """Return the place in the chain, by which fixtures name the version."""
        return (self.sequence,)

    def sealed(self) -> dict[str, Any]:
        """Return what the digest covers."""
        return {
            "sequence": self.sequence,
            "record_type": self.record_type,
            "slug": self.slug,
            "number": self.number,
            "kind": str(self.kind),
            "document": self.document,
            "author": self.author,
            "approver": self.approver,
            "reason": self.reason,
            "recorded_from": (self.misdated_from or self.recorded_from).isoformat(),
            "previous": self.previous,
        }


class LedgerHead(models.Model):
    """The end of the chain: one row, which every transaction that appends has to lock.

    A transaction holds the lock until it ends. So sequences are in the order of commits, and a reader who has seen N
    never finds a new version below N later.
    """

    sequence = models.PositiveBigIntegerField(default=0, help_text="Sequence of the last version.")
    digest = models.CharField(max_length=64, validators=[validate_sha256], help_text="Digest of the last version.")
    recorded_at = models.DateTimeField(null=True, blank=True, help_text="When something was last written.")

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(pk=1), name="ledgerhead_single", violation_error_message="The chain has one end."
            )
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.digest}"
