"""The authors of drafts and proposed changes, who may not approve them."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q

from sanctions.models.fields import LineField
from sanctions.models.reviews import AboutMatter, MatterQuerySet

#: Why the database rejects an approver who is among the authors.
OWN_WORK: Final = "Authors cannot approve their own work."


class Authorship(AboutMatter):
    """A person who wrote part of a record since it was last public, or part of a proposed change.

    A published record keeps the authors of its current version, who may not restore it. If the account was deleted, the
    name identifies the author.
    """

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Account of the author.",
    )
    name = LineField(max_length=150, help_text="Name of the author when they first wrote.")
    since = models.DateTimeField(help_text="When they first wrote.")

    objects = MatterQuerySet.as_manager()

    class Meta:
        ordering = ["since", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["record_type", "slug", "account"],
                condition=Q(proposal__isnull=True),
                name="authorship_once_of_record",
                violation_error_message="An author of a record is listed once.",
            ),
            models.UniqueConstraint(
                fields=["proposal", "account"],
                name="authorship_once_of_proposal",
                violation_error_message="An author of a proposed change is listed once.",
            ),
        ]
        indexes = [models.Index(fields=["record_type", "slug"], name="authorship_record")]

    def __str__(self) -> str:
        return f"{self.name} wrote {self.record_type} {self.slug}"
