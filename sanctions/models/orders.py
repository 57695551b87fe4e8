"""Orders: the legal instruments, their measures and their directives."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from sanctions.models import natural_keys
from sanctions.models.actors import Actor, Name
from sanctions.models.base import Part, PartQuerySet, Record, RecordQuerySet, Rendered
from sanctions.models.constraints import dated, exactly_one, one_of, ordinal
from sanctions.models.fields import BoundField, EDTFField, LineField, ProseField
from sanctions.models.programs import Program
from sanctions.models.standing_sql import standing_expression, stood_within
from sanctions.standing import IN_FORCE
from sanctions.vocabulary import (
    GeographicScope,
    MeasureDirection,
    MeasureKind,
    NameKind,
    OrderKind,
    RelationKind,
    Sector,
    State,
    Subject,
    Topic,
)


class OrderQuerySet(RecordQuerySet):
    """Orders and their standing on a day."""

    def with_standing(self, day: date) -> Self:
        """Annotate ``standing``: the code of the standing on the day, folded in SQL."""
        return self.annotate(standing=standing_expression(Subject.ORDER, day))

    def in_force(self, day: date) -> Self:
        """Keep orders in force on the day, in whole or in part."""
        return self.with_standing(day).filter(standing__in=IN_FORCE)

    def in_force_within(self, first: date, last: date) -> Self:
        """Keep orders in force, in whole or in part, on some day from the first to the last."""
        return self.filter(stood_within(Subject.ORDER, first, last, IN_FORCE))

    def against(self, actor: Actor) -> Self:
        """Keep orders one of whose measures is aimed at the actor, by name or as a territory."""
        return self.filter(pk__in=Measure.objects.filter(Measure.aimed_at([actor])).values("order"))


OrderManager = models.Manager.from_queryset(OrderQuerySet)


class Order(Record):
    """One legal instrument that imposes, changes, eases or ends sanctions."""

    kind = models.CharField(max_length=40, choices=OrderKind.choices, help_text="Kind of instrument.")
    title = LineField(max_length=600, help_text="Title on the instrument.")
    issuer = models.ForeignKey(
        Actor, on_delete=models.PROTECT, related_name="orders_issued", help_text="The body that issued it."
    )
    signatory = models.ForeignKey(
        Actor,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="orders_signed",
        help_text="Who signed it.",
    )
    geographic_scope = models.CharField(
        max_length=16,
        choices=GeographicScope.choices,
        help_text="Whether it is about one country, several countries, or a theme.",
    )
    programs = models.ManyToManyField(
        Program, blank=True, related_name="orders", help_text="The sanctions regimes it belongs to."
    )
    summary = ProseField(blank=True, default="", help_text="What it does, in our own words.")
    dated_on = models.DateField(
        null=True,
        blank=True,
        editable=False,
        serialize=False,
        help_text="Derived: the latest possible day of its first effect (issued, published or took effect).",
    )

    objects: ClassVar[OrderManager[Order]] = OrderManager()

    class Meta(Record.Meta):
        ordering = [models.F("dated_on").desc(nulls_last=True), "slug"]
        constraints = [
            *Record.Meta.constraints,
            one_of("kind", OrderKind.values, name="order_kind_valid"),
            one_of("geographic_scope", GeographicScope.values, name="order_geographic_scope_valid"),
        ]
        indexes = [
            models.Index(fields=["dated_on", "slug"], name="order_dated"),
            models.Index(fields=["kind", "dated_on", "slug"], name="order_kind_dated"),
        ]

    def __str__(self) -> str:
        return f"{self.slug}: {self.title}"


class OrderName(Name):
    """A short title or another name of an order."""

    parents: ClassVar[tuple[str, ...]] = ("order",)

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="names", help_text="What it names.")

    class Meta(Name.Meta):
        constraints = [
            *ordinal("order", name="ordername_ordinal"),
            one_of("kind", NameKind.values, name="ordername_kind_valid"),
            models.UniqueConstraint(
                fields=["order", "kind", "text"],
                name="ordername_once",
                violation_error_message="The order has this name already.",
            ),
        ]
        indexes = [models.Index(fields=["text"], name="ordername_text")]


class OrderTopicQuerySet(PartQuerySet):
    """Topics, found by order and code."""

    def get_by_natural_key(self, slug: str, topic: str) -> OrderTopic:
        """Find a row for fixtures."""
        row: OrderTopic = self.get(order=natural_keys.by_slug(Order.objects.all(), slug), topic=topic)
        return row


OrderTopicManager = models.Manager.from_queryset(OrderTopicQuerySet)


class OrderTopic(models.Model):
    """One topic of an order."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="topics", help_text="The order.")
    topic = models.CharField(max_length=30, choices=Topic.choices, help_text="The topic.")

    objects: ClassVar[OrderTopicManager[OrderTopic]] = OrderTopicManager()

    class Meta:
        ordering = ["order_id", "topic"]
        constraints = [
            one_of("topic", Topic.values, name="ordertopic_topic_valid"),
            models.UniqueConstraint(
                fields=["order", "topic"],
                name="ordertopic_once",
                violation_error_message="The order has this topic already.",
            ),
        ]
        indexes = [models.Index(fields=["topic", "order"], name="ordertopic_topic")]

    def __str__(self) -> str:
        return self.get_topic_display()

    def natural_key(self) -> tuple[str, str]:
        """Return the order's slug and the code."""
        return (natural_keys.owner(self, "order").slug, self.topic)


