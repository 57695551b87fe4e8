"""Events: what happened, who took part, what it changed and what was said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import ClassVar, Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from sanctions.models.actors import Actor, Tenure
from sanctions.models.base import Part, PartQuerySet, Record
from sanctions.models.constraints import dated, exactly_one, one_of, ordinal
from sanctions.models.fields import BoundField, CountField, EDTFField, LineField, ProseField
from sanctions.standing import FLOWS, TABLE
from sanctions.vocabulary import (
    Choice,
    EventKind,
    Modality,
    PenaltyKind,
    ReferenceKind,
    Role,
    Stance,
    State,
    Subject,
    Verb,
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
                violation_error_message="An event needs a date; an open one such as ../2010 will do.",
            ),
        ]
        indexes = [
            models.Index(fields=["happened_latest", "slug"], name="event_happened"),
            models.Index(fields=["kind", "happened_latest", "slug"], name="event_kind_happened"),
        ]

    def __str__(self) -> str:
        return f"{self.happened_on} {self.title}"


class Participation(Part):
    """An actor's part in an event."""

    parents: ClassVar[tuple[str, ...]] = ("event",)

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="participations", help_text="The event.")
    actor = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="participations", help_text="Who.")
    role = models.CharField(max_length=16, choices=Role.choices, help_text="In which role.")
    capacity = models.ForeignKey(
        Tenure,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="participations",
        help_text="In which office, if the actor took part in one.",
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
    kind = models.CharField(max_length=16, choices=ReferenceKind.choices, help_text="Why it names it.")
    order = models.ForeignKey(
        "Order",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="references",
        help_text="An order, if it is one.",
    )
    agreement = models.ForeignKey(
        "Agreement",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="references",
        help_text="An agreement, if it is one.",
    )
    commitment = models.ForeignKey(
        "Commitment",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="references",
        help_text="A commitment, if it is one.",
    )
    violation = models.ForeignKey(
        "Violation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="references",
        help_text="A violation, if it is one.",
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


def _verbs(subject: Subject) -> list[str]:
    return [str(verb) for verb in TABLE[subject]]


class EventPartQuerySet(PartQuerySet):
    """What belongs to events, and what of it counts."""

    def counted(self) -> Self:
        """Keep what belongs to published events that were not cancelled."""
        return self.filter(event__state=State.PUBLISHED).exclude(event__modality=Modality.CANCELLED)


EventPartManager = models.Manager.from_queryset(EventPartQuerySet)


class EffectQuerySet(EventPartQuerySet):
    """Effects, and those on given subjects."""

    def by_subject(self, subject: Subject, rows: Iterable[models.Model]) -> dict[int, list[Effect]]:
        """Return the effects that count for each of the rows (primary key → effects), in one query.

        Effects that flow from an order to its measures or from an agreement to its commitments are
        among them. For ``Subject.PARTY`` use :meth:`by_party`.
        """
        rows = list(rows)
        found: dict[int, list[Effect]] = {row.pk: [] for row in rows}
        field = str(subject)
        parent = {Subject.MEASURE: "order", Subject.COMMITMENT: "agreement"}.get(subject)
        condition = Q(**{f"{field}__keyed": list(found)})
        if subject is Subject.AGREEMENT:
            condition &= Q(party__isnull=True)
        children: dict[int, list[int]] = defaultdict(list)
        if parent:
            for row in rows:
                children[getattr(row, f"{parent}_id")].append(row.pk)
            condition |= Q(
                **{f"{parent}__keyed": list(children), "party__isnull": True},
                verb__in=[str(verb) for verb in FLOWS[subject]],
            )
        for effect in self.counted().filter(condition).select_related("event"):
            if (key := getattr(effect, f"{field}_id")) is not None:
                found[key].append(effect)
            elif parent:
                for key in children[getattr(effect, f"{parent}_id")]:
                    found[key].append(effect)
        return found

    def by_party(self, agreements: Iterable[models.Model]) -> dict[int, dict[int, list[Effect]]]:
        """Return agreement → party → effects that count for that party, in one query.

        Effects of the whole agreement that end it flow to each of its parties.
        """
        keys = [row.pk for row in agreements]
        flows = [str(verb) for verb in FLOWS[Subject.PARTY]]
        own: dict[int, dict[int, list[Effect]]] = {key: defaultdict(list) for key in keys}
        whole: dict[int, list[Effect]] = defaultdict(list)
        rows = self.counted().filter(Q(party__isnull=False) | Q(verb__in=flows), agreement__keyed=keys)
        for effect in rows.select_related("event", "party"):
            if effect.party_id is None:
                whole[effect.agreement_id].append(effect)
            else:
                own[effect.agreement_id][effect.party_id].append(effect)
        for key, parties in own.items():
            for effects in parties.values():
                effects.extend(whole[key])
        return own


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
    sequence = CountField(default=0, help_text="Order among effects of one day on one subject: the higher comes later.")
    until = EDTFField(
        blank=True,
        default="",
        earliest="until_earliest",
        latest="until_latest",
        help_text="First day on which it holds no longer (EDTF), if it says so.",
    )
    until_earliest = BoundField(help_text="First day that the end may mean.")
    until_latest = BoundField(help_text="Last day that the end may mean.")
    by_order = models.ForeignKey(
        "Order",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="effects_caused",
        help_text="By which order.",
    )
    by_agreement = models.ForeignKey(
        "Agreement",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="effects_caused",
        help_text="By which agreement.",
    )
    in_part = models.BooleanField(default=False, help_text="Whether it holds for a part of the subject only.")
    provision = LineField(max_length=300, blank=True, default="", help_text="Which part: sections, paragraphs.")
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
        default=False, help_text="Whether somebody with standing disputes that it happened; positions say who."
    )
    note = ProseField(blank=True, default="", help_text="Remark.")

    objects: ClassVar[EffectManager[Effect]] = EffectManager()

    class Meta:
        ordering = ["effective_latest", "sequence", "pk"]
        constraints = [
            *ordinal("event", name="effect_ordinal"),
            exactly_one("order", "measure", "agreement", "commitment", "violation", name="effect_one_subject"),
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
                violation_error_message="This verb cannot happen to such a subject, or the subject has no parties "
                "(see the table of effect verbs in the documentation).",
            ),
        ]
        indexes = [
            models.Index(fields=[field, "effective_latest"], name=f"effect_{field}")
            for field in ("order", "measure", "agreement", "commitment", "violation")
        ]

    def __str__(self) -> str:
        return f"{self.get_verb_display()} {self.effective_on}"

    @property
    def tie(self) -> str:
        """The same in every database: which of two effects that are otherwise equal is named first."""
        return self.tie_of(self.event.slug, self.ordinal)

    @staticmethod
    def tie_of(slug: str, ordinal: int) -> str:
        """Return the tie of an effect, by the slug of its event and its place among its effects."""
        return f"{slug}#{ordinal:06}"

    @property
    def subject_kind(self) -> Subject:
        """What kind of subject it changed."""
        for kind in (Subject.ORDER, Subject.MEASURE, Subject.COMMITMENT, Subject.VIOLATION):
            if getattr(self, f"{kind}_id") is not None:
                return kind
        return Subject.AGREEMENT if self.party_id is None else Subject.PARTY


