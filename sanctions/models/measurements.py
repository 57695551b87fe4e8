"""Measurements that an event reports."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from sanctions.models.actors import Actor
from sanctions.models.base import Part
from sanctions.models.constraints import dated, ordinal
from sanctions.models.events import Event, EventPartManager
from sanctions.models.fields import BoundField, EDTFField, LineField, ProseField


class Measurement(Part):
    """A measured value, for a commitment or as evidence of a violation, and the limit then in force."""

    parents: ClassVar[tuple[str, ...]] = ("event",)

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="measurements", help_text="The event.")
    commitment = models.ForeignKey(
        "Commitment",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="measurements",
        help_text="The commitment whose performance it measures.",
    )
    violation = models.ForeignKey(
        "Violation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="measurements",
        help_text="The violation that it is evidence of.",
    )
    metric = LineField(max_length=200, blank=True, default="", help_text="What was measured.")
    value = models.DecimalField(max_digits=15, decimal_places=4, help_text="The value, in the unit.")
    unit = LineField(max_length=60, help_text="Unit of the value and the limit.")
    limit = models.DecimalField(
        max_digits=15, decimal_places=4, null=True, blank=True, help_text="The limit then in force, in the unit."
    )
    observed_on = EDTFField(
        blank=True,
        default="",
        earliest="observed_earliest",
        latest="observed_latest",
        help_text="When it was measured (EDTF).",
    )
    observed_earliest = BoundField(help_text="First day that the date may mean.")
    observed_latest = BoundField(help_text="Last day that the date may mean.")
    measured_by = models.ForeignKey(
        Actor,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="measurements",
        help_text="Who measured it.",
    )
    report_number = LineField(
        max_length=100, blank=True, default="", help_text="Number of the report that contains it."
    )
    note = ProseField(blank=True, default="", help_text="Remark.")

    objects: ClassVar[EventPartManager[Measurement]] = EventPartManager()

    class Meta:
        ordering = ["ordinal", "pk"]
        constraints = [
            *ordinal("event", name="measurement_ordinal"),
            dated(
                "observed_on", earliest="observed_earliest", latest="observed_latest", name="measurement_observed_on"
            ),
            models.CheckConstraint(
                condition=Q(commitment__isnull=False) | Q(violation__isnull=False),
                name="measurement_has_subject",
                violation_error_message="A measurement needs a commitment or a violation.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value} {self.unit}"
