"""Spans of certain standings in one sweep over the effects, for questions about thousands of subjects at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from sanctions.standing.effects import (
    FoldableEffect,
    PlaceOfDay,
    given_by,
    may_have_ended,
    may_hold,
    place_of_day,
    turning_days,
)
from sanctions.standing.table import INITIAL, TABLE, prolongable
from sanctions.vocabulary import Standing, Subject, Verb


def certain_spans(
    effects: Iterable[FoldableEffect], subject: Subject, among: frozenset[Standing], last: date
) -> list[tuple[date, date | None]]:
    """Return the half-open spans, begun by ``last``, in which the standing was certainly one of ``among``.

    They are in order and do not meet; an end that is ``None`` or after ``last`` is open here. The answer is that of
    :func:`spans_of`. On each day the sweep looks only at the effects that some reading of the dates leaves as the last
    one, and never again at an effect that a later one has overtaken. It ignores contests, so it rejects violations.
    """
    if subject is Subject.VIOLATION:
        raise ValueError("Violations have no certain spans: a claim can be contested.")
    rules = TABLE[subject]
    effects = list(effects)
    prolongations = [effect for effect in effects if rules[Verb(effect.verb)].prolongs]
    coming = sorted(
        (_Deciding.of(subject, effect) for effect in effects if rules[Verb(effect.verb)].gives),
        key=lambda effect: effect.latest,
        reverse=True,
    )
    sweep = _Sweep(coming, prolongations, among, INITIAL[subject] in among)
    spans: list[tuple[date, date | None]] = []
    begun: date | None = None
    for day in turning_days(effects):
        if day > last:
            break
        holds = sweep.is_certain_on(day)
        if holds and begun is None:
            begun = day
        elif not holds and begun is not None:
            spans.append((begun, day))
            begun = None
    return [*spans, (begun, None)] if begun else spans


@dataclass(frozen=True, slots=True, eq=False)
class _Deciding:
    """A deciding effect with what the sweep compares on every day; days as ordinals."""

    effect: FoldableEffect
    earliest: int
    latest: int
    place: PlaceOfDay
    is_prolongable: bool
    gives: Standing | None
    after: Standing | None

    @classmethod
    def of(cls, subject: Subject, effect: FoldableEffect) -> _Deciding:
        return cls(
            effect,
            effect.effective_earliest.toordinal(),
            effect.effective_latest.toordinal(),
            place_of_day(subject, effect),
            effect.verb in prolongable(subject),
            given_by(subject, effect),
            TABLE[subject][Verb(effect.verb)].after,
        )


@dataclass(slots=True)
class _Sweep:
    """The deciding effects on a day that only moves forwards.

    ``coming`` has those that have not certainly happened, the next one last; ``possible`` those that have and may still
    be the last. ``newest`` has those of ``possible`` that share the latest first day. The others need not be compared:
    an effect can be the last one only if it can have happened on that day or later.
    """

    coming: list[_Deciding]
    prolongations: list[FoldableEffect]
    among: frozenset[Standing]
    initially: bool
    possible: list[_Deciding] = field(default_factory=list)
    newest: list[_Deciding] = field(default_factory=list)

    def is_certain_on(self, day: date) -> bool:
        """Whether every standing that the dates leave open on the day is one of ``among``."""
        ordinal = day.toordinal()
        while self.coming and self.coming[-1].latest <= ordinal:
            self._move_to_past(self.coming.pop())
        self.possible = [effect for effect in self.possible if self._first_day(effect) <= effect.latest]
        if not self.newest and not self.initially:
            return False
        begun = [effect for effect in self.coming if effect.earliest <= ordinal and self._first_day(effect) <= ordinal]
        return all(self._agrees(effect, day, ordinal) for effect in (*self.possible, *begun))

    def _move_to_past(self, effect: _Deciding) -> None:
        self.possible.append(effect)
        if not self.newest or effect.earliest > self.newest[0].earliest:
            self.newest = [effect]
        elif effect.earliest == self.newest[0].earliest:
            self.newest.append(effect)

    def _first_day(self, effect: _Deciding) -> int:
        """Return the first day on which an effect can have happened as the last one, as ``fold._days_as_last`` does."""
        others = [other for other in self.newest if other is not effect]
        if not others:
            # It is the newest itself: all others can have come before it.
            return effect.earliest
        outranked = any(other.place > effect.place for other in others)
        return max(effect.earliest, others[0].earliest + outranked)

    def _agrees(self, deciding: _Deciding, day: date, ordinal: int) -> bool:
        """Whether what an effect gives on the day, if it was the last, is one of ``among``."""
        if deciding.effect.until_earliest is None:
            return deciding.gives in self.among
        following = self.prolongations if deciding.is_prolongable else ()
        if deciding.gives not in self.among and may_hold(deciding.effect, following, day, self._first_day(deciding)):
            return False
        last = min(deciding.latest, ordinal)
        return deciding.after in self.among or not may_have_ended(deciding.effect, following, day, last)
