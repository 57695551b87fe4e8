"""The subjects that a comparison of two days covers: which of them differ, and the effects on them.

The standings of orders, measures, agreements and violations are compared in SQL, by the twin of the fold; those of
parties and obligors by the fold itself, because the SQL computes the standing of one actor at a time. Either way only
subjects with an effect that begins or ends between the two days are considered. Rows are identified by slugs: primary
keys can differ between two instants.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.db.models.lookups import Exact

from sanctions.models import Actor, Agreement, Commitment, Effect, Measure, Order, Provision, Violation
from sanctions.models.effects import EffectQuerySet
from sanctions.models.standing_sql import standing_expression
from sanctions.projections.rendered_documents import reference
from sanctions.questions.standings import effects_to_show, named
from sanctions.records.encode import Label, label_text
from sanctions.standing import standing_on
from sanctions.vocabulary import Subject

#: The identity of a subject among its kind: its slug, and for a party or an obligor also that of the actor.
SubjectKey = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ComparisonFilter:
    """The slugs to filter a comparison by; empty for everything.

    Orders have a ``program`` and an ``issuer``, their measures a ``target``; violations are those of matching orders.
    Agreements have none of these: a filtered comparison has no agreements, parties and commitments.
    """

    program: str = ""
    issuer: str = ""
    target: str = ""

    def of_orders(self) -> Q:
        """Return the condition on orders."""
        condition = self._of_instruments("")
        if self.target:
            condition &= Q(pk__in=Measure.objects.filter(self._aimed()).values("order"))
        return condition

    def of_measures(self) -> Q:
        """Return the condition on measures."""
        return self._of_instruments("order__") & self._aimed()

    def of_agreements(self) -> Q:
        """Return the condition on agreements: none of them, unless the scope is everything."""
        return Q(pk__in=[]) if self._narrows else Q()

    def of_violations(self) -> Q:
        """Return the condition on violations: those of orders within the scope."""
        if not self._narrows:
            return Q()
        orders = Order.objects.published().filter(self.of_orders())
        return Q(pk__in=Provision.objects.filter(order__in=orders).values("violation"))

    def of_designations(self) -> Q:
        """Return the condition on designations: the program, its issuer or the order's, and who is designated."""
        condition = Q()
        if self.program:
            condition &= Q(program__slug=self.program)
        if self.issuer:
            condition &= Q(program__issuer__slug=self.issuer) | Q(order__issuer__slug=self.issuer)
        if self.target:
            condition &= Q(actor__slug=self.target)
        return condition

    @property
    def _narrows(self) -> bool:
        return bool(self.program or self.issuer or self.target)

    def _of_instruments(self, path: str) -> Q:
        condition = Q()
        if self.program:
            belonging = Order.programs.through._default_manager.filter(program__slug=self.program)
            condition &= Q(**{f"{path}pk__in": belonging.values("order")})
        if self.issuer:
            condition &= Q(**{f"{path}issuer__slug": self.issuer})
        return condition

    def _aimed(self) -> Q:
        """Return the condition on measures aimed at the target, by name or as a territory."""
        if not self.target:
            return Q()
        return Measure.aimed_at(Actor.objects.filter(slug=self.target).order_by())


@dataclass(frozen=True, slots=True)
class Held:
    """One subject: how an answer names it, and the effects that count for it."""

    named: dict[str, Any]
    effects: list[Effect]


@dataclass(frozen=True, slots=True)
class Differing:
    """Subjects that differ between two days: how many they are, and how to read them with their effects."""

    count: int
    read: Callable[[], dict[SubjectKey, Held]]


def called(row: Any, state: str = "", **columns: str) -> dict[str, Any]:
    """Return the reference to a row by some of its columns; ``state`` is that of the record if the row is a part."""
    name = str(row._meta.model_name)
    text = label_text(name, {"slug": row.slug, **columns})
    return reference(Label(name, row.slug, text, state or row.state))


def _turned(earlier: date, later: date) -> EffectQuerySet:
    """Return the effects that can change a standing between the two days: those that begin or end in between.

    All that the fold reads of an effect is whether the last day of its beginning, and of its end, has come.
    """
    within = Q()
    for bound in ("effective_latest", "until_latest"):
        within |= Q(**{f"{bound}__gt": earlier, f"{bound}__lte": later})
    effects: EffectQuerySet = Effect.objects.counted().filter(within)
    return effects


def _on(effects: QuerySet[Any], column: str, *others: QuerySet[Any]) -> Q:
    """Return the condition on rows that have an effect or are among others.

    It is one subquery: the database starts from it and computes standings for those rows only.
    """
    affected = effects.filter(**{f"{column}__isnull": False}).order_by().values(column)
    return Q(
        pk__in=affected.union(*(rows.order_by().values("pk") for rows in others), all=True) if others else affected
    )


