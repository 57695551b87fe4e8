"""Actors: who acts, is acted upon, promises, accuses and is accused."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q

from sanctions.models.base import Part, Record
from sanctions.models.constraints import dated, exactly_one, one_of, ordinal
from sanctions.models.fields import BoundField, EDTFField, LineField, ProseField, SlugField
from sanctions.vocabulary import ActorKind, IdentifierScheme, NameKind, OfficeKind, ParticularKind, RelationshipKind


class Actor(Record):
    """A person, state, body, organisation, armed group, company, vessel, aircraft or coalition."""

    kind = models.CharField(max_length=40, choices=ActorKind.choices, help_text="What the actor is.")
    name = LineField(max_length=300, help_text="Name in English, as commonly used.")
    summary = ProseField(blank=True, default="", help_text="Who or what this is, in a sentence or two.")

    class Meta(Record.Meta):
        ordering = ["name", "slug"]
        constraints = [
            *Record.Meta.constraints,
            one_of("kind", ActorKind.values, name="actor_kind_valid"),
        ]
        indexes = [
            models.Index(fields=["name", "slug"], name="actor_name"),
            models.Index(fields=["kind", "name", "slug"], name="actor_kind"),
        ]

    def __str__(self) -> str:
        return self.name


class Name(Part):
    """Another name of something."""

    kind = models.CharField(max_length=16, choices=NameKind.choices, help_text="What kind of name it is.")
    text = LineField(max_length=300, help_text="The name as it is written.")
    language = LineField(max_length=35, blank=True, default="", help_text="Language (BCP 47), such as fa.")
    script = LineField(max_length=4, blank=True, default="", help_text="Script (ISO 15924), such as Arab.")

    class Meta:
        abstract = True
        ordering = ["ordinal", "pk"]

    def __str__(self) -> str:
        return self.text


class ActorName(Name):
    """An alias, former, native or transliterated name of an actor."""

    parents: ClassVar[tuple[str, ...]] = ("actor",)

    actor = models.ForeignKey(Actor, on_delete=models.CASCADE, related_name="names", help_text="Whose name it is.")

    class Meta(Name.Meta):
        constraints = [
            *ordinal("actor", name="actorname_ordinal"),
            one_of("kind", NameKind.values, name="actorname_kind_valid"),
            models.UniqueConstraint(
                fields=["actor", "kind", "text"],
                name="actorname_once",
                violation_error_message="The actor has this name already.",
            ),
        ]
        indexes = [models.Index(fields=["text"], name="actorname_text")]


class Identifier(Part):
    """An identifier of an actor, program, order or agreement, issued by another organisation."""

    parents: ClassVar[tuple[str, ...]] = ("actor", "program", "order", "agreement")

    actor = models.ForeignKey(
        Actor,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="identifiers",
        help_text="The actor it names, if it is one.",
    )
    program = models.ForeignKey(
        "Program",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="identifiers",
        help_text="The program it names, if it is one.",
    )
    order = models.ForeignKey(
        "Order",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="identifiers",
        help_text="The order it names, if it is one.",
    )
    agreement = models.ForeignKey(
        "Agreement",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="identifiers",
        help_text="The agreement it names, if it is one.",
    )
    scheme = models.CharField(max_length=20, choices=IdentifierScheme.choices, help_text="Who issues it.")
    value = LineField(max_length=200, help_text="The identifier as its issuer writes it.")
    note = LineField(max_length=300, blank=True, default="", help_text="Remark, such as where it is printed so.")

    class Meta:
        ordering = ["ordinal", "pk"]
        constraints = [
            exactly_one("actor", "program", "order", "agreement", name="identifier_one_owner"),
            one_of("scheme", IdentifierScheme.values, name="identifier_scheme_valid"),
            *ordinal("actor", "program", "order", "agreement", name="identifier_ordinal"),
        ]
        indexes = [models.Index(fields=["scheme", "value"], name="identifier_value")]

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"


class Particular(Part):
    """One detail of an actor, such as a date of birth or an address; one row per source where sources differ."""

    parents: ClassVar[tuple[str, ...]] = ("actor",)

    actor = models.ForeignKey(
        Actor, on_delete=models.CASCADE, related_name="particulars", help_text="Whose detail it is."
    )
    kind = models.CharField(max_length=20, choices=ParticularKind.choices, help_text="Kind of detail.")
    text = LineField(max_length=1000, help_text="The detail as its source writes it.")
    dated_on = EDTFField(
        blank=True,
        default="",
        earliest="dated_earliest",
        latest="dated_latest",
        help_text="The day that the text means (EDTF), if it is a date.",
    )
    dated_earliest = BoundField(help_text="First day that the date may mean.")
    dated_latest = BoundField(help_text="Last day that the date may mean.")
    country = LineField(
        max_length=200,
        blank=True,
        default="",
        help_text="The country that it is in or belongs to, as its source writes it.",
    )
    note = LineField(max_length=500, blank=True, default="", help_text="Remark of its source.")

    class Meta:
        ordering = ["ordinal", "pk"]
        constraints = [
            *ordinal("actor", name="particular_ordinal"),
            one_of("kind", ParticularKind.values, name="particular_kind_valid"),
            dated("dated_on", earliest="dated_earliest", latest="dated_latest", name="particular_dated_on"),
        ]
        indexes = [models.Index(fields=["kind", "dated_earliest"], name="particular_dated")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text}"


class Tenure(Part):
    """An office in a body, its holder, and when they held it."""

    parents: ClassVar[tuple[str, ...]] = ("actor",)

    actor = models.ForeignKey(Actor, on_delete=models.CASCADE, related_name="tenures", help_text="Who held it.")
    slug = SlugField(help_text="Stable name of the tenure, such as rafael-grossi-iaea-director-general.")
    body = models.ForeignKey(
        Actor, on_delete=models.PROTECT, related_name="offices", help_text="The body of the office."
    )
    title = LineField(max_length=200, help_text="Title of the office.")
    rank = models.CharField(max_length=16, choices=OfficeKind.choices, help_text="Rank of the office in the body.")
    held_from = EDTFField(
        blank=True,
        default="",
        earliest="from_earliest",
        latest="from_latest",
        help_text="First day in office (EDTF); empty if not known.",
    )
    from_earliest = BoundField(help_text="First day that the beginning may mean.")
    from_latest = BoundField(help_text="Last day that the beginning may mean.")
    held_until = EDTFField(
        blank=True,
        default="",
        earliest="until_earliest",
        latest="until_latest",
        help_text="First day no longer in office (EDTF); empty if still in office or not known.",
    )
    until_earliest = BoundField(help_text="First day that the end may mean.")
    until_latest = BoundField(help_text="Last day that the end may mean.")
    note = ProseField(blank=True, default="", help_text="Remark, such as acting, or how it ended.")

    class Meta:
        ordering = ["ordinal", "pk"]
        constraints = [
            *ordinal("actor", name="tenure_ordinal"),
            one_of("rank", OfficeKind.values, name="tenure_rank_valid"),
            dated("held_from", earliest="from_earliest", latest="from_latest", name="tenure_held_from"),
            dated("held_until", earliest="until_earliest", latest="until_latest", name="tenure_held_until"),
            models.CheckConstraint(
                condition=Q(from_earliest__isnull=True)
                | Q(until_latest__isnull=True)
                | Q(until_latest__gte=models.F("from_earliest")),
                name="tenure_ends_after_beginning",
                violation_error_message="A tenure cannot end before it begins.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.actor_id and self.actor.name})"

    @staticmethod
    def on(day: date) -> Q:
        """Return the condition under which a tenure certainly covers the day.

        With an unknown beginning this is never certain; an empty end means that the tenure continues.
        """
        return Q(from_latest__lte=day) & (Q(until_earliest__isnull=True) | Q(until_earliest__gt=day))


class Relationship(Part):
    """What one actor is to another: part of it, a member of it, owned by it."""

    parents: ClassVar[tuple[str, ...]] = ("actor",)

    actor = models.ForeignKey(Actor, on_delete=models.CASCADE, related_name="relationships", help_text="The actor.")
    kind = models.CharField(
        max_length=16, choices=RelationshipKind.choices, help_text="What the actor is to the other actor."
    )
    to = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="related_from", help_text="The other actor.")
    held_from = EDTFField(
        blank=True,
        default="",
        earliest="from_earliest",
        latest="from_latest",
        help_text="First day on which it held (EDTF); empty if not known.",
    )
    from_earliest = BoundField(help_text="First day that the beginning may mean.")
    from_latest = BoundField(help_text="Last day that the beginning may mean.")
    held_until = EDTFField(
        blank=True,
        default="",
        earliest="until_earliest",
        latest="until_latest",
        help_text="First day on which it no longer held (EDTF); empty if it continues or is not known.",
    )
    until_earliest = BoundField(help_text="First day that the end may mean.")
    until_latest = BoundField(help_text="Last day that the end may mean.")
    note = ProseField(blank=True, default="", help_text="Remark.")

    class Meta:
        ordering = ["ordinal", "pk"]
        constraints = [
            *ordinal("actor", name="relationship_ordinal"),
            one_of("kind", RelationshipKind.values, name="relationship_kind_valid"),
            dated("held_from", earliest="from_earliest", latest="from_latest", name="relationship_held_from"),
            dated("held_until", earliest="until_earliest", latest="until_latest", name="relationship_held_until"),
            models.CheckConstraint(
                condition=Q(from_earliest__isnull=True)
                | Q(until_latest__isnull=True)
                | Q(until_latest__gte=models.F("from_earliest")),
                name="relationship_ends_after_beginning",
                violation_error_message="A relationship cannot end before it begins.",
            ),
            models.CheckConstraint(
                condition=~Q(actor=models.F("to")),
                name="relationship_not_to_itself",
                violation_error_message="An actor has no relationship to itself.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.to}"

    @staticmethod
    def on(day: date) -> Q:
        """Return the condition that the dates do not exclude the day; unknown dates exclude no day."""
        begun = Q(from_earliest__isnull=True) | Q(from_earliest__lte=day)
        return begun & (Q(until_latest__isnull=True) | Q(until_latest__gt=day))
