"""Compliance with an agreement on a day: the obligations of each obligor, with measurements and claims.

Every obligor is treated the same way. A standing is computed from effects. A claim is attributed to the actor who
makes it, and the answers of others are listed with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Q

from sanctions.models import Actor, Agreement, Commitment, Effect, Violation
from sanctions.questions.claims import Claim, Claims
from sanctions.questions.evidence import Evidence
from sanctions.questions.measured import Measured, Measurements
from sanctions.questions.standings import agreements, bounded, effects_to_show, named, shown
from sanctions.records.base import Document, plain
from sanctions.standing import Answer, standing_on
from sanctions.vocabulary import State, Subject

#: The terms as agreed; the standing has what became of them.
TERMS: Final = ("paragraph", "starts_on", "sunset_on")
#: The keys of a limit, in order.
LIMIT: Final = ("metric", "comparator", "limit", "unit", "equivalent_limit", "equivalent_unit")


@dataclass(frozen=True, slots=True)
class ComplianceFilter:
    """The rows to return; ``None`` does not filter.

    Obligors and commitments filter obligations and accusations, standings filter obligations.
    """

    obligors: Collection[int] | None = None
    commitments: Collection[int] | None = None
    standings: Collection[str] | None = None

    def matches(self, commitments: Collection[int], actor: Actor | None) -> bool:
        """Whether a row about commitments and an actor is wanted."""
        of_actor = self.obligors is None or (actor is not None and actor.pk in self.obligors)
        return of_actor and (self.commitments is None or any(pk in self.commitments for pk in commitments))


_EVERYTHING: Final = ComplianceFilter()


def compliance(agreement: Agreement, day: date, wanted: ComplianceFilter = _EVERYTHING) -> dict[str, Any]:
    """Return the obligations under an agreement on a day, and the accusations that concern no single obligation.

    ``obligations`` has a row for each commitment and obligor. ``accusations`` has for each accused the violations that
    no such row contains: those of the agreement as a whole, and those of commitments that the accused did not
    undertake, as when a group of states is accused for its members. So no claim is left out.
    """
    promises = Promises(agreement, day)
    commitments = [pk for pk, row in promises.rows.items() if row.agreement_id == agreement.pk]
    under = Violation.objects.filter(Q(against__agreement=agreement) | Q(against__commitment__agreement=agreement))
    claims = Claims(under.values_list("pk", flat=True), day)
    measurements = Measurements(commitments, [row.pk for row in claims.rows], day)
    evidence = Evidence(claims.events | measurements.events)
    record = _Record(agreement, promises, claims.by_violation(evidence), measurements.known(evidence))
    standings = agreements([agreement], day)[agreement.pk]
    return {
        "agreement": named(agreement),
        "as_of": day,
        "standing": standings["standing"],
        "parties": standings.get("parties", []),
        "obligations": [
            row
            for pk in commitments
            for obligor in promises.obligors_of(pk)
            if wanted.matches([pk], obligor)
            and (row := record.obligation(pk, obligor))
            and (wanted.standings is None or row["standing"]["code"] in wanted.standings)
        ],
        "accusations": list(record.accusations(wanted)),
    }


class Promises:
    """The commitments of an agreement and those that are owed for them, with obligors and effects."""

    def __init__(self, agreement: Agreement, day: date) -> None:
        self.day = day
        own = Commitment.objects.filter(agreement=agreement).values("pk")
        links = Commitment.in_return_for.through.objects.filter(Q(from_commitment__in=own) | Q(to_commitment__in=own))
        self.in_return_for: dict[int, list[int]] = defaultdict(list)
        self.owed_for: dict[int, list[int]] = defaultdict(list)
        for link in links.order_by("from_commitment__slug", "to_commitment__slug"):
            self.in_return_for[link.from_commitment_id].append(link.to_commitment_id)
            self.owed_for[link.to_commitment_id].append(link.from_commitment_id)
        others = {*self.in_return_for, *self.owed_for}
        rows = Commitment.objects.filter(Q(agreement=agreement) | Q(pk__in=others)).defer("rendering")
        rows = rows.select_related("agreement", "verifier").defer("agreement__rendering", "verifier__rendering")
        self.rows: dict[int, Commitment] = {row.pk: row for row in rows.order_by("agreement__slug", "ordinal")}
        self._obligors: dict[int, list[Actor]] = defaultdict(list)
        links_to_obligors = Commitment.obligors.through.objects.filter(commitment__in=list(self.rows)).select_related(
            "actor"
        )
        for promise in links_to_obligors.defer("actor__rendering").order_by("actor__slug"):
            self._obligors[promise.commitment_id].append(promise.actor)
        self._effects = effects_to_show().by_subject(Subject.COMMITMENT, list(self.rows.values()))

    def obligors_of(self, pk: int) -> list[Actor | None]:
        """Return the obligors of a commitment by slug; a single ``None`` if it names none."""
        return [*self._obligors[pk]] or [None]

    def standing(self, pk: int, obligor: Actor | None) -> Answer[Effect]:
        """Return the standing of a commitment for one obligor: effects on other obligors do not count."""
        effects = [e for e in self._effects[pk] if obligor is None or e.party_id in (None, obligor.pk)]
        return standing_on(self.day, effects, Subject.COMMITMENT)

    def named(self, pk: int) -> Document:
        """Return the reference to a commitment."""
        return named(self.rows[pk])

    def in_brief(self, pk: int) -> Document:
        """Return a commitment that is owed for another one, with its standing for each obligor but not the reasons."""
        public = self.rows[pk].agreement.state == State.PUBLISHED
        obligors = self.obligors_of(pk) if public else []
        return {
            "commitment": self.named(pk),
            "by_obligor": [_brief(obligor, self.standing(pk, obligor)) for obligor in obligors],
        }


def _brief(obligor: Actor | None, answer: Answer[Effect]) -> Document:
    return {
        "obligor": obligor and named(obligor),
        "code": answer.code,
        "since": bounded(answer.since),
        "until": bounded(answer.until),
        "certain": answer.certain,
        "possible": answer.possible,
    }


def _or_none(value: Any) -> Any:
    return None if value == "" else value


@dataclass(frozen=True, slots=True)
class _Record:
    """Everything that an answer is built from."""

    agreement: Agreement
    promises: Promises
    claims: Mapping[int, Claim]
    measured: Collection[Measured]

    def obligation(self, pk: int, obligor: Actor | None) -> Document:
        """Return the row of one commitment and one obligor."""
        row, promises = self.promises.rows[pk], self.promises
        return {
            "commitment": promises.named(pk),
            "obligor": obligor and named(obligor),
            **{name: _or_none(getattr(row, name)) for name in TERMS},
            "limit": None if row.limit is None else {name: _or_none(plain(getattr(row, name))) for name in LIMIT},
            "verifier": row.verifier and named(row.verifier),
            "standing": shown(promises.standing(pk, obligor), promises.day),
            "measurements": [item.against(row) for item in self.measured if self._measures(item.row, pk, obligor)],
            "violations": [
                claim.shown
                for claim in self.claims.values()
                if obligor is not None and pk in claim.commitments and obligor.pk in claim.accused
            ],
            "in_return_for": [promises.in_brief(other) for other in promises.in_return_for[pk]],
            "owed_for": [promises.in_brief(other) for other in promises.owed_for[pk]],
        }

    def _measures(self, measurement: Any, pk: int, obligor: Actor | None) -> bool:
        """Whether a measurement concerns a commitment and the obligor.

        It concerns the accused of the violation that it is evidence of. If none of them is an obligor, or it is not
        evidence of a violation, it concerns every obligor.
        """
        claim = self.claims.get(measurement.violation_id)
        if measurement.commitment_id != pk and (measurement.commitment_id or not claim or pk not in claim.commitments):
            return False
        obligors = {actor.pk for actor in self.promises.obligors_of(pk) if actor}
        measured_of = (claim.accused & obligors if claim else frozenset()) or obligors
        return obligor is None or obligor.pk in measured_of

    def accusations(self, wanted: ComplianceFilter) -> Iterator[Document]:
        """Yield each accused by slug, then ``None``, with the violations that no obligation contains."""
        ids = {pk for claim in self.claims.values() for pk in claim.accused}
        actors = Actor.objects.filter(pk__in=ids).defer("rendering").order_by("slug")
        for accused in (*actors, None):
            violations = [
                claim.shown
                for claim in self.claims.values()
                if self._only_here(claim, accused) and wanted.matches(claim.commitments, accused)
            ]
            if violations:
                yield {"accused": accused and named(accused), "violations": violations}

    def _only_here(self, claim: Claim, accused: Actor | None) -> bool:
        if accused is None:
            return not claim.accused
        if accused.pk not in claim.accused:
            return False
        own = [pk for pk in claim.commitments if self._is_own(pk)]
        promised = [pk for pk in own if accused in self.promises.obligors_of(pk)]
        return self.agreement.pk in claim.agreements or len(promised) < len(own)

    def _is_own(self, pk: int) -> bool:
        return pk in self.promises.rows and self.promises.rows[pk].agreement_id == self.agreement.pk
