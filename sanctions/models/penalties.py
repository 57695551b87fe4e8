"""Penalties that an event imposed or settled."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from sanctions.models.actors import Actor
from sanctions.models.base import Part
from sanctions.models.constraints import one_of, ordinal
from sanctions.models.events import Event
from sanctions.models.fields import ProseField
from sanctions.vocabulary import PenaltyKind


class Penalty(Part):
    """A sum imposed or agreed for a violation."""

    parents: ClassVar[tuple[str, ...]] = ("event",)

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="penalties", help_text="The event.")
    violation = models.ForeignKey(
        "Violation", on_delete=models.PROTECT, related_name="penalties", help_text="The violation that it is for."
    )
    kind = models.CharField(
        max_length=12,
        choices=PenaltyKind.choices,
        blank=True,
        default="",
        help_text="How it came to be owed; empty if not coded.",
    )
    amount = models.DecimalField(max_digits=15, decimal_places=2, help_text="The sum, in whole units of the currency.")
    currency = models.CharField(
        max_length=3,
        validators=[RegexValidator(r"\A[A-Z]{3}\Z", "A currency has three capital letters (ISO 4217).")],
        help_text="Currency (ISO 4217).",
    )
    payer = models.ForeignKey(
        Actor, null=True, blank=True, on_delete=models.PROTECT, related_name="penalties", help_text="Who owes it."
    )
    authorities = models.ManyToManyField(
        Actor, blank=True, related_name="penalties_imposed", help_text="Who imposed or agreed it."
    )
    note = ProseField(blank=True, default="", help_text="Remark.")

    class Meta:
        ordering = ["ordinal", "pk"]
        constraints = [
            *ordinal("event", name="penalty_ordinal"),
            one_of("kind", ["", *PenaltyKind.values], name="penalty_kind_valid"),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="penalty_amount_positive",
                violation_error_message="A penalty is a sum above zero.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"
