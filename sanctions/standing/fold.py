"""The standing of one subject on one day, and its whole history, folded from the effects on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from sanctions.standing.effects import (
    E,
    given_by,
    may_have_ended,
    may_hold,
    ordered,
    place_of,
    place_of_day,
    turning_days,
)
from sanctions.standing.table import CONTESTABLE, CONTESTS, INITIAL, TABLE, prolongable
from sanctions.vocabulary import Standing, Subject, Verb

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """The standing of one subject on one day.

    ``code`` is the standing; ``since`` the day on which the deciding effect had certainly happened (or its ``until``
    had passed) and ``until`` the first day on which the standing no longer holds, where the effect names one.
    ``decided_by`` is that effect, ``contested_by`` the denials that make a claim disputed. ``certain`` is false when
    imprecise dates leave more than one standing open; ``possible`` lists them all.
    """

    code: Standing
    since: date | None
    until: date | None
    decided_by: T | None
    contested_by: tuple[T, ...]
    certain: bool
    possible: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class Span(Generic[T]):
    """A standing that held for the half-open span [``start``, ``end``); ``end`` ``None`` means it still holds."""

    start: date | None
    end: date | None
    answer: Answer[T]


def standing_on(day: date, effects: Iterable[E], subject: Subject) -> Answer[E]:
    """Fold the effects on one subject, in any order, into its standing on a day.

    ``effects`` are those on the subject itself and those that flow to it (:data:`FLOWS`). Verbs that
    the table does not know for such a subject raise :class:`ValueError`.
    """
    rules = TABLE[subject]
    effects = list(effects)
    for effect in effects:
        if effect.verb not in rules:
            raise ValueError(f"{effect.verb!r} is not a verb for the subject {subject.label!r}.")
    deciding = [effect for effect in effects if rules[Verb(effect.verb)].gives]
    prolongations = [effect for effect in effects if rules[Verb(effect.verb)].prolongs]
    contests = [effect for effect in effects if effect.verb in CONTESTS] if subject is Subject.VIOLATION else []

    past = [effect for effect in deciding if effect.effective_latest <= day]
    decider = max(past, key=lambda effect: place_of(subject, effect), default=None)
    possible = _possible(subject, day, deciding, prolongations)

    if decider is None:
        code, since, until = INITIAL[subject], None, None
    else:
        code, since, until = _decided(subject, day, decider, prolongations)

    denials = [effect for effect in contests if effect.effective_latest <= day]
    if any(effect.effective_earliest <= day for effect in contests):
        claims = possible & CONTESTABLE
        if claims:
            possible.add(Standing.DISPUTED)
        if denials:
            possible -= claims
    contested_by = tuple(ordered(denials, subject)) if code in CONTESTABLE else ()
    if contested_by:
        code = Standing.DISPUTED
        since = max(since or date.min, contested_by[0].effective_latest)
    return Answer(
        code=code,
        since=since,
        until=until,
        decided_by=decider,
        contested_by=contested_by,
        certain=possible == {code},
        possible=tuple(sorted(possible)),
    )


def spans_of(effects: Iterable[E], subject: Subject) -> list[Span[E]]:
    """Return the whole history of a subject as consecutive half-open spans, oldest first.

    The first span begins before everything (``start`` ``None``) and the last one has no end. Neighbouring
    days with the same standing, decider and certainty are one span.
    """
    effects = list(effects)
    spans = [Span(None, None, standing_on(date.min, effects, subject))]
    for day in turning_days(effects):
        answer = standing_on(day, effects, subject)
        last = spans[-1]
        if (answer.code, answer.decided_by, answer.possible) == (
            last.answer.code,
            last.answer.decided_by,
            last.answer.possible,
        ):
            continue
        spans[-1] = Span(last.start, day, last.answer)
        spans.append(Span(day, None, answer))
    return spans


def _decided(
    subject: Subject, day: date, decider: E, prolongations: Sequence[E]
) -> tuple[Standing, date | None, date | None]:
    """Return the standing that the deciding effect gives on the day, since when, and until when."""
    following = prolongations if decider.verb in prolongable(subject) else ()
    end = _end_of(decider, [effect for effect in following if effect.effective_latest <= day])
    if end is not None and end <= day:
        return _given(subject, decider, lapsed=True), end, None
    return _given(subject, decider, lapsed=False), decider.effective_latest, end


def _end_of(effect: E, prolongations: Sequence[E]) -> date | None:
    """Return the day by which a deciding effect has certainly ended, or ``None`` if it names no end."""
    if effect.until_latest is None:
        return None
    end = effect.until_latest
    for other in prolongations:
        if other.effective_latest < effect.effective_latest:
            continue
        if other.until_latest is None:
            return None
        end = max(end, other.until_latest)
    return end


def _given(subject: Subject, effect: E, *, lapsed: bool) -> Standing:
    standing = TABLE[subject][Verb(effect.verb)].after if lapsed else given_by(subject, effect)
    if standing is None:
        raise ValueError(f"{effect.verb!r} decides no standing of a {subject.label}.")
    return standing


def _possible(subject: Subject, day: date, deciding: Sequence[E], prolongations: Sequence[E]) -> set[Standing]:
    """Return every standing that some reading of the imprecise dates allows on the day."""
    standings: set[Standing] = set()
    if all(effect.effective_latest > day for effect in deciding):
        standings.add(INITIAL[subject])
    for effect in deciding:
        first, last = _days_as_last(subject, effect, deciding, day)
        if first > last:
            continue
        following = prolongations if effect.verb in prolongable(subject) else ()
        if may_hold(effect, following, day, first):
            standings.add(_given(subject, effect, lapsed=False))
        if may_have_ended(effect, following, day, last):
            standings.add(_given(subject, effect, lapsed=True))
    return standings


def _days_as_last(subject: Subject, effect: E, deciding: Sequence[E], day: date) -> tuple[int, int]:
    """Return the first and last day, as ordinals, on which an effect can have happened as the last one up to the day.

    Every other effect must be able to come before it or after the day. If the first is after the last, one cannot.
    """
    first = effect.effective_earliest.toordinal()
    for other in deciding:
        if other is not effect and other.effective_latest <= day:
            outranked = place_of_day(subject, other) > place_of_day(subject, effect)
            first = max(first, other.effective_earliest.toordinal() + outranked)
    return first, min(effect.effective_latest, day).toordinal()
