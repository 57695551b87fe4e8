"""A world that can grow: every list of the admin, and every tab of the first record of each noun, has as many rows."""

from __future__ import annotations

from typing import Final

from sanctions.models import (
    Actor,
    ActorName,
    Agreement,
    AgreementName,
    Ballot,
    Citation,
    Commitment,
    Directive,
    Effect,
    Event,
    Identifier,
    Measure,
    Measurement,
    MeasureSector,
    Order,
    OrderName,
    OrderTopic,
    Participation,
    Penalty,
    Position,
    Program,
    Provision,
    Record,
    Reference,
    Relation,
    Relationship,
    Source,
    Tenure,
    Violation,
    Vote,
)
from sanctions.records.registry import RECORD_TYPES
from sanctions.vocabulary import Sector, State, Topic
from tests.factories.actors import make_actor
from tests.factories.agreements import make_agreement
from tests.factories.designations import make_designation
from tests.factories.events import make_event
from tests.factories.orders import make_measure, make_order
from tests.factories.programs import make_program
from tests.factories.sources import make_source
from tests.factories.violations import make_violation

NOUNS: Final[dict[str, type[Record]]] = {record_type.name: record_type.model for record_type in RECORD_TYPES}

#: Rows that have an effect on each kind of subject.
ALL_KINDS: Final = 3


class World:
    """Records of all nouns, and the first of each with all its parts."""

    def __init__(self, size: int = 0, *, state: str = State.DRAFT) -> None:
        self.size = 0
        self.state = state
        self.first: dict[str, Record] = {}
        self.grow_to(size)

    def grow_to(self, size: int) -> None:
        """Add records and parts until there are ``size`` of each."""
        for n in range(self.size, size):
            self._add(n)
        self.size = size

    def _add(self, n: int) -> None:
        actor = make_actor(f"actor-{n:02}", state=self.state)
        source = make_source(f"source-{n:02}", state=self.state)
        program = make_program(f"program-{n:02}", issuer=actor, state=self.state)
        order = make_order(f"order-{n:02}", issuer=actor, signatory=actor, state=self.state)
        agreement = make_agreement(f"agreement-{n:02}", state=self.state)
        violation = make_violation(f"violation-{n:02}", state=self.state)
        event = make_event(f"event-{n:02}", state=State.PUBLISHED if n else self.state)
        designation = make_designation(
            f"designation-{n:02}", actor=actor, program=program, order=order, state=self.state
        )
        records = (actor, source, program, order, agreement, violation, event, designation)
        for record in records:
            self.first.setdefault(str(record._meta.model_name), record)
        self._fill_actor(n, actor)
        measure = self._fill_order(n, actor, program, agreement)
        commitment = self._fill_agreement(n, actor)
        self._fill_violation(n, actor, commitment)
        self._fill_event(n, actor, order, measure, commitment)
        self._describe(n, actor, source)

    def _describe(self, n: int, actor: Actor, source: Source) -> None:
        for noun, record in self.first.items():
            if noun != "source":
                Citation.objects.create(**{noun: record}, ordinal=n, source=source, asserted_by=actor)
            if noun in ("actor", "program", "order", "agreement"):
                Identifier.objects.create(**{noun: record}, ordinal=n, scheme="wikidata", value=f"Q{n}")

    def _fill_actor(self, n: int, other: Actor) -> None:
        owner = self.first["actor"]
        assert isinstance(owner, Actor)
        ActorName.objects.create(actor=owner, ordinal=n, kind="alias", text=f"Alias {n}")
        Tenure.objects.create(
            actor=owner, ordinal=n, slug=f"tenure-{n:02}", body=other, title="Head", rank="head", held_from="2001"
        )
        to = other if n else make_actor("other", state=self.state)
        Relationship.objects.create(actor=owner, ordinal=n, kind="part_of", to=to)

    def _fill_order(self, n: int, actor: Actor, program: Program, agreement: Agreement) -> Measure:
        owner = self.first["order"]
        assert isinstance(owner, Order)
        measure = make_measure(owner, f"measure-{n:02}")
        measure.targets.add(actor)
        measure.territories.add(actor)
        MeasureSector.objects.create(measure=measure, sector=Sector.values[n])
        OrderTopic.objects.get_or_create(order=owner, topic=Topic.values[n % len(Topic.values)])
        OrderName.objects.create(order=owner, ordinal=n, kind="short_title", text=f"Short {n}")
        Directive.objects.create(order=owner, ordinal=n, addressee=actor, text="Do it.")
        Relation.objects.create(order=owner, ordinal=n, kind="cites", to_agreement=agreement)
        owner.programs.add(program)
        return measure

    def _fill_agreement(self, n: int, actor: Actor) -> Commitment:
        owner = self.first["agreement"]
        assert isinstance(owner, Agreement)
        AgreementName.objects.create(agreement=owner, ordinal=n, kind="acronym", text=f"A{n}")
        commitment = Commitment.objects.create(
            agreement=owner, ordinal=n, slug=f"commitment-{n:02}", text="To keep it.", verifier=actor
        )
        commitment.obligors.add(actor)
        return commitment

    def _fill_violation(self, n: int, actor: Actor, commitment: Commitment) -> None:
        owner = self.first["violation"]
        assert isinstance(owner, Violation)
        Provision.objects.create(violation=owner, ordinal=n, commitment=commitment)
        owner.accused.add(actor)

    def _fill_event(self, n: int, actor: Actor, order: Order, measure: Measure, commitment: Commitment) -> None:
        owner, violation = self.first["event"], self.first["violation"]
        assert isinstance(owner, Event)
        assert isinstance(violation, Violation)
        capacity = Tenure.objects.get(slug=f"tenure-{n:02}")
        Participation.objects.create(event=owner, ordinal=n, actor=actor, role="signatory", capacity=capacity)
        self._affect(n, actor, order, measure, commitment)
        Position.objects.create(event=owner, ordinal=n, holder=actor, stance="supports", measure=measure)
        Reference.objects.create(event=owner, ordinal=n, kind="concerns", commitment=commitment)
        Vote.objects.create(event=owner, ordinal=n, body=actor)
        Ballot.objects.create(event=owner, ordinal=n, member=actor, choice="for")
        Measurement.objects.create(event=owner, ordinal=n, commitment=commitment, value=1, unit="kg", measured_by=actor)
        penalty = Penalty.objects.create(
            event=owner, ordinal=n, violation=violation, amount=1, currency="USD", payer=actor
        )
        penalty.authorities.add(actor)

    def _affect(self, n: int, actor: Actor, order: Order, measure: Measure, commitment: Commitment) -> None:
        owner = self.first["event"]
        assert isinstance(owner, Event)
        effects = (
            ({"order": self.first["order"]}, "amended"),
            ({"measure": measure}, "took_effect"),
            ({"agreement": self.first["agreement"], "party": actor}, "signed"),
            ({"commitment": commitment}, "took_effect"),
            ({"violation": self.first["violation"], "party": actor}, "alleged"),
        )
        # All kinds of subjects from the first rows on; then one effect a row, which is enough to make it grow.
        for subject, verb in effects if n < ALL_KINDS else effects[n % 5 : n % 5 + 1]:
            Effect.objects.create(
                event=owner,
                ordinal=Effect.objects.filter(event=owner).count(),
                verb=verb,
                effective_on="2018-05-08",
                by_order=order,
                **subject,
            )
