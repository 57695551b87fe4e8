"""Positions: what a participant in an event stated about one subject."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from sanctions.models.actors import Actor
from sanctions.models.base import Part
from sanctions.models.constraints import exactly_one, one_of, ordinal
from sanctions.models.events import Event, EventPartManager
from sanctions.models.fields import LineField, ProseField
from sanctions.vocabulary import SUBJECT_FIELDS, Stance


class Position(Part):
    """What a participant stated about one subject, paraphrased, with at most a few quoted words."""

    parents: ClassVar[tuple[str, ...]] = ("event",)

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="positions", help_text="The event.")
    holder = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="positions", help_text="Who holds it.")
    stance = models.CharField(
        max_length=16, choices=Stance.choices, help_text="The attitude to the subject, such as supports or denies."
    )
    actor = models.ForeignKey(
        Actor,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="positions_about",
        help_text="The actor it is about, if it is one.",
    )
    order = models.ForeignKey(
        "Order",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="positions",
        help_text="The order it is about, if it is one.",
    )
    measure = models.ForeignKey(
        "Measure",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="positions",
        help_text="The measure it is about, if it is one.",
    )
    agreement = models.ForeignKey(
        "Agreement",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="positions",
        help_text="The agreement it is about, if it is one.",
    )
    commitment = models.ForeignKey(
        "Commitment",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="positions",
        help_text="The commitment it is about, if it is one.",
    )
    violation = models.ForeignKey(
        "Violation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="positions",
        help_text="The violation it is about, if it is one.",
    )
    paraphrase = ProseField(blank=True, default="", help_text="What was stated, in our own words.")
    quote = LineField(max_length=120, blank=True, default="", help_text="A few words, quoted literally.")
    audience = LineField(max_length=300, blank=True, default="", help_text="To whom it was addressed.")

    objects: ClassVar[EventPartManager[Position]] = EventPartManager()

    class Meta:
        ordering = ["ordinal", "pk"]
        constraints = [
            *ordinal("event", name="position_ordinal"),
            one_of("stance", Stance.values, name="position_stance_valid"),
            exactly_one("actor", *SUBJECT_FIELDS, name="position_one_subject"),
        ]

    def __str__(self) -> str:
        subject = self.actor or self.order or self.measure or self.agreement or self.commitment or self.violation
        return f"{self.holder} {self.get_stance_display()} {subject}"
