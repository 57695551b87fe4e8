"""The fold of :mod:`sanctions.standing` in SQL, built from the same table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import Case, CharField, DateField, Exists, F, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import In

from sanctions.standing import CONTESTABLE, CONTESTS, FLOWS, INITIAL, TABLE, prolongable, prolonging
from sanctions.vocabulary import Standing, Subject, Verb

if TYPE_CHECKING:
    from django.db.models.expressions import Combinable

    from sanctions.models.effects import EffectQuerySet


def counted() -> EffectQuerySet:
    """Return the effects that count: those of published events that were not cancelled."""
    effects: EffectQuerySet = apps.get_model("sanctions", "Effect").objects.all()
    return effects.counted()


def _outer(path: str, depth: int) -> OuterRef:
    """Return the reference to a column of the query that is ``depth`` queries out."""
    reference = OuterRef(path)
    for _ in range(depth - 1):
        reference = OuterRef(reference)
    return reference


def _on_subject(subject: Subject, party: int | None, depth: int) -> Q:
    """Return the condition that an effect is on, or flows to, the row of the query that is ``depth`` queries out."""

    def row(path: str) -> OuterRef:
        return _outer(path, depth)

    flows = Q(verb__in=[str(verb) for verb in FLOWS.get(subject, ())])
    if subject is Subject.ORDER:
        return Q(order=row("pk"))
    if subject is Subject.VIOLATION:
        return Q(violation=row("pk"))
    if subject is Subject.MEASURE:
        return Q(measure=row("pk")) | (Q(order=row("order_id")) & flows)
    if subject is Subject.AGREEMENT:
        return Q(agreement=row("pk"), party__isnull=True)
    if subject is Subject.PARTY:
        if party is None:
            raise ValueError("The standing of a party needs the party.")
        return Q(agreement=row("pk")) & (Q(party=party) | (Q(party__isnull=True) & flows))
    direct = Q(commitment=row("pk"))
    if party is not None:
        direct &= Q(party__isnull=True) | Q(party=party)
    return direct | (Q(agreement=row("agreement_id"), party__isnull=True) & flows)


def _cases(condition: Q, given: Mapping[Verb, Standing | None]) -> list[When]:
    """Return one case for each standing: an effect that meets the condition, by one of the verbs that give it."""
    verbs: dict[Standing | None, list[str]] = defaultdict(list)
    for verb, standing in given.items():
        verbs[standing].append(str(verb))
    return [When(condition & Q(verb__in=codes), then=Value(str(standing))) for standing, codes in verbs.items()]


def standing_expression(subject: Subject, day: date, *, party: int | None = None) -> Combinable:
    """Return an expression that is the code of the standing on the day of each row of a query.

    The query's rows are the subjects: orders, measures, agreements (also for ``Subject.PARTY``, which
    needs the primary key of the ``party``), commitments (of one obligor where ``party`` is given) or
    violations.
    """
    return _standing(subject, day, party)


def stood_within(subject: Subject, first: date, last: date, standings: Iterable[Standing]) -> Q:
    """Return the condition that a row had one of the standings on some day from the first to the last.

    A standing only changes on days on which an effect begins or its term ends, so only those and the first are checked.
    """
    wanted = [str(standing) for standing in standings]
    condition = Q(In(_standing(subject, first), wanted))
    for turn in ("effective_latest", "until_latest"):
        turns = counted().filter(_on_subject(subject, None, 1), **{f"{turn}__gt": first, f"{turn}__lte": last})
        then = turns.annotate(standing=_standing(subject, turn, within=1)).filter(standing__in=wanted)
        condition |= Q(Exists(then))
    return condition


def _standing(subject: Subject, day: date | str, party: int | None = None, *, within: int = 0) -> Combinable:
    """Return the standing on the day, for the row that is ``within`` queries outside the one with the expression.

    The day may be the name of a column of that inner query.
    """

    def on(depth: int) -> date | OuterRef:
        return _outer(day, depth) if isinstance(day, str) else day

    rules = {verb: rule for verb, rule in TABLE[subject].items() if rule.gives}

    ended = Q(until_latest__lte=on(1))
    ended_unless_prolonged = ended
    if prolonging(subject):
        prolonged = counted().filter(
            _on_subject(subject, party, within + 2),
            Q(until_latest__isnull=True) | Q(until_latest__gt=on(2)),
            verb__in=[str(verb) for verb in prolonging(subject)],
            effective_latest__lte=on(2),
            effective_latest__gte=OuterRef("effective_latest"),
        )
        ended_unless_prolonged &= ~Q(Exists(prolonged))

    cases = []
    if subject is Subject.VIOLATION:
        contests = counted().filter(
            _on_subject(subject, party, within + 2),
            verb__in=[str(verb) for verb in CONTESTS],
            effective_latest__lte=on(2),
        )
        contestable = [str(verb) for verb, rule in rules.items() if rule.gives in CONTESTABLE]
        cases.append(When(Exists(contests), verb__in=contestable, then=Value(str(Standing.DISPUTED))))
    after = {verb: rule.after for verb, rule in rules.items()}
    cases += _cases(ended_unless_prolonged, {verb: after[verb] for verb in rules if verb in prolongable(subject)})
    cases += _cases(ended, {verb: after[verb] for verb in rules if verb not in prolongable(subject)})
    cases += _cases(Q(in_part=True), {verb: rule.in_part for verb, rule in rules.items()})
    cases += _cases(Q(), {verb: rule.gives for verb, rule in rules.items()})
    rank = Case(
        *(When(verb=str(verb), then=Value(place)) for place, verb in enumerate(rules)),
        output_field=IntegerField(),
    )
    deciding = (
        counted()
        .filter(
            _on_subject(subject, party, within + 1),
            verb__in=[str(verb) for verb in rules],
            effective_latest__lte=on(1),
        )
        .order_by(
            F("effective_latest").desc(),
            F("sequence").desc(),
            rank.desc(),
            F("in_part").asc(),
            Coalesce("until_latest", Value(date.max), output_field=DateField()).desc(),
        )
        .values(gives=Case(*cases, output_field=CharField()))[:1]
    )
    return Coalesce(Subquery(deciding), Value(str(INITIAL[subject])), output_field=CharField())