class Subjects(ABC):
    """The subjects of one kind."""

    subject: Subject
    #: Their key in an answer.
    plural: str

    @abstractmethod
    def differing(self, scope: ComparisonFilter, earlier: date, later: date, most: int) -> Differing:
        """Return those whose standings differ between two days, ``most`` of them at most."""

    @abstractmethod
    def codes(self, scope: ComparisonFilter, day: date) -> dict[SubjectKey, str]:
        """Return the standing of each on a day."""

    @abstractmethod
    def held(self, scope: ComparisonFilter, keys: Collection[SubjectKey]) -> dict[SubjectKey, Held]:
        """Return those with the keys, as far as they exist."""


class _InSQL(Subjects):
    """Subjects that are rows with a standing of their own."""

    @abstractmethod
    def rows(self, scope: ComparisonFilter) -> QuerySet[Any]:
        """Return the rows that the public sees, by slug, with what names them."""

    @abstractmethod
    def turned(self, effects: EffectQuerySet) -> Q:
        """Return the condition that some of the effects is on the row or flows to it."""

    def named(self, row: Any) -> dict[str, Any]:
        """Return how an answer names a row."""
        return {str(self.subject): named(row)}

    def differing(self, scope: ComparisonFilter, earlier: date, later: date, most: int) -> Differing:
        """Return those whose standings differ between two days, at most ``most``; keys now, rows when read."""
        before, after = (standing_expression(self.subject, day) for day in (earlier, later))
        rows = self.rows(scope).filter(self.turned(_turned(earlier, later)))
        # A condition, not an annotation: the fold computes the standings again, with their reasons.
        keys = list(rows.filter(~Q(Exact(before, after))).order_by().values_list("pk", flat=True)[:most])
        return Differing(len(keys), lambda: self._with_effects(self.rows(scope).filter(pk__keyed=keys)))

    def codes(self, scope: ComparisonFilter, day: date) -> dict[SubjectKey, str]:
        """Return the standing of each on a day."""
        rows: Any = self.rows(scope)
        return {(slug,): code for slug, code in rows.with_standing(day).values_list("slug", "standing")}

    def held(self, scope: ComparisonFilter, keys: Collection[SubjectKey]) -> dict[SubjectKey, Held]:
        """Return those with the keys, as far as they exist."""
        return self._with_effects(self.rows(scope).filter(slug__in=[slug for (slug,) in keys]))

    def _with_effects(self, rows: QuerySet[Any]) -> dict[SubjectKey, Held]:
        subjects = list(rows)
        effects = effects_to_show().by_subject(self.subject, subjects)
        return {(row.slug,): Held(self.named(row), effects[row.pk]) for row in subjects}


class OrderSubjects(_InSQL):
    """Orders."""

    subject, plural = Subject.ORDER, "orders"

    def rows(self, scope: ComparisonFilter) -> QuerySet[Any]:
        """Return the orders within the scope."""
        return Order.objects.published().filter(scope.of_orders()).only("slug", "title", "state").order_by("slug")

    def turned(self, effects: EffectQuerySet) -> Q:
        """Return the condition that some of the effects is on the order."""
        return _on(effects, "order")


class MeasureSubjects(_InSQL):
    """Measures, which also follow their order."""

    subject, plural = Subject.MEASURE, "measures"

    def rows(self, scope: ComparisonFilter) -> QuerySet[Any]:
        """Return the measures within the scope."""
        rows = Measure.objects.published().filter(scope.of_measures()).select_related("order").order_by("slug")
        return rows.only("slug", "title", "kind", "order__slug", "order__title", "order__state")

    def turned(self, effects: EffectQuerySet) -> Q:
        """Return the condition that some of the effects is on the measure or its order."""
        orders = effects.filter(order__isnull=False).values("order")
        return _on(effects, "measure", Measure.objects.filter(order__in=orders))

    def named(self, row: Any) -> dict[str, Any]:
        """Return the measure, and the order that contains it."""
        return {
            "measure": called(row, row.order.state, title=row.title, kind=row.kind),
            "kind": row.kind,
            "order": named(row.order),
        }


class AgreementSubjects(_InSQL):
    """Agreements as a whole."""

    subject, plural = Subject.AGREEMENT, "agreements"

    def rows(self, scope: ComparisonFilter) -> QuerySet[Any]:
        """Return the agreements within the scope."""
        rows: QuerySet[Any] = _agreements(scope)
        return rows

    def turned(self, effects: EffectQuerySet) -> Q:
        """Return the condition that some of the effects is on the agreement as a whole."""
        return _on(effects.filter(party__isnull=True), "agreement")


class ViolationSubjects(_InSQL):
    """Violations, as they are claimed."""

    subject, plural = Subject.VIOLATION, "violations"

    def rows(self, scope: ComparisonFilter) -> QuerySet[Any]:
        """Return the violations within the scope."""
        rows = Violation.objects.published().filter(scope.of_violations())
        return rows.only("slug", "title", "state").order_by("slug")

    def turned(self, effects: EffectQuerySet) -> Q:
        """Return the condition that some of the effects claims or answers the violation."""
        return _on(effects, "violation")


def _agreements(scope: ComparisonFilter) -> Any:
    rows = Agreement.objects.published().filter(scope.of_agreements())
    return rows.only("slug", "title", "state").order_by("slug")