class Position(Part):
    """What a participant said of one subject, paraphrased, with at most a few quoted words."""

    parents: ClassVar[tuple[str, ...]] = ("event",)

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="positions", help_text="The event.")
    holder = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="positions", help_text="Who holds it.")
    stance = models.CharField(max_length=16, choices=Stance.choices, help_text="What it does with its subject.")
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
    paraphrase = ProseField(blank=True, default="", help_text="What was said, in our own words.")
    quote = LineField(max_length=120, blank=True, default="", help_text="A few words, quoted as they were said.")
    audience = LineField(max_length=300, blank=True, default="", help_text="To whom it was said.")

    objects: ClassVar[EventPartManager[Position]] = EventPartManager()

    class Meta:
        ordering = ["ordinal", "pk"]
        constraints = [
            *ordinal("event", name="position_ordinal"),
            one_of("stance", Stance.values, name="position_stance_valid"),
            exactly_one(
                "actor", "order", "measure", "agreement", "commitment", "violation", name="position_one_subject"
            ),
        ]

    def __str__(self) -> str:
        subject = self.actor or self.order or self.measure or self.agreement or self.commitment or self.violation
        return f"{self.holder} {self.get_stance_display()} {subject}"


class Vote(Part):
    """The tally of a vote in an event; :class:`Ballot` has how named members voted."""

    parents: ClassVar[tuple[str, ...]] = ("event",)

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="votes", help_text="The event.")
    body = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="votes", help_text="The body that voted.")
    votes_for = CountField(null=True, blank=True, help_text="Votes for.")
    votes_against = CountField(null=True, blank=True, help_text="Votes against.")
    abstaining = CountField(null=True, blank=True, help_text="Abstentions.")
    absent = CountField(null=True, blank=True, help_text="Members absent or not voting.")
    adopted = models.BooleanField(null=True, blank=True, help_text="Whether the motion was adopted.")
    document = LineField(max_length=100, blank=True, default="", help_text="Symbol of what was voted on.")
    note = ProseField(blank=True, default="", help_text="Remark.")

    class Meta:
        ordering = ["ordinal", "pk"]
        constraints = [*ordinal("event", name="vote_ordinal")]

    def __str__(self) -> str:
        return f"{self.body}: {self.votes_for}–{self.votes_against}–{self.abstaining}"


