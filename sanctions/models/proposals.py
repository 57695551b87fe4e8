"""Proposed changes to published records: documents that wait for approval by another user."""

from __future__ import annotations

from typing import ClassVar, Final, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from sanctions.models.constraints import one_of
from sanctions.models.fields import LineField, ProseField, SlugField, validate_text
from sanctions.models.log import LONGEST_REASON
from sanctions.vocabulary import ProposalState, VersionKind

#: The states in which a proposal is not decided.
OPEN: Final = (ProposalState.DRAFT, ProposalState.IN_REVIEW)
#: The kinds of proposals: the world has changed, or the record was wrong.
KINDS: Final = ((VersionKind.UPDATE, VersionKind.UPDATE.label), (VersionKind.CORRECTION, VersionKind.CORRECTION.label))


class ProposalQuerySet(models.QuerySet["Proposal"]):
    """Proposals, and those that are not decided."""

    def open(self) -> Self:
        """Keep those that are not decided."""
        return self.filter(state__in=OPEN)

    def to_record(self, record_type: str, slug: str) -> Self:
        """Keep those that would change one record."""
        return self.filter(record_type=record_type, slug=slug)

    def get_by_natural_key(self, number: int) -> Proposal:
        """Find a proposal, for fixtures."""
        return self.get(number=number)


class Proposal(models.Model):
    """A proposed change to a published record. The record stays as it is until the proposal is accepted.

    ``base`` is the document that was public when the change was written, ``document`` the proposed one; both are
    canonical JSON. People are named by text too, so that a proposal outlives accounts.
    """

    number = models.PositiveBigIntegerField(unique=True, help_text="Number among all proposals, from 1.")
    record_type = SlugField(max_length=20, unique=False, help_text="Noun of the record, such as order.")
    slug = SlugField(unique=False, db_index=True, help_text="Slug of the record.")
    kind = models.CharField(
        max_length=12,
        choices=KINDS,
        default=VersionKind.UPDATE,
        help_text="Update: the world has changed. Correction: the record was wrong.",
    )
    base = models.TextField(validators=[validate_text], help_text="The public document that the change starts from.")
    document = models.TextField(validators=[validate_text], help_text="The proposed document.")
    reason = ProseField(max_length=LONGEST_REASON, blank=True, default="", help_text="Why; public once accepted.")
    state = models.CharField(
        max_length=12, choices=ProposalState.choices, default=ProposalState.DRAFT, help_text="State of the proposal."
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Account of who wrote it.",
    )
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Account of who accepted it; never the author.",
    )
    by = LineField(max_length=150, help_text="Name of who wrote it.")
    made_at = models.DateTimeField(help_text="When it was first saved.")
    changed_at = models.DateTimeField(
        db_index=True, help_text="When it was last saved, submitted, returned or decided."
    )
    version = models.PositiveIntegerField(null=True, blank=True, help_text="Number of the version that it became.")

    objects: ClassVar[models.Manager[Proposal]] = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        default_permissions = ("view",)
        constraints = [
            one_of("kind", [kind for kind, _ in KINDS], name="proposal_kind_valid"),
            one_of("state", ProposalState.values, name="proposal_state_valid"),
            models.CheckConstraint(
                condition=Q(author__isnull=True) | Q(approver__isnull=True) | ~Q(author=F("approver")),
                name="proposal_four_eyes",
                violation_error_message="Authors cannot approve their own work.",
            ),
            models.UniqueConstraint(
                fields=["record_type", "slug", "author"],
                condition=Q(state__in=OPEN),
                name="proposal_one_open_by_author",
                violation_error_message="You have an open proposal for this record already.",
            ),
        ]
        indexes = [models.Index(fields=["record_type", "slug"], name="proposal_record")]

    def __str__(self) -> str:
        return f"proposal {self.number} for {self.record_type} {self.slug}"

    def natural_key(self) -> tuple[int]:
        """Return the number, by which fixtures name the proposal."""
        return (self.number,)

    @property
    def is_open(self) -> bool:
        """Whether it is not decided."""
        return self.state in OPEN
