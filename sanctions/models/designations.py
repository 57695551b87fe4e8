"""Designations: an actor put on a list."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from sanctions.models.actors import Actor
from sanctions.models.base import Record, RecordQuerySet
from sanctions.models.constraints import dated
from sanctions.models.fields import BoundField, EDTFField, LineField, ProseField


class DesignationQuerySet(RecordQuerySet):
    """Designations, and those listed on a day."""

    def listed(self, day: date) -> Self:
        """Keep what was certainly listed on the day."""
        return self.filter(
            Q(listed_latest__lte=day) & (Q(delisted_earliest__isnull=True) | Q(delisted_earliest__gt=day))
        )


DesignationManager = models.Manager.from_queryset(DesignationQuerySet)


class Designation(Record):
    """An actor put on a list under a program and an order, from one day until another."""

    actor = models.ForeignKey(
        Actor, on_delete=models.PROTECT, related_name="designations", help_text="Who was put on the list."
    )
    program = models.ForeignKey(
        "Program",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="designations",
        help_text="The regime under which it was listed.",
    )
    order = models.ForeignKey(
        "Order",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="designations",
        help_text="The order that authorises the listing.",
    )
    list_name = LineField(max_length=200, blank=True, default="", help_text="Name of the list.")
    entry_id = LineField(max_length=100, blank=True, default="", help_text="The entry's id on that list.")
    listed_on = EDTFField(
        blank=True,
        default="",
        earliest="listed_earliest",
        latest="listed_latest",
        help_text="When it was listed (EDTF); empty if not known.",
    )
    listed_earliest = BoundField(help_text="First day that the listing may mean.")
    listed_latest = BoundField(help_text="Last day that the listing may mean.")
    delisted_on = EDTFField(
        blank=True,
        default="",
        earliest="delisted_earliest",
        latest="delisted_latest",
        help_text="First day no longer listed (EDTF); empty if still listed.",
    )
    delisted_earliest = BoundField(help_text="First day that the delisting may mean.")
    delisted_latest = BoundField(help_text="Last day that the delisting may mean.")
    remarks = ProseField(blank=True, default="", help_text="Grounds and remarks.")

    objects: ClassVar[DesignationManager[Designation]] = DesignationManager()

    class Meta(Record.Meta):
        ordering = [models.F("listed_latest").desc(nulls_last=True), "slug"]
        constraints = [
            *Record.Meta.constraints,
            dated("listed_on", earliest="listed_earliest", latest="listed_latest", name="designation_listed_on"),
            dated(
                "delisted_on", earliest="delisted_earliest", latest="delisted_latest", name="designation_delisted_on"
            ),
            models.CheckConstraint(
                condition=Q(listed_earliest__isnull=True)
                | Q(delisted_latest__isnull=True)
                | Q(delisted_latest__gte=models.F("listed_earliest")),
                name="designation_ends_after_beginning",
                violation_error_message="A designation cannot end before it begins.",
            ),
            models.CheckConstraint(
                condition=Q(program__isnull=False) | Q(order__isnull=False) | ~Q(list_name=""),
                name="designation_has_ground",
                violation_error_message="A designation needs a program, an order or the name of a list.",
            ),
        ]
        indexes = [models.Index(fields=["listed_latest", "slug"], name="designation_listed")]

    def __str__(self) -> str:
        ground = self.list_name or (self.program and str(self.program)) or (self.order and str(self.order))
        return f"{self.actor}: {ground}"