class Ballot(Part):
    """How one member voted in an event."""

    parents: ClassVar[tuple[str, ...]] = ("event",)

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="ballots", help_text="The event.")
    member = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="ballots", help_text="Who voted.")
    choice = models.CharField(max_length=10, choices=Choice.choices, help_text="How.")

    class Meta:
        ordering = ["ordinal", "pk"]
        constraints = [
            *ordinal("event", name="ballot_ordinal"),
            one_of("choice", Choice.values, name="ballot_choice_valid"),
            models.UniqueConstraint(
                fields=["event", "member"],
                name="ballot_once",
                violation_error_message="The member has voted already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.get_choice_display()}"


class Measurement(Part):
    """A value that somebody measured, against a commitment or for a violation, and the limit then in force."""

    parents: ClassVar[tuple[str, ...]] = ("event",)

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="measurements", help_text="The event.")
    commitment = models.ForeignKey(
        "Commitment",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="measurements",
        help_text="Against which commitment.",
    )
    violation = models.ForeignKey(
        "Violation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="measurements",
        help_text="Evidence of which violation.",
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
        Actor, null=True, blank=True, on_delete=models.PROTECT, related_name="measurements", help_text="By whom."
    )
    report_number = LineField(max_length=100, blank=True, default="", help_text="Number of the report that tells it.")
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


class Penalty(Part):
    """A sum imposed or agreed for a violation."""

    parents: ClassVar[tuple[str, ...]] = ("event",)

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="penalties", help_text="The event.")
    violation = models.ForeignKey(
        "Violation", on_delete=models.PROTECT, related_name="penalties", help_text="For which violation."
    )
    kind = models.CharField(
        max_length=12,
        choices=PenaltyKind.choices,
        blank=True,
        default="",
        help_text="How it came to be owed; empty if not coded.",
    )
    amount = models.DecimalField(max_digits=15, decimal_places=2, help_text="The sum, in whole units of the currency.")
    currency = models.CharField(
        max_length=3,
        validators=[RegexValidator(r"\A[A-Z]{3}\Z", "A currency has three capital letters (ISO 4217).")],
        help_text="Currency (ISO 4217).",
    )
    payer = models.ForeignKey(
        Actor, null=True, blank=True, on_delete=models.PROTECT, related_name="penalties", help_text="Who owes it."
    )
    authorities = models.ManyToManyField(
        Actor, blank=True, related_name="penalties_imposed", help_text="Who imposed or agreed it."
    )
    note = ProseField(blank=True, default="", help_text="Remark.")

    class Meta:
        ordering = ["ordinal", "pk"]
        constraints = [
            *ordinal("event", name="penalty_ordinal"),
            one_of("kind", ["", *PenaltyKind.values], name="penalty_kind_valid"),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="penalty_amount_positive",
                violation_error_message="A penalty is a sum above zero.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"
