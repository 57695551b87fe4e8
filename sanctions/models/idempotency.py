"""Answers that are kept for a day, so that a request which is sent again is not done again."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from sanctions.models.fields import LineField, validate_sha256


class IdempotencyKey(models.Model):
    """A key that an account has sent with a request, and the answer that the request got.

    It is written in the transaction of what the request does: both are there, or neither is.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", help_text="The account that has sent it."
    )
    key = LineField(max_length=200, help_text="The key as it was sent.")
    fingerprint = models.CharField(
        max_length=64, validators=[validate_sha256], help_text="SHA-256 of the method, address, precondition and body."
    )
    status = models.PositiveSmallIntegerField(default=200, help_text="The status of the answer.")
    headers = models.JSONField(default=dict, blank=True, help_text="What the answer says in its headers.")
    body = models.BinaryField(blank=True, default=bytes, help_text="The body of the answer.")
    created_at = models.DateTimeField(help_text="When the request was answered.")

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key"],
                name="idempotencykey_unique",
                violation_error_message="This account has sent this key before.",
            ),
            models.CheckConstraint(
                condition=Q(status__gte=200, status__lt=300),
                name="idempotencykey_done",
                violation_error_message="Only the answer to what was done is kept.",
            ),
        ]
        indexes = [models.Index(fields=["created_at"], name="idempotencykey_created")]

    def __str__(self) -> str:
        return self.key
