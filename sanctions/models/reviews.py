"""What reviewers and authors need while they work: who reviews what until when, what was said, who has what open.

Nothing of it is ever public. Records are named by noun and slug, proposals by their number, people by text too: so
whatever is deleted, what was said stays.
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
#: How long somebody counts as having a record open after last being seen there.
PRESENT: Final = timedelta(minutes=2)

_PAGE: Final = RegexValidator(r"\A[0-9a-f]{32}\Z", "An opened page is named by 32 hexadecimal digits.")


class MatterQuerySet(models.QuerySet[Any]):
    """What belongs to records, and to proposed changes of them."""

    def about(self, record_type: str, slug: str, proposal: int | None = None) -> Self:
        """Keep what belongs to a record itself, or to one proposed change to it."""
        return self.filter(record_type=record_type, slug=slug, proposal=proposal)


class AboutMatter(models.Model):
    """Something that belongs to what is under review: a record, or a proposed change to it."""

    record_type = SlugField(max_length=20, unique=False, help_text="Noun of the record, such as order.")
    slug = SlugField(unique=False, help_text="Slug of the record; it follows a draft that gets another.")
    proposal = models.PositiveBigIntegerField(
        null=True,
        blank=True,
        help_text="Number of the proposed change that it belongs to; empty for the record itself.",
    )

    class Meta:
        abstract = True


class Assignment(AboutMatter):
    """Who is to review a record or a proposed change, and until when: one for each."""

    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Account of who is to review it.",
    )
    name = LineField(max_length=150, help_text="Name of who is to review it.")
    due_on = models.DateField(
        null=True, blank=True, help_text="Last day on which it is on time; empty if there is none."
    )
    set_by = LineField(max_length=150, help_text="Name of who has said so.")
    set_at = models.DateTimeField(help_text="When.")

    objects = MatterQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["record_type", "slug"],
                condition=Q(proposal__isnull=True),
                name="assignment_one_of_record",
                violation_error_message="A record is assigned to one reviewer.",
            ),
            models.UniqueConstraint(
                fields=["proposal"],
                name="assignment_one_of_proposal",
                violation_error_message="A proposed change is assigned to one reviewer.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_type} {self.slug} assigned to {self.name}"


class Remark(AboutMatter):
    """One contribution to the discussion of a record or of a proposed change.

    It is never changed and never deleted: that it is resolved is added to it, once.
    """

    kind = models.CharField(
        max_length=12, choices=RemarkKind.choices, default=RemarkKind.REMARK, help_text="What kind of remark it is."
    )
    text = ProseField(max_length=LONGEST_REMARK, help_text="What was said.")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Account of who said it.",
    )
    by = LineField(max_length=150, help_text="Name of who said it.")
    at = models.DateTimeField(help_text="When.")
    address = LineField(max_length=100, blank=True, default="", help_text="Network address it came from.")
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
                violation_error_message="Who resolved a remark and when go together.",
            ),
        ]
        indexes = [models.Index(fields=["record_type", "slug"], name="remark_record")]

    def __str__(self) -> str:
        return f"{self.by} on {self.record_type} {self.slug}"

    @property
    def is_open(self) -> bool:
        """Whether nobody has resolved it."""
        return self.resolved_at is None


class PresenceQuerySet(models.QuerySet["Presence"]):
    """Opened pages, and which of them still count."""

    def gone(self, at: datetime) -> Self:
        """Keep the pages that nobody has at an instant any more."""
        return self.filter(seen_at__lt=at - PRESENT)

    def present(self, at: datetime) -> Self:
        """Keep the pages that somebody has at an instant."""
        return self.filter(seen_at__gte=at - PRESENT)


class Presence(models.Model):
    """A page on which somebody has a record open. It counts for nothing two minutes after it was last seen."""

    record_type = SlugField(max_length=20, unique=False, help_text="Noun of the record, such as order.")
    slug = SlugField(unique=False, help_text="Slug of the record.")
    page = models.CharField(
        max_length=32, unique=True, validators=[_PAGE], help_text="What tells this opened page from all others."
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
    opened_at = models.DateTimeField(help_text="Since when.")
    seen_at = models.DateTimeField(db_index=True, help_text="When the page last said that it is still open.")

    objects: ClassVar[models.Manager[Presence]] = PresenceQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["record_type", "slug"], name="presence_record")]

    def __str__(self) -> str:
        return f"{self.name} has {self.record_type} {self.slug} open"
