"""Effects: what an event did to its subject."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import ClassVar

from django.db import models
from django.db.models import Q

from sanctions.models.actors import Actor
from sanctions.models.base import Part
from sanctions.models.constraints import dated, exactly_one, ordinal
from sanctions.models.events import Event, EventPartQuerySet
from sanctions.models.fields import BoundField, CountField, EDTFField, LineField, ProseField
from sanctions.standing import FLOWS, TABLE
from sanctions.vocabulary import SUBJECT_FIELDS, WHOLE_OF, Subject, Verb


def _verbs(subject: Subject) -> list[str]:
    return [str(verb) for verb in TABLE[subject]]


class EffectQuerySet(EventPartQuerySet):
    """Effects, and those on given subjects."""

    def by_subject(self, subject: Subject, rows: Iterable[models.Model]) -> dict[int, list[Effect]]:
        """Return the effects that count for each of the rows (primary key → effects), in one query.

        They include effects that flow from an order to its measures or from an agreement to its commitments. For
        ``Subject.PARTY`` use :meth:`by_party`.
        """
        rows = list(rows)
        owner = WHOLE_OF.get(subject)
        effects: dict[int, list[Effect]] = {row.pk: [] for row in rows}
        condition = Q(**{f"{subject}__keyed": list(effects)})
        if subject is Subject.AGREEMENT:
            condition &= Q(party__isnull=True)
        parts: dict[int, list[int]] = defaultdict(list)
        if owner:
            for row in rows:
                parts[getattr(row, f"{owner}_id")].append(row.pk)
            condition |= Q(
                **{f"{owner}__keyed": list(parts), "party__isnull": True},
                verb__in=[str(verb) for verb in FLOWS[subject]],
            )
        for effect in self.counted().filter(condition).select_related("event"):
            if (key := getattr(effect, f"{subject}_id")) is not None:
                effects[key].append(effect)
            elif owner:
                for key in parts[getattr(effect, f"{owner}_id")]:
                    effects[key].append(effect)
        return effects

    def by_party(self, agreements: Iterable[models.Model]) -> dict[int, dict[int, list[Effect]]]:
        """Return agreement → party → effects that count for that party, in one query.

        Effects of the whole agreement that end it flow to each of its parties.
        """
        keys = [row.pk for row in agreements]
        flows = [str(verb) for verb in FLOWS[Subject.PARTY]]
        by_party: dict[int, dict[int, list[Effect]]] = {key: defaultdict(list) for key in keys}
        on_whole: dict[int, list[Effect]] = defaultdict(list)
        rows = self.counted().filter(Q(party__isnull=False) | Q(verb__in=flows), agreement__keyed=keys)
        for effect in rows.select_related("event", "party"):
            if effect.party_id is None:
                on_whole[effect.agreement_id].append(effect)
            else:
                by_party[effect.agreement_id][effect.party_id].append(effect)
        for key, parties in by_party.items():
            for effects in parties.values():
                effects.extend(on_whole[key])
        return by_party


EffectManager = models.Manager.from_queryset(EffectQuerySet)


class Effect(Part):
    """What an event did to exactly one subject: an order, measure, agreement, commitment or violation."""

    parents: ClassVar[tuple[str, ...]] = ("event",)

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="effects", help_text="The event.")
    order = models.ForeignKey(
        "Order",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="effects",
        help_text="The order it changed, if it is one.",
    )
    measure = models.ForeignKey(
        "Measure",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="effects",
        help_text="The measure it changed, if it is one.",
    )
    agreement = models.ForeignKey(
        "Agreement",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="effects",
        help_text="The agreement it changed, if it is one.",
    )
    commitment = models.ForeignKey(
        "Commitment",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="effects",
        help_text="The commitment it changed, if it is one.",
    )
    violation = models.ForeignKey(
        "Violation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="effects",
        help_text="The violation it is about, if it is one.",
    )
    party = models.ForeignKey(
        Actor,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="effects",
        help_text="For an agreement the party whose standing changed; for a commitment the obligor; for a violation "
        "who alleges, finds, denies or admits it.",
    )
    verb = models.CharField(max_length=30, choices=Verb.choices, help_text="What happened to the subject.")
    effective_on = EDTFField(
        earliest="effective_earliest",
        latest="effective_latest",
        help_text="From which day (EDTF). While a condition is open, the latest day by which it can be met.",
    )
    effective_earliest = BoundField(help_text="First day that the date may mean.")
    effective_latest = BoundField(help_text="Last day that the date may mean; by then it has certainly happened.")
    sequence = CountField(default=0, help_text="Order among effects on one subject on one day: the higher comes later.")
    until = EDTFField(
        blank=True,
        default="",
        earliest="until_earliest",
        latest="until_latest",
        help_text="First day on which it no longer holds (EDTF), if stated.",
    )
    until_earliest = BoundField(help_text="First day that the end may mean.")
    until_latest = BoundField(help_text="Last day that the end may mean.")
    by_order = models.ForeignKey(
        "Order",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="effects_caused",
        help_text="The order that caused it.",
    )
    by_agreement = models.ForeignKey(
        "Agreement",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="effects_caused",
        help_text="The agreement that caused it.",
    )
    in_part = models.BooleanField(default=False, help_text="Whether it holds only for a part of the subject.")
    provision = LineField(max_length=300, blank=True, default="", help_text="Sections or paragraphs of that part.")
    milestone = LineField(
        max_length=100, blank=True, default="", help_text="Name that the agreement gives the day, such as Adoption Day."
    )
    condition = ProseField(
        blank=True, default="", help_text="The condition on which it depends, in the words of the rule."
    )
    fulfilled_by = models.ForeignKey(
        Event,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="conditions_fulfilled",
        help_text="The event that met the condition; then the date is that day.",
    )
    contested = models.BooleanField(
        default=False, help_text="Whether somebody with standing disputes that it happened; positions record who."
    )
    note = ProseField(blank=True, default="", help_text="Remark.")

    objects: ClassVar[EffectManager[Effect]] = EffectManager()

    class Meta:
        ordering = ["effective_latest", "sequence", "pk"]
        constraints = [
            *ordinal("event", name="effect_ordinal"),
            exactly_one(*SUBJECT_FIELDS, name="effect_one_subject"),
            dated("effective_on", earliest="effective_earliest", latest="effective_latest", name="effect_effective_on"),
            dated("until", earliest="until_earliest", latest="until_latest", name="effect_until"),
            models.CheckConstraint(
                condition=Q(effective_earliest__isnull=False),
                name="effect_has_date",
                violation_error_message="An effect needs the day from which it holds.",
            ),
            models.CheckConstraint(
                condition=Q(until_latest__isnull=True) | Q(until_latest__gte=models.F("effective_earliest")),
                name="effect_ends_after_beginning",
                violation_error_message="An effect cannot end before it begins.",
            ),
            models.CheckConstraint(
                condition=Q(order__isnull=False, party__isnull=True, verb__in=_verbs(Subject.ORDER))
                | Q(measure__isnull=False, party__isnull=True, verb__in=_verbs(Subject.MEASURE))
                | Q(agreement__isnull=False, party__isnull=True, verb__in=_verbs(Subject.AGREEMENT))
                | Q(agreement__isnull=False, party__isnull=False, verb__in=_verbs(Subject.PARTY))
                | Q(commitment__isnull=False, verb__in=_verbs(Subject.COMMITMENT))
                | Q(violation__isnull=False, verb__in=_verbs(Subject.VIOLATION)),
                name="effect_verb_fits_subject",
                violation_error_message="This verb is not allowed for this subject, or the subject has no parties "
                "(see the table of effect verbs in the documentation).",
            ),
        ]
        indexes = [models.Index(fields=[field, "effective_latest"], name=f"effect_{field}") for field in SUBJECT_FIELDS]

    def __str__(self) -> str:
        return f"{self.get_verb_display()} {self.effective_on}"

    @property
    def tie(self) -> str:
        """The last key of the order of effects: it is the same in every database."""
        return self.tie_of(self.event.slug, self.ordinal)

    @staticmethod
    def tie_of(slug: str, ordinal: int) -> str:
        """Return the tie of an effect from the slug of its event and its ordinal."""
        return f"{slug}#{ordinal:06}"
