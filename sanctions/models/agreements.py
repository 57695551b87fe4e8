"""Agreements and the commitments in them."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from sanctions.models import natural_keys
from sanctions.models.actors import Actor, Name
from sanctions.models.base import Part, PartQuerySet, Record, RecordQuerySet, Rendered
from sanctions.models.constraints import dated, one_of, ordinal
from sanctions.models.fields import BoundField, EDTFField, LineField, ProseField
from sanctions.models.standing_sql import counted, standing_expression, stood_within
from sanctions.standing import IN_EFFECT
from sanctions.vocabulary import AgreementKind, Comparator, NameKind, Standing, State, Subject


class AgreementQuerySet(RecordQuerySet):
    """Agreements and their standing on a day."""

    def with_standing(self, day: date) -> Self:
        """Annotate ``standing``: the code of the standing on the day, folded in SQL."""
        return self.annotate(standing=standing_expression(Subject.AGREEMENT, day))

    def with_party_standing(self, day: date, actor: Actor) -> Self:
        """Annotate ``party_standing``: the standing of the actor as a party on the day, folded in SQL."""
        return self.annotate(party_standing=standing_expression(Subject.PARTY, day, party=actor.pk))

    def in_force(self, day: date) -> Self:
        """Keep agreements in effect on the day, in whole or in part."""
        return self.with_standing(day).filter(standing__in=IN_EFFECT)

    def in_force_within(self, first: date, last: date) -> Self:
        """Keep agreements in effect, in whole or in part, on some day from the first to the last."""
        return self.filter(stood_within(Subject.AGREEMENT, first, last, IN_EFFECT))

    def with_party(self, actor: Actor) -> Self:
        """Keep agreements that the actor ever signed, joined or otherwise acted under as a party."""
        from_party = counted().filter(agreement=OuterRef("pk"), party=actor)
        return self.filter(Exists(from_party))


AgreementManager = models.Manager.from_queryset(AgreementQuerySet)


class Agreement(Record):
    """A treaty, plan of action, safeguards agreement, accord or understanding."""

    kind = models.CharField(max_length=30, choices=AgreementKind.choices, help_text="Kind of agreement.")
    title = LineField(max_length=600, help_text="Title of the agreement.")
    summary = ProseField(blank=True, default="", help_text="What was agreed, in our own words.")
    dated_on = models.DateField(
        null=True,
        blank=True,
        editable=False,
        serialize=False,
        help_text="Derived: the latest possible day of its first effect (adopted, signed or took effect).",
    )

    objects: ClassVar[AgreementManager[Agreement]] = AgreementManager()

    class Meta(Record.Meta):
        ordering = [models.F("dated_on").desc(nulls_last=True), "slug"]
        constraints = [
            *Record.Meta.constraints,
            one_of("kind", AgreementKind.values, name="agreement_kind_valid"),
        ]
        indexes = [models.Index(fields=["dated_on", "slug"], name="agreement_dated")]

    def __str__(self) -> str:
        return self.title


class AgreementName(Name):
    """Another name of an agreement."""

    parents: ClassVar[tuple[str, ...]] = ("agreement",)

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="names", help_text="What it names.")

    class Meta(Name.Meta):
        constraints = [
            *ordinal("agreement", name="agreementname_ordinal"),
            one_of("kind", NameKind.values, name="agreementname_kind_valid"),
            models.UniqueConstraint(
                fields=["agreement", "kind", "text"],
                name="agreementname_once",
                violation_error_message="The agreement has this name already.",
            ),
        ]
        indexes = [models.Index(fields=["text"], name="agreementname_text")]


class CommitmentQuerySet(PartQuerySet):
    """Commitments and their standing on a day."""

    def get_by_natural_key(self, *key: str) -> Commitment:
        """Find a commitment by its slug, for fixtures."""
        found: Commitment = natural_keys.by_slug(self, key[0])
        return found

    def published(self) -> Self:
        """Keep the commitments of published agreements."""
        return self.filter(agreement__state=State.PUBLISHED)

    def with_standing(self, day: date, obligor: Actor | None = None) -> Self:
        """Annotate ``standing`` on the day, folded in SQL; for one obligor if given."""
        party = None if obligor is None else obligor.pk
        return self.annotate(standing=standing_expression(Subject.COMMITMENT, day, party=party))

    def in_force(self, day: date) -> Self:
        """Keep commitments that bind on the day, performed or not."""
        binding = [Standing.BINDING, Standing.NOT_PERFORMED, Standing.NOT_PERFORMED_IN_PART]
        return self.with_standing(day).filter(standing__in=binding)


CommitmentManager = models.Manager.from_queryset(CommitmentQuerySet)


class Commitment(Rendered, Part):
    """One observable, where possible measurable, promise in an agreement.

    ``starts_on`` and ``sunset_on`` are the terms of the agreement. Effects record what became of them, and only effects
    decide the standing.
    """

    parents: ClassVar[tuple[str, ...]] = ("agreement",)

    agreement = models.ForeignKey(
        Agreement, on_delete=models.CASCADE, related_name="commitments", help_text="The agreement that contains it."
    )
    obligors = models.ManyToManyField(Actor, related_name="commitments", blank=True, help_text="Who promised it.")
    text = ProseField(help_text="What is promised, in our own words.")
    paragraph = LineField(max_length=300, blank=True, default="", help_text="Paragraph of the agreement.")
    metric = LineField(max_length=200, blank=True, default="", help_text="What is measured.")
    comparator = models.CharField(
        max_length=2,
        choices=Comparator.choices,
        blank=True,
        default="",
        help_text="How the measured value must compare with the limit.",
    )
    limit = models.DecimalField(
        max_digits=15, decimal_places=4, null=True, blank=True, help_text="The limit, in the unit."
    )
    unit = LineField(max_length=60, blank=True, default="", help_text="Unit of the limit.")
    equivalent_limit = models.DecimalField(
        max_digits=15,
        decimal_places=4,
        null=True,
        blank=True,
        help_text="The same limit in the unit of measurement, if that differs.",
    )
    equivalent_unit = LineField(max_length=60, blank=True, default="", help_text="Unit of the equivalent limit.")
    verifier = models.ForeignKey(
        Actor,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="commitments_verified",
        help_text="Who verifies it.",
    )
    starts_on = EDTFField(
        blank=True,
        default="",
        earliest="starts_earliest",
        latest="starts_latest",
        help_text="First day owed, as agreed (EDTF).",
    )
    starts_earliest = BoundField(help_text="First day that the start may mean.")
    starts_latest = BoundField(help_text="Last day that the start may mean.")
    sunset_on = EDTFField(
        blank=True,
        default="",
        earliest="sunset_earliest",
        latest="sunset_latest",
        help_text="First day no longer owed, as agreed (EDTF).",
    )
    sunset_earliest = BoundField(help_text="First day that the sunset may mean.")
    sunset_latest = BoundField(help_text="Last day that the sunset may mean.")
    duration = LineField(max_length=200, blank=True, default="", help_text="Duration, in the words of the agreement.")
    in_return_for = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="owed_for",
        help_text="The commitments of others that this one is owed for.",
    )
    note = ProseField(blank=True, default="", help_text="Remark.")

    objects: ClassVar[CommitmentManager[Commitment]] = CommitmentManager()

    class Meta:
        ordering = ["agreement_id", "ordinal"]
        constraints = [
            *ordinal("agreement", name="commitment_ordinal"),
            one_of("comparator", ["", *Comparator.values], name="commitment_comparator_valid"),
            dated("starts_on", earliest="starts_earliest", latest="starts_latest", name="commitment_starts_on"),
            dated("sunset_on", earliest="sunset_earliest", latest="sunset_latest", name="commitment_sunset_on"),
            models.CheckConstraint(
                condition=Q(starts_earliest__isnull=True)
                | Q(sunset_latest__isnull=True)
                | Q(sunset_latest__gte=models.F("starts_earliest")),
                name="commitment_ends_after_beginning",
                violation_error_message="A commitment cannot end before it begins.",
            ),
            models.CheckConstraint(
                condition=Q(limit__isnull=True) | ~Q(unit=""),
                name="commitment_limit_has_unit",
                violation_error_message="A limit needs a unit.",
            ),
            models.CheckConstraint(
                condition=Q(equivalent_limit__isnull=True) | (Q(limit__isnull=False) & ~Q(equivalent_unit="")),
                name="commitment_equivalent_has_unit",
                violation_error_message="An equivalent limit needs a limit, and its own unit.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.text} ({self.slug})"
