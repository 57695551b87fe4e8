"""Violations: claimed breaches of commitments, agreements and orders."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef

from sanctions.models.actors import Actor
from sanctions.models.base import Part, Record, RecordQuerySet
from sanctions.models.constraints import dated, exactly_one, one_of, ordinal
from sanctions.models.fields import BoundField, EDTFField, LineField, ProseField
from sanctions.models.standing_sql import counted, standing_expression
from sanctions.standing import ASSERTS, CONTESTS
from sanctions.vocabulary import Gravity, Subject


class ViolationQuerySet(RecordQuerySet):
    """Violations, who claims and who denies them, and their standing on a day."""

    def with_standing(self, day: date) -> Self:
        """Annotate ``standing``: the code of the standing on the day, folded in SQL."""
        return self.annotate(standing=standing_expression(Subject.VIOLATION, day))

    def claimed_by(self, actor: Actor) -> Self:
        """Keep violations that the actor alleges, reports or found."""
        return self.filter(Exists(counted().filter(violation=OuterRef("pk"), party=actor, verb__in=ASSERTS)))

    def denied_by(self, actor: Actor) -> Self:
        """Keep violations that the actor denies or disputes."""
        return self.filter(Exists(counted().filter(violation=OuterRef("pk"), party=actor, verb__in=CONTESTS)))


ViolationManager = models.Manager.from_queryset(ViolationQuerySet)


class Violation(Record):
    """A breach of a commitment, an agreement or an order, as somebody claims it.

    Effects of events record who alleges, reports, finds, denies or admits it, and when. The record itself takes no
    side.
    """

    title = LineField(max_length=400, help_text="What is claimed, in a few words.")
    accused = models.ManyToManyField(
        Actor, blank=True, related_name="violations_accused", help_text="Who is accused of it."
    )
    committed_on = EDTFField(
        blank=True,
        default="",
        earliest="committed_earliest",
        latest="committed_latest",
        help_text="When it allegedly happened or was reported (EDTF).",
    )
    committed_earliest = BoundField(help_text="First day that the date may mean.")
    committed_latest = BoundField(help_text="Last day that the date may mean.")
    gravity = models.CharField(
        max_length=12,
        choices=Gravity.choices,
        blank=True,
        default="",
        help_text="How grave it is in the judgement of its source; empty if not coded.",
    )
    summary = ProseField(blank=True, default="", help_text="What is claimed and what is answered, in our own words.")
    report_number = LineField(
        max_length=100, blank=True, default="", help_text="Number of the report that contains it, such as GOV/2025/50."
    )

    objects: ClassVar[ViolationManager[Violation]] = ViolationManager()

    class Meta(Record.Meta):
        ordering = [models.F("committed_latest").desc(nulls_last=True), "slug"]
        constraints = [
            *Record.Meta.constraints,
            one_of("gravity", ["", *Gravity.values], name="violation_gravity_valid"),
            dated(
                "committed_on", earliest="committed_earliest", latest="committed_latest", name="violation_committed_on"
            ),
        ]
        indexes = [models.Index(fields=["committed_latest", "slug"], name="violation_committed")]

    def __str__(self) -> str:
        return self.title


class Provision(Part):
    """What a violation allegedly breaches: a commitment, an agreement or an order."""

    parents: ClassVar[tuple[str, ...]] = ("violation",)

    violation = models.ForeignKey(
        Violation, on_delete=models.CASCADE, related_name="against", help_text="The violation."
    )
    commitment = models.ForeignKey(
        "Commitment",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="violations",
        help_text="The commitment that is breached, if it is one.",
    )
    agreement = models.ForeignKey(
        "Agreement",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="violations",
        help_text="The agreement that is breached, if it is one.",
    )
    order = models.ForeignKey(
        "Order",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="violations",
        help_text="The order that is breached, if it is one.",
    )
    section = LineField(max_length=200, blank=True, default="", help_text="Paragraph or section, if stated.")

    class Meta:
        ordering = ["ordinal", "pk"]
        constraints = [
            *ordinal("violation", name="provision_ordinal"),
            exactly_one("commitment", "agreement", "order", name="provision_one_target"),
        ]

    def __str__(self) -> str:
        return str(self.commitment or self.agreement or self.order)
