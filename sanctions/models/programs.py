"""Programs: sanctions regimes."""

from __future__ import annotations

from django.db import models

from sanctions.models.actors import Actor
from sanctions.models.base import Record
from sanctions.models.fields import LineField, ProseField


class Program(Record):
    """A sanctions regime: who runs it, over which territories, with which list.

    Orders that authorise it refer to it (``Order.programs``); its list is ``list_name``. They are separate because one
    order can authorise several lists, and one list can be based on many orders.
    """

    name = LineField(max_length=300, help_text="Name of the regime in English.")
    issuer = models.ForeignKey(
        Actor, on_delete=models.PROTECT, related_name="programs_issued", help_text="Who runs the regime."
    )
    list_name = LineField(max_length=200, blank=True, default="", help_text="The list that contains its designations.")
    territories = models.ManyToManyField(
        Actor,
        blank=True,
        related_name="programs_over",
        help_text="The states it is about; none for a thematic regime.",
    )
    summary = ProseField(blank=True, default="", help_text="What the regime is for.")

    class Meta(Record.Meta):
        ordering = ["name", "slug"]

    def __str__(self) -> str:
        return self.name
