"""Events: what happened, who took part, and what they refer to."""

from __future__ import annotations

from typing import ClassVar, Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from sanctions.models.actors import Actor, Tenure
from sanctions.models.base import Part, PartQuerySet, Record
from sanctions.models.constraints import dated, exactly_one, one_of, ordinal
from sanctions.models.fields import BoundField, EDTFField, LineField, ProseField
from sanctions.vocabulary import (
    EventKind,
    Modality,
    ReferenceKind,
    Role,
    State,
)


class Event(Record):
    """Something that happened, is scheduled, or will happen on a condition."""

    kind = models.CharField(max_length=30, choices=EventKind.choices, help_text="What kind of event it is.")
    cameo_code = models.CharField(
        max_length=4,
        blank=True,
        default="",
        validators=[RegexValidator(r"\A\d{2,4}\Z", "A CAMEO code has two to four digits.")],
        help_text="CAMEO event code, where coded.",
    )
    title = LineField(max_length=400, help_text="What happened, in a few words.")
    summary = ProseField(blank=True, default="", help_text="What happened, in our own words.")
    happened_on = EDTFField(
        earliest="happened_earliest", latest="happened_latest", help_text="When it happened (EDTF)."
    )
    happened_earliest = BoundField(help_text="First day that the date may mean.")
    happened_latest = BoundField(help_text="Last day that the date may mean.")
    time = LineField(
        max_length=80, blank=True, default="", help_text="Time of day as the source gives it, with its zone."
    )
    place = LineField(max_length=200, blank=True, default="", help_text="Where it happened.")
    modality = models.CharField(
        max_length=12,
        choices=Modality.choices,
        default=Modality.OCCURRED,
        help_text="Whether it occurred, is scheduled, depends on a condition, or was cancelled.",
    )

    class Meta(Record.Meta):
        ordering = ["-happened_latest", "slug"]
        constraints = [
            *Record.Meta.constraints,
            one_of("kind", EventKind.values, name="event_kind_valid"),
            one_of("modality", Modality.values, name="event_modality_valid"),
            dated("happened_on", earliest="happened_earliest", latest="happened_latest", name="event_happened_on"),
            models.CheckConstraint(
                condition=Q(happened_earliest__isnull=False),
                name="event_has_date",
                violation_error_message="An event needs a date. An open one such as ../2010 is allowed.",
            ),
        ]
        indexes = [
            models.Index(fields=["happened_latest", "slug"], name="event_happened"),
            models.Index(fields=["kind", "happened_latest", "slug"], name="event_kind_happened"),
        ]

    def __str__(self) -> str:
        return f"{self.happened_on} {self.title}"


class EventPartQuerySet(PartQuerySet):
    """Parts of events, and those that count."""

    def counted(self) -> Self:
        """Keep the parts of published events that were not cancelled."""
        return self.filter(event__state=State.PUBLISHED).exclude(event__modality=Modality.CANCELLED)


EventPartManager = models.Manager.from_queryset(EventPartQuerySet)


class Participation(Part):
    """An actor's part in an event."""

    parents: ClassVar[tuple[str, ...]] = ("event",)

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="participations", help_text="The event.")
    actor = models.ForeignKey(
        Actor, on_delete=models.PROTECT, related_name="participations", help_text="Who took part."
    )
    role = models.CharField(max_length=16, choices=Role.choices, help_text="Role in the event.")
    capacity = models.ForeignKey(
        Tenure,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="participations",
        help_text="The office in which the actor took part, if any.",
    )
    note = LineField(max_length=300, blank=True, default="", help_text="Remark.")

    class Meta:
        ordering = ["ordinal", "pk"]
        constraints = [
            *ordinal("event", name="participation_ordinal"),
            one_of("role", Role.values, name="participation_role_valid"),
            models.UniqueConstraint(
                fields=["event", "actor", "role"],
                name="participation_once",
                violation_error_message="The actor has this role in the event already.",
            ),
        ]
        indexes = [models.Index(fields=["actor", "role", "event"], name="participation_actor")]

    def __str__(self) -> str:
        return f"{self.actor} ({self.get_role_display()})"


class Reference(Part):
    """An instrument, agreement or violation that an event concerns without changing it."""

    parents: ClassVar[tuple[str, ...]] = ("event",)

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="references", help_text="The event.")
    kind = models.CharField(max_length=16, choices=ReferenceKind.choices, help_text="Why the event refers to it.")
    order = models.ForeignKey(
        "Order",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="references",
        help_text="The order, if it is one.",
    )
    agreement = models.ForeignKey(
        "Agreement",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="references",
        help_text="The agreement, if it is one.",
    )
    commitment = models.ForeignKey(
        "Commitment",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="references",
        help_text="The commitment, if it is one.",
    )
    violation = models.ForeignKey(
        "Violation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="references",
        help_text="The violation, if it is one.",
    )

    class Meta:
        ordering = ["ordinal", "pk"]
        constraints = [
            *ordinal("event", name="reference_ordinal"),
            one_of("kind", ReferenceKind.values, name="reference_kind_valid"),
            exactly_one("order", "agreement", "commitment", "violation", name="reference_one_target"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.order or self.agreement or self.commitment or self.violation}"
