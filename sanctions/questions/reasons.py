"""The standing of one subject on a day and its reasons: deciding effects, upcoming changes and the history.

The fold (:mod:`sanctions.standing`) decides; this module explains the decision. A conditional or scheduled effect
counts from the recorded day, which is the latest possible one. A standing that rests on it is reported as unconfirmed
until an event is recorded that meets the condition, or the scheduled event as having occurred.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from sanctions.models import Actor, Agreement, Citation, Commitment, Effect, Measure
from sanctions.models.effects import EffectQuerySet
from sanctions.questions.citations import citations_of, supporting
from sanctions.questions.standings import bounded, effects_to_show, given, named, reason, shown
from sanctions.standing import Answer, Span, given_by, ordered, prolonging, spans_of, standing_on
from sanctions.vocabulary import Modality, Standing, Subject

#: A condition was met by an event; can still be met; or was not met by its latest day.
MET: Final = "met"
OPEN: Final = "open"
LATEST_DAY: Final = "latest_day"
RESOLUTIONS: Final = (MET, OPEN, LATEST_DAY)

#: What makes an effect unconfirmed.
CONDITION: Final = "condition"
UNCONFIRMED: Final = (CONDITION, str(Modality.SCHEDULED), str(Modality.CONDITIONAL))

#: Whether an effect begins to hold, or ends.
BEGINS: Final = "begins"
ENDS: Final = "ends"

_DETAILS: Final = {
    OPEN: "No event had met the condition; the latest day by which it can be met is {day}.",
    LATEST_DAY: "No event is recorded as having met the condition; the latest day by which it can be met, {day}, "
    "has come and counts.",
    str(Modality.SCHEDULED): "The event was scheduled and is not recorded as having occurred; {day} is the day set.",
    str(Modality.CONDITIONAL): "The event depends on a condition and is not recorded as having occurred; {day} is the "
    "latest day for it.",
}

Citations = Mapping[int, Sequence[Citation]]


@dataclass(frozen=True, slots=True)
class ExplainedSubject:
    """A subject whose standing is explained, with the effects on it.

    ``parent`` is the reference to the order of a measure, or to the agreement of a commitment or party.
    """

    subject: Subject
    effects: Sequence[Effect]
    day: date
    parent: Mapping[str, Any] | None = None

    def on(self, day: date) -> Answer[Effect]:
        """Return the standing on a day."""
        return standing_on(day, self.effects, self.subject)

    def without(self, left_out: Iterable[Effect], day: date) -> Answer[Effect]:
        """Return the standing on a day without some of the effects."""
        left = set(left_out)
        return standing_on(day, [effect for effect in self.effects if effect not in left], self.subject)

    def otherwise(self, doubtful: Iterable[Effect], day: date) -> Standing:
        """Return the standing on a day if the unconfirmed part of some effects is not true.

        An effect that ended on the latest day of its condition then continues; any other effect does not count.
        """
        places = {effect: _going_on(effect, day) for effect in doubtful}
        effects = [places.get(effect, effect) for effect in self.effects]
        return standing_on(day, [effect for effect in effects if effect is not None], self.subject).code


# --- The answers --------------------------------------------------------------------------------


def record(subject: Subject, row: Any, day: date) -> dict[str, Any]:
    """Return the explained standing of an order or a violation."""
    case = ExplainedSubject(subject, _effects().by_subject(subject, [row])[row.pk], day)
    return _about(row, day) | explained(case, _citations(case))


def measure(row: Measure, day: date) -> dict[str, Any]:
    """Return the explained standing of a measure, which the effects on its order decide too."""
    order = named(row.order)
    case = ExplainedSubject(Subject.MEASURE, _effects().by_subject(Subject.MEASURE, [row])[row.pk], day, order)
    return _about(row, day) | {"order": order} | explained(case, _citations(case))


def agreement(row: Agreement, day: date, party: Actor | None = None) -> dict[str, Any]:
    """Return the explained standing of an agreement, and of each party to it or of one actor under it.

    An actor that never acted under the agreement has the initial standing.
    """
    parent = named(row)
    case = ExplainedSubject(Subject.AGREEMENT, _effects().by_subject(Subject.AGREEMENT, [row])[row.pk], day)
    by_party = _effects().by_party([row])[row.pk]
    actors = {effect.party_id: effect.party for effects in by_party.values() for effect in effects}
    if party is not None:
        party.refresh_from_db(fields=["name", "state"])
        actors, by_party = {party.pk: party}, {party.pk: by_party.get(party.pk, [])}
    cases = {pk: ExplainedSubject(Subject.PARTY, effects, day, parent) for pk, effects in by_party.items()}
    citations = _citations(case, *cases.values())
    parties = [{"actor": named(actors[pk]), **explained(its, citations)} for pk, its in cases.items()]
    by_slug = sorted(parties, key=lambda shown: str(shown["actor"]["slug"]))
    return _about(row, day) | explained(case, citations) | {"parties": by_slug}


def commitment(row: Commitment, day: date, obligor: Actor | None = None) -> dict[str, Any]:
    """Return the explained standing of a commitment, and for each obligor or one of them."""
    parent = named(row.agreement)
    case = ExplainedSubject(Subject.COMMITMENT, _effects().by_subject(Subject.COMMITMENT, [row])[row.pk], day, parent)
    citations = _citations(case)
    obligors = row.obligors.only("slug", "name", "state").order_by("slug")
    by_obligor = [
        {"actor": named(actor), **explained(_of_obligor(case, actor), citations)}
        for actor in obligors
        if obligor in (None, actor)
    ]
    return _about(row, day) | {"agreement": parent} | explained(case, citations) | {"by_obligor": by_obligor}


def _of_obligor(case: ExplainedSubject, actor: Actor) -> ExplainedSubject:
    return replace(case, effects=[effect for effect in case.effects if effect.party_id in (None, actor.pk)])


def _effects() -> EffectQuerySet:
    return effects_to_show("event__modality", "fulfilled_by__happened_latest")


def _citations(*cases: ExplainedSubject) -> Citations:
    return citations_of("event", {effect.event_id for case in cases for effect in case.effects})


def _about(row: Any, day: date) -> dict[str, Any]:
    """Return the row by the name of its noun, and the day."""
    return {str(row._meta.model_name): named(row), "as_of": day}


def explained(case: ExplainedSubject, citations: Citations) -> dict[str, Any]:
    """Return a standing with its deciding effects, upcoming changes and history."""
    answer = case.on(case.day)
    return {
        "standing": shown(answer, case.day),
        "rests_on": [_unconfirmed(effect, case.day) for effect in rests_on(case, case.day)],
        "chain": [_link(case, effect, answer, citations) for effect in _chain(case)],
        "upcoming": [_turn(case, *turn, citations) for turn in turns(case)],
        "spans": [_span(case, span) for span in spans_of(case.effects, case.subject)],
    }


# --- What is not confirmed ----------------------------------------------------------------------


def rests_on(case: ExplainedSubject, day: date) -> list[Effect]:
    """Return the unconfirmed effects on which the standing on the day depends.

    If none of them alone changes the standing, but all together do, return all.
    """
    past = [effect for effect in case.effects if effect.effective_latest <= day]
    doubtful = [effect for effect in ordered(past, case.subject) if unconfirmed(effect, day)]
    if not doubtful or case.otherwise(doubtful, day) == case.on(day).code:
        return []
    return [effect for effect in doubtful if case.otherwise([effect], day) != case.on(day).code] or doubtful


def unconfirmed(effect: Effect, day: date) -> str:
    """Return why an effect is unconfirmed on a day (a condition, or the modality of its event); empty if confirmed."""
    if effect.condition and not _met(effect, day):
        return CONDITION
    waiting = (Modality.SCHEDULED, Modality.CONDITIONAL)
    return str(effect.event.modality) if effect.event.modality in waiting else ""


def _met(effect: Effect, day: date) -> bool:
    """Return whether an event had certainly met the condition of an effect by the day."""
    event: Any = effect.fulfilled_by
    return event is not None and event.happened_latest <= day


def resolution(effect: Effect, day: date) -> str:
    """Return the resolution of the condition of an effect on a day; empty without a condition.

    It can be met until the last day of the effect: its end, or its beginning if it has no end.
    """
    if not effect.condition:
        return ""
    if _met(effect, day):
        return MET
    return OPEN if _last_day(effect) > day else LATEST_DAY


def _going_on(effect: Effect, day: date) -> Effect | None:
    """Return a copy without its end of an effect that its unmet condition has ended; ``None`` for other effects."""
    if effect.until_latest is None or resolution(effect, day) != LATEST_DAY:
        return None
    other = copy(effect)
    other.until = ""
    return other


def _last_day(effect: Effect) -> date:
    end: date | None = effect.until_latest
    begun: date = effect.effective_latest
    return end or begun


def _unconfirmed(effect: Effect, day: date) -> dict[str, Any]:
    kind, resolved = unconfirmed(effect, day), resolution(effect, day)
    latest = _last_day(effect) if kind == CONDITION else effect.effective_latest
    shown_as = bounded(latest) or "not known"
    return {
        "kind": kind,
        "effect": reason(effect),
        **given({"resolution": resolved}),
        "latest_on": bounded(latest),
        "detail": _DETAILS[resolved if kind == CONDITION else kind].format(day=shown_as),
    }


# --- The chain ----------------------------------------------------------------------------------


def _chain(case: ExplainedSubject) -> list[Effect]:
    """Return the effects that had happened by the day, certainly or possibly, oldest first."""
    return [effect for effect in ordered(case.effects, case.subject) if effect.effective_earliest <= case.day]


def _link(case: ExplainedSubject, effect: Effect, answer: Answer[Effect], citations: Citations) -> dict[str, Any]:
    """Return one effect of the chain, with its part in the standing."""
    return _shown(case, effect, citations) | {
        "certain": effect.effective_latest <= case.day,
        "decided": effect == answer.decided_by,
        "contests": effect in answer.contested_by,
        "prolonged": _prolonged(case, effect, answer),
    }


def _prolonged(case: ExplainedSubject, effect: Effect, answer: Answer[Effect]) -> bool:
    """Whether the standing would have ended, or would end on another day, without this effect."""
    if effect.verb not in prolonging(case.subject):
        return False
    other = case.without([effect], case.day)
    return (other.code, other.until) != (answer.code, answer.until)


def _shown(case: ExplainedSubject, effect: Effect, citations: Citations) -> dict[str, Any]:
    """Return an effect with its origin and the standing that it gives by itself."""
    is_direct = case.subject not in _SUBJECT_COLUMNS or getattr(effect, _SUBJECT_COLUMNS[case.subject]) is not None
    return {
        **reason(effect),
        **given({"flows_from": None if is_direct else case.parent, "resolution": resolution(effect, case.day)}),
        "modality": effect.event.modality,
        "decisive": given_by(case.subject, effect) is not None,
        "resulting_standing": given_by(case.subject, effect),
        "citations": supporting(citations.get(effect.event_id, ()), "effects", effect.ordinal),
    }


#: The column that an effect on the subject itself has, and one that flows from the parent has not.
_SUBJECT_COLUMNS: Final = {
    Subject.MEASURE: "measure_id",
    Subject.COMMITMENT: "commitment_id",
    Subject.PARTY: "party_id",
}


# --- What is to come, and the history -----------------------------------------------------------


def turns(case: ExplainedSubject) -> list[tuple[date, Effect, str]]:
    """Return the upcoming changes: the latest day, the effect, and whether it begins or ends."""
    begins = [
        (effect.effective_latest, effect, BEGINS)
        for effect in ordered(case.effects, case.subject)
        if effect.effective_latest > case.day
    ]
    return sorted([*_ends(case), *begins], key=lambda turn: turn[0])


def _ends(case: ExplainedSubject) -> Iterator[tuple[date, Effect, str]]:
    """Yield the ends of effects that change the standing, which are those of the deciding effect until then."""
    days = {effect.until_latest for effect in case.effects if effect.until_latest is not None}
    for day in sorted(day for day in days if case.day < day < date.max):
        answer = case.on(day)
        decider = answer.decided_by
        if decider is not None and decider.effective_latest < day == answer.since and decider.until_latest:
            yield day, decider, ENDS


def _turn(case: ExplainedSubject, day: date, effect: Effect, turn: str, citations: Citations) -> dict[str, Any]:
    """Return an upcoming change, with the standing after it by all known effects."""
    known = bounded(day)
    return {
        "transition": turn,
        "on": known,
        "standing": known and case.on(known).code,
        **_shown(case, effect, citations),
    }


def _span(case: ExplainedSubject, span: Span[Effect]) -> dict[str, Any]:
    answer = span.answer
    return {
        "from": span.start,
        "until": span.end,
        "code": answer.code,
        "certain": answer.certain,
        "possible": answer.possible,
        "unconfirmed": bool(rests_on(case, span.start or date.min)),
        "decided_by": answer.decided_by and reason(answer.decided_by),
    }


__all__ = [
    "BEGINS",
    "ENDS",
    "RESOLUTIONS",
    "UNCONFIRMED",
    "agreement",
    "commitment",
    "measure",
    "record",
]
