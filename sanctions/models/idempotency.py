"""Responses that are stored for a day, so that a repeated request is not processed twice."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from sanctions.models.fields import LineField, validate_sha256


class IdempotencyKey(models.Model):
    """A key that an account sent with a request, and the response.

    It is written in the same transaction as the changes of the request: both are stored, or neither is.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", help_text="The account that sent it."
    )
    key = LineField(max_length=200, help_text="The key as it was sent.")
    fingerprint = models.CharField(
        max_length=64,
        validators=[validate_sha256],
        help_text="SHA-256 of the method, address, precondition and body of the request.",
    )
    status = models.PositiveSmallIntegerField(default=200, help_text="Status of the response.")
    headers = models.JSONField(default=dict, blank=True, help_text="Headers of the response.")
    body = models.BinaryField(blank=True, default=bytes, help_text="Body of the response.")
    created_at = models.DateTimeField(help_text="When the request was answered.")

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key"],
                name="idempotencykey_unique",
                violation_error_message="This account has used this key already.",
            ),
            models.CheckConstraint(
                condition=Q(status__gte=200, status__lt=300),
                name="idempotencykey_done",
                violation_error_message="Only responses to successful requests are stored.",
            ),
        ]
        indexes = [models.Index(fields=["created_at"], name="idempotencykey_created")]

    def __str__(self) -> str:
        return self.key
