"""Assignments of reviewers, remarks, and who has which record open.

None of this is ever public. Records are named by noun and slug, proposals by number, people by text too, so that
remarks outlive what they refer to.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar, Final, Self

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from sanctions.models.constraints import one_of
from sanctions.models.fields import LineField, ProseField, SlugField
from sanctions.vocabulary import RemarkKind

#: Characters of a remark.
LONGEST_REMARK: Final = 5_000
#: How long a page counts as open after it last reported.
PRESENT: Final = timedelta(minutes=2)

_PAGE: Final = RegexValidator(r"\A[0-9a-f]{32}\Z", "The identifier of an opened page has 32 hexadecimal digits.")


class MatterQuerySet(models.QuerySet[Any]):
    """Rows that belong to records or to proposed changes."""

    def about(self, record_type: str, slug: str, proposal: int | None = None) -> Self:
        """Keep the rows of a record itself, or of one proposed change to it."""
        return self.filter(record_type=record_type, slug=slug, proposal=proposal)


class AboutMatter(models.Model):
    """Something that belongs to a record or to a proposed change."""

    record_type = SlugField(max_length=20, unique=False, help_text="Noun of the record, such as order.")
    slug = SlugField(unique=False, help_text="Slug of the record; changes with the slug of a draft.")
    proposal = models.PositiveBigIntegerField(
        null=True,
        blank=True,
        help_text="Number of the proposed change that it belongs to; empty for the record itself.",
    )

    class Meta:
        abstract = True


class Assignment(AboutMatter):
    """The reviewer of a record or a proposed change, and the due date: at most one assignment for each."""

    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Account of the reviewer.",
    )
    name = LineField(max_length=150, help_text="Name of the reviewer.")
    due_on = models.DateField(null=True, blank=True, help_text="Due date; empty if it has none.")
    set_by = LineField(max_length=150, help_text="Name of who assigned it.")
    set_at = models.DateTimeField(help_text="When it was assigned.")

    objects = MatterQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["record_type", "slug"],
                condition=Q(proposal__isnull=True),
                name="assignment_one_of_record",
                violation_error_message="A record has one reviewer.",
            ),
            models.UniqueConstraint(
                fields=["proposal"],
                name="assignment_one_of_proposal",
                violation_error_message="A proposed change has one reviewer.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_type} {self.slug} assigned to {self.name}"


class Remark(AboutMatter):
    """One contribution to the discussion of a record or of a proposed change.

    It is never changed and never deleted; it can be marked as resolved, once.
    """

    kind = models.CharField(
        max_length=12, choices=RemarkKind.choices, default=RemarkKind.REMARK, help_text="What kind of remark it is."
    )
    text = ProseField(max_length=LONGEST_REMARK, help_text="Text of the remark.")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Account of who wrote it.",
    )
    by = LineField(max_length=150, help_text="Name of who wrote it.")
    at = models.DateTimeField(help_text="When it was written.")
    address = LineField(max_length=100, blank=True, default="", help_text="Network address of who wrote it.")
    resolved_by = LineField(max_length=150, blank=True, default="", help_text="Name of who resolved it.")
    resolved_at = models.DateTimeField(null=True, blank=True, help_text="When it was resolved; empty while it is open.")

    objects = MatterQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            one_of("kind", RemarkKind.values, name="remark_kind_valid"),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True, resolved_by="")
                | (Q(resolved_at__isnull=False) & ~Q(resolved_by="")),
                name="remark_resolved_by_somebody",
                violation_error_message="A resolved remark needs both a name and an instant.",
            ),
        ]
        indexes = [models.Index(fields=["record_type", "slug"], name="remark_record")]

    def __str__(self) -> str:
        return f"{self.by} on {self.record_type} {self.slug}"

    @property
    def is_open(self) -> bool:
        """Whether it is not resolved."""
        return self.resolved_at is None


class PresenceQuerySet(models.QuerySet["Presence"]):
    """Opened pages, and those that still count."""

    def expired(self, at: datetime) -> Self:
        """Keep the pages that no longer count as open at an instant."""
        return self.filter(seen_at__lt=at - PRESENT)

    def present(self, at: datetime) -> Self:
        """Keep the pages that count as open at an instant."""
        return self.filter(seen_at__gte=at - PRESENT)


class Presence(models.Model):
    """A page on which a user has a record open. It expires two minutes after it last reported."""

    record_type = SlugField(max_length=20, unique=False, help_text="Noun of the record, such as order.")
    slug = SlugField(unique=False, help_text="Slug of the record.")
    page = models.CharField(
        max_length=32, unique=True, validators=[_PAGE], help_text="Random identifier of the opened page."
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Account of who has it open.",
    )
    name = LineField(max_length=150, help_text="Name of who has it open.")
    opened_at = models.DateTimeField(help_text="When it was opened.")
    seen_at = models.DateTimeField(db_index=True, help_text="When the page last reported that it is still open.")

    objects: ClassVar[models.Manager[Presence]] = PresenceQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["record_type", "slug"], name="presence_record")]

    def __str__(self) -> str:
        return f"{self.name} has {self.record_type} {self.slug} open"
