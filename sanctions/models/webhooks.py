"""Webhooks: who is told of changes, what they were told, and what came of it. The database is the queue."""

from __future__ import annotations

from datetime import datetime

from django.core.validators import RegexValidator, URLValidator
from django.db import models
from django.db.models import Q

from sanctions.models.fields import LineField, ProseField

_SECRET = RegexValidator(
    r"\Awhsec_[A-Za-z0-9+/]{32,88}={0,2}\Z", "A secret is whsec_ and 24 to 64 bytes in base64 (Standard Webhooks)."
)
_HTTPS = URLValidator(schemes=["https"], message="Give an address that begins with https://.")


class Webhook(models.Model):
    """An address that is told of the changes that it wants to hear of, in their order, by signed requests."""

    name = LineField(max_length=100, help_text="Whom it tells, and what for.")
    url = LineField(max_length=500, validators=[_HTTPS], help_text="The address that is called. HTTPS, public.")
    nouns = models.JSONField(
        default=list, blank=True, help_text="The kinds of records whose changes it tells; every kind if none is chosen."
    )
    words = models.JSONField(
        default=list, blank=True, help_text="The kinds of changes that it tells; every kind if none is chosen."
    )
    documents = models.BooleanField(
        default=False, help_text="Whether each change has what the record says from then on."
    )
    secret = models.CharField(
        max_length=100,
        validators=[_SECRET],
        help_text="The key of the signatures. It is kept as it is, because they are computed with it.",
    )
    after = models.PositiveBigIntegerField(
        default=0, help_text="The sequence of the changes feed up to which everything is put in the queue."
    )
    created_at = models.DateTimeField(help_text="When it was made.")
    disabled_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when nothing is put in the queue or sent; empty if it is."
    )
    disabled_because = LineField(max_length=200, blank=True, default="", help_text="Why it was disabled.")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Deliveries by what is to become of them."""

    def due(self, at: datetime) -> DeliveryQuerySet:
        """Those to send now, what waits longest first."""
        return self.filter(due_at__lte=at, webhook__disabled_at__isnull=True).order_by("due_at", "pk")


class Delivery(models.Model):
    """A change that a webhook is told of: a message that keeps its identifier however often it is sent."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries", help_text="To whom.")
    sequence = models.PositiveBigIntegerField(help_text="The change: its sequence in the changes feed.")
    identifier = LineField(
        max_length=40, unique=True, help_text="The webhook-id by which a receiver knows a message that came before."
    )
    body = ProseField(max_length=None, help_text="What is sent.")
    created_at = models.DateTimeField(help_text="When it was put in the queue.")
    attempts = models.PositiveSmallIntegerField(default=0, help_text="How often it was sent since it was last queued.")
    due_at = models.DateTimeField(
        null=True, blank=True, help_text="When it is sent next; empty if it has arrived or was given up."
    )
    delivered_at = models.DateTimeField(null=True, blank=True, help_text="When it arrived; empty if it has not.")

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        ordering = ["pk"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["webhook", "sequence"],
                name="delivery_once",
                violation_error_message="This webhook is told of this change already.",
            ),
            models.CheckConstraint(
                condition=Q(delivered_at__isnull=True) | Q(due_at__isnull=True),
                name="delivery_arrived_or_due",
                violation_error_message="What has arrived is not sent again unless it is queued again.",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], name="delivery_due", condition=Q(due_at__isnull=False))]

    def __str__(self) -> str:
        return f"{self.sequence} to {self.webhook}"


class Attempt(models.Model):
    """One time that a delivery was sent, and what came of it."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="log", help_text="What was sent.")
    at = models.DateTimeField(help_text="When.")
    status = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The status of the answer; empty if there was none."
    )
    error = LineField(max_length=300, blank=True, default="", help_text="Why it has not arrived; empty if it has.")
    milliseconds = models.PositiveIntegerField(help_text="How long it took.")

    class Meta:
        ordering = ["pk"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.error or f"status {self.status}"
