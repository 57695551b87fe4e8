"""Webhooks: addresses that are notified of changes, the messages to them, and the attempts to send each."""

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
    """An address that is notified of selected changes, in their order, by signed requests."""

    name = LineField(max_length=100, help_text="Whom it notifies, and what for.")
    url = LineField(max_length=500, validators=[_HTTPS], help_text="The address that is called: public, with HTTPS.")
    nouns = models.JSONField(
        default=list, blank=True, help_text="The kinds of records whose changes are sent; every kind if none is chosen."
    )
    words = models.JSONField(
        default=list, blank=True, help_text="The kinds of changes that are sent; every kind if none is chosen."
    )
    documents = models.BooleanField(
        default=False, help_text="Whether each message contains the new document of the record."
    )
    secret = models.CharField(
        max_length=100,
        validators=[_SECRET],
        help_text="The key of the signatures. It is stored unencrypted, because it is needed to sign.",
    )
    after = models.PositiveBigIntegerField(
        default=0, help_text="The sequence of the changes feed up to which changes are queued."
    )
    created_at = models.DateTimeField(help_text="When it was created.")
    disabled_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when nothing is queued or sent; empty if it is enabled."
    )
    disabled_because = LineField(max_length=200, blank=True, default="", help_text="Why it was disabled.")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Deliveries, and those to send."""

    def due(self, at: datetime) -> DeliveryQuerySet:
        """Keep those to send now, the longest due first."""
        return self.filter(due_at__lte=at, webhook__disabled_at__isnull=True).order_by("due_at", "pk")


class Delivery(models.Model):
    """A message about one change to one webhook. It keeps its identifier however often it is sent."""

    webhook = models.ForeignKey(
        Webhook, on_delete=models.CASCADE, related_name="deliveries", help_text="The recipient."
    )
    sequence = models.PositiveBigIntegerField(help_text="Sequence of the change in the changes feed.")
    identifier = LineField(
        max_length=40, unique=True, help_text="The webhook-id, by which a receiver recognises a repeated message."
    )
    body = ProseField(max_length=None, help_text="The body of the request.")
    created_at = models.DateTimeField(help_text="When it was queued.")
    attempts = models.PositiveSmallIntegerField(default=0, help_text="How often it was sent since it was last queued.")
    due_at = models.DateTimeField(
        null=True, blank=True, help_text="When it is sent next; empty if it was delivered or given up."
    )
    delivered_at = models.DateTimeField(null=True, blank=True, help_text="When it was delivered; empty if it was not.")

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        ordering = ["pk"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["webhook", "sequence"],
                name="delivery_once",
                violation_error_message="This change is queued for this webhook already.",
            ),
            models.CheckConstraint(
                condition=Q(delivered_at__isnull=True) | Q(due_at__isnull=True),
                name="delivery_arrived_or_due",
                violation_error_message="A delivered message cannot be due unless it is queued again.",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], name="delivery_due", condition=Q(due_at__isnull=False))]

    def __str__(self) -> str:
        return f"{self.sequence} to {self.webhook}"


class Attempt(models.Model):
    """One attempt to send a delivery, and its result."""

    delivery = models.ForeignKey(
        Delivery, on_delete=models.CASCADE, related_name="log", help_text="The delivery that was sent."
    )
    at = models.DateTimeField(help_text="When it was sent.")
    status = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="HTTP status of the response; empty if there was none."
    )
    error = LineField(max_length=300, blank=True, default="", help_text="Why it was not delivered; empty if it was.")
    milliseconds = models.PositiveIntegerField(help_text="How long it took.")

    class Meta:
        ordering = ["pk"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.error or f"status {self.status}"