class Relation(Part):
    """The relation of an order to another order or an agreement, as its own text states it."""

    parents: ClassVar[tuple[str, ...]] = ("order",)

    order = models.ForeignKey(
        Order, on_delete=models.CASCADE, related_name="relations", help_text="The order whose text states the relation."
    )
    kind = models.CharField(
        max_length=20, choices=RelationKind.choices, help_text="What the order is to the other instrument."
    )
    to_order = models.ForeignKey(
        Order,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="relations_from",
        help_text="The other order, if it is one.",
    )
    to_agreement = models.ForeignKey(
        "Agreement",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="relations_from",
        help_text="The agreement, if it is one.",
    )
    in_part = models.BooleanField(default=False, help_text="Whether the relation holds only in part.")
    note = ProseField(blank=True, default="", help_text="Sections or conditions.")

    class Meta:
        ordering = ["ordinal", "pk"]
        constraints = [
            *ordinal("order", name="relation_ordinal"),
            one_of("kind", RelationKind.values, name="relation_kind_valid"),
            exactly_one("to_order", "to_agreement", name="relation_one_target"),
            models.CheckConstraint(
                condition=Q(to_order__isnull=True) | ~Q(order=models.F("to_order")),
                name="relation_not_to_itself",
                violation_error_message="An order has no relation to itself.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.to_order or self.to_agreement}"


class MeasureQuerySet(PartQuerySet):
    """Measures and their standing on a day."""

    def get_by_natural_key(self, *key: str) -> Measure:
        """Find a measure by its slug, for fixtures."""
        row: Measure = natural_keys.by_slug(self, key[0])
        return row

    def published(self) -> Self:
        """Keep the measures of published orders."""
        return self.filter(order__state=State.PUBLISHED)

    def with_standing(self, day: date) -> Self:
        """Annotate ``standing``: the code of the standing on the day, folded in SQL."""
        return self.annotate(standing=standing_expression(Subject.MEASURE, day))

    def in_force(self, day: date) -> Self:
        """Keep measures in force on the day, in whole or in part."""
        return self.with_standing(day).filter(standing__in=IN_FORCE)

    def in_force_within(self, first: date, last: date) -> Self:
        """Keep measures in force, in whole or in part, on some day from the first to the last."""
        return self.filter(stood_within(Subject.MEASURE, first, last, IN_FORCE))


MeasureManager = models.Manager.from_queryset(MeasureQuerySet)


class Measure(Rendered, Part):
    """What an order imposes, or what it relieves: relief, waiver, licence."""

    parents: ClassVar[tuple[str, ...]] = ("order",)

    order = models.ForeignKey(
        Order, on_delete=models.CASCADE, related_name="measures", help_text="The order that contains it."
    )
    kind = models.CharField(max_length=40, choices=MeasureKind.choices, help_text="Kind of measure.")
    direction = models.CharField(
        max_length=10, choices=MeasureDirection.choices, help_text="Whether it restricts or relieves."
    )
    title = LineField(max_length=300, blank=True, default="", help_text="What it does, in a few words.")
    section = LineField(max_length=200, blank=True, default="", help_text="Section of the order.")
    scope = ProseField(blank=True, default="", help_text="What it covers.")
    exemptions = ProseField(blank=True, default="", help_text="What it leaves out.")
    targets = models.ManyToManyField(
        Actor, blank=True, related_name="measures_against", help_text="The actors it is aimed at."
    )
    territories = models.ManyToManyField(
        Actor, blank=True, related_name="measures_over", help_text="The states it is aimed at as territories."
    )

    objects: ClassVar[MeasureManager[Measure]] = MeasureManager()

    class Meta:
        ordering = ["order_id", "ordinal"]
        constraints = [
            *ordinal("order", name="measure_ordinal"),
            one_of("kind", MeasureKind.values, name="measure_kind_valid"),
            one_of("direction", MeasureDirection.values, name="measure_direction_valid"),
        ]
        indexes = [models.Index(fields=["kind", "slug"], name="measure_kind")]

    def __str__(self) -> str:
        return f"{self.title or self.get_kind_display()} ({self.slug})"

    @staticmethod
    def aimed_at(actors: Iterable[Actor] | models.QuerySet[Actor]) -> Q:
        """Return the condition on measures aimed at any of the actors, by name or as territories.

        It uses no join, so that no measure is returned twice.
        """
        links = (Measure.targets.through, Measure.territories.through)
        by_name, as_territory = (Q(pk__in=link.objects.filter(actor__in=actors).values("measure")) for link in links)
        return by_name | as_territory


class MeasureSectorQuerySet(PartQuerySet):
    """Sectors, found by measure and code."""

    def get_by_natural_key(self, slug: str, sector: str) -> MeasureSector:
        """Find a row for fixtures."""
        row: MeasureSector = self.get(measure=natural_keys.by_slug(Measure.objects.all(), slug), sector=sector)
        return row


MeasureSectorManager = models.Manager.from_queryset(MeasureSectorQuerySet)


class MeasureSector(models.Model):
    """One sector that a measure reaches."""

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="sectors", help_text="The measure.")
    sector = models.CharField(max_length=30, choices=Sector.choices, help_text="The sector.")

    objects: ClassVar[MeasureSectorManager[MeasureSector]] = MeasureSectorManager()

    class Meta:
        ordering = ["measure_id", "sector"]
        constraints = [
            one_of("sector", Sector.values, name="measuresector_sector_valid"),
            models.UniqueConstraint(
                fields=["measure", "sector"],
                name="measuresector_once",
                violation_error_message="The measure has this sector already.",
            ),
        ]
        indexes = [models.Index(fields=["sector", "measure"], name="measuresector_sector")]

    def __str__(self) -> str:
        return self.get_sector_display()

    def natural_key(self) -> tuple[str, str]:
        """Return the measure's slug and the code."""
        return (natural_keys.owner(self, "measure").slug, self.sector)


class Directive(Part):
    """What an order directs somebody to do."""

    parents: ClassVar[tuple[str, ...]] = ("order",)

    order = models.ForeignKey(
        Order, on_delete=models.CASCADE, related_name="directives", help_text="The order that contains it."
    )
    addressee = models.ForeignKey(
        Actor, on_delete=models.PROTECT, related_name="directives", help_text="Who has to do it."
    )
    section = LineField(max_length=200, blank=True, default="", help_text="Section of the order, such as 2(a)(i).")
    text = ProseField(help_text="What is to be done, in our own words.")
    due_on = EDTFField(
        blank=True, default="", earliest="due_earliest", latest="due_latest", help_text="Due date (EDTF), if stated."
    )
    due_earliest = BoundField(help_text="First day that the due date may mean.")
    due_latest = BoundField(help_text="Last day that the due date may mean.")

    class Meta:
        ordering = ["ordinal", "pk"]
        constraints = [
            *ordinal("order", name="directive_ordinal"),
            dated("due_on", earliest="due_earliest", latest="due_latest", name="directive_due_on"),
        ]

    def __str__(self) -> str:
        return f"{self.section} {self.text}".strip()
