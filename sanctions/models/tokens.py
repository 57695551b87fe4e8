"""Access tokens: how a program uses the editorial API in the name of an account."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from sanctions.models.constraints import one_of
from sanctions.models.fields import LineField, validate_sha256
from sanctions.vocabulary import Scope


class AccessToken(models.Model):
    """A token of an account. Its secret is shown once, when it is created; only a digest is stored.

    It is deleted with the account, and never allows more than the account may.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="access_tokens",
        help_text="The account in whose name it is used.",
    )
    name = LineField(max_length=100, help_text="What it is for, such as the name of a program.")
    scope = models.CharField(max_length=10, choices=Scope.choices, help_text="The most that it allows.")
    beginning = LineField(max_length=12, help_text="First characters of its secret, to identify it.")
    digest = models.CharField(
        max_length=64, unique=True, validators=[validate_sha256], help_text="SHA-256 of the whole secret."
    )
    created_at = models.DateTimeField(help_text="When it was created.")
    expires_at = models.DateTimeField(help_text="When it expires.")
    revoked_at = models.DateTimeField(null=True, blank=True, help_text="When it was revoked; empty if it was not.")
    used_on = models.DateField(null=True, blank=True, help_text="The last day on which it was used.")

    class Meta:
        ordering = ["pk"]
        default_permissions = ("view",)
        constraints = [
            one_of("scope", Scope.values, name="accesstoken_scope_valid"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")),
                name="accesstoken_expires_later",
                violation_error_message="A token must expire after it is created.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.beginning}…)"

    def is_valid(self, at: datetime) -> bool:
        """Whether the token is accepted at the instant."""
        return self.revoked_at is None and at < self.expires_at