class _InPython(Subjects):
    """Subjects that are an actor together with a row, whose standings the fold computes."""

    @abstractmethod
    def each(self, rows: Any) -> Iterator[tuple[SubjectKey, Held]]:
        """Yield every subject of the rows."""

    @abstractmethod
    def rows(self, scope: ComparisonFilter) -> Any:
        """Return the rows that the public sees, by slug."""

    @abstractmethod
    def turned(self, effects: EffectQuerySet) -> Q:
        """Return the condition that some of the effects can be on a subject of the row."""

    def differing(self, scope: ComparisonFilter, earlier: date, later: date, most: int) -> Differing:
        """Return those whose standings differ between two days, at most ``most``."""
        rows = self.rows(scope).filter(self.turned(_turned(earlier, later)))
        changed = {key: held for key, held in self.each(rows) if self._code(held, earlier) != self._code(held, later)}
        return Differing(len(changed), lambda: dict(list(changed.items())[:most]))

    def codes(self, scope: ComparisonFilter, day: date) -> dict[SubjectKey, str]:
        """Return the standing of each on a day."""
        return {key: self._code(held, day) for key, held in self.each(self.rows(scope))}

    def held(self, scope: ComparisonFilter, keys: Collection[SubjectKey]) -> dict[SubjectKey, Held]:
        """Return those with the keys, as far as they exist."""
        rows = self.rows(scope).filter(slug__in={slug for slug, _ in keys})
        wanted = set(keys)
        return {key: held for key, held in self.each(rows) if key in wanted}

    def _code(self, held: Held, day: date) -> str:
        return standing_on(day, held.effects, self.subject).code


class PartySubjects(_InPython):
    """Each actor that ever acted under an agreement as a party."""

    subject, plural = Subject.PARTY, "parties"

    def rows(self, scope: ComparisonFilter) -> Any:
        """Return the agreements within the scope."""
        return _agreements(scope)

    def turned(self, effects: EffectQuerySet) -> Q:
        """Return the condition that some of the effects is on the agreement or a party to it."""
        return _on(effects, "agreement")

    def each(self, rows: Any) -> Iterator[tuple[SubjectKey, Held]]:
        """Yield every party to the agreements."""
        agreements = list(rows)
        by_agreement = effects_to_show().by_party(agreements)
        for agreement in agreements:
            for party, effects in by_agreement[agreement.pk].items():
                actor: Any = next(effect.party for effect in effects if effect.party_id == party)
                yield (
                    (agreement.slug, actor.slug),
                    Held({"agreement": named(agreement), "actor": named(actor)}, effects),
                )


class CommitmentSubjects(_InPython):
    """Each commitment for each of its obligors; once, without an actor, if it names none."""

    subject, plural = Subject.COMMITMENT, "commitments"

    def rows(self, scope: ComparisonFilter) -> Any:
        """Return the commitments within the scope."""
        agreements = _agreements(scope)
        rows = Commitment.objects.filter(agreement__in=agreements.order_by().values("pk")).select_related("agreement")
        return rows.only("slug", "text", "agreement__slug", "agreement__title", "agreement__state").order_by("slug")

    def turned(self, effects: EffectQuerySet) -> Q:
        """Return the condition that some of the effects is on the commitment or its agreement as a whole."""
        whole = effects.filter(agreement__isnull=False, party__isnull=True).values("agreement")
        return _on(effects, "commitment", Commitment.objects.filter(agreement__in=whole))

    def each(self, rows: Any) -> Iterator[tuple[SubjectKey, Held]]:
        """Yield every obligor of the commitments."""
        commitments = list(rows)
        by_commitment = effects_to_show().by_subject(self.subject, commitments)
        obligors = _obligors(by_commitment)
        for row in commitments:
            names = {
                "commitment": called(row, row.agreement.state, text=row.text),
                "agreement": named(row.agreement),
            }
            for actor in obligors.get(row.pk, [None]):
                effects = by_commitment[row.pk]
                if actor is not None:
                    effects = [effect for effect in effects if effect.party_id in (None, actor.pk)]
                key = (row.slug, "" if actor is None else actor.slug)
                yield key, Held(names | {"actor": None if actor is None else named(actor)}, effects)


def _obligors(commitments: Mapping[int, Any]) -> dict[int, list[Actor]]:
    obligors: dict[int, list[Actor]] = defaultdict(list)
    links = Commitment.obligors.through._default_manager.filter(commitment__in=list(commitments))
    shown = ("commitment_id", "actor__slug", "actor__name", "actor__state")
    for link in links.select_related("actor").only(*shown).order_by("actor__slug"):
        obligors[link.commitment_id].append(link.actor)
    return obligors


#: The kinds of subjects in the order of an answer.
SUBJECTS: Final[tuple[Subjects, ...]] = (
    OrderSubjects(),
    MeasureSubjects(),
    AgreementSubjects(),
    PartySubjects(),
    CommitmentSubjects(),
    ViolationSubjects(),
)
