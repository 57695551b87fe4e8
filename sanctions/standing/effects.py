"""What the fold reads of an effect, and the order in which it takes effects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Protocol, TypeVar

from sanctions.standing.table import RANK, TABLE
from sanctions.vocabulary import Standing, Subject, Verb

#: Sorts the effects of one day: sequence, rank of the verb, in whole, last day of the end, tie.
PlaceOfDay = tuple[int, int, bool, date, str]


class FoldableEffect(Protocol):
    """An effect as the fold reads it. The model ``Effect`` has all of these."""

    @property
    def verb(self) -> str:
        """What happened (:class:`Verb`)."""

    @property
    def effective_earliest(self) -> date:
        """The first day on which it can have begun."""

    @property
    def effective_latest(self) -> date:
        """The day by which it has certainly begun."""

    @property
    def sequence(self) -> int:
        """Its place among effects of one day: the higher comes later."""

    @property
    def in_part(self) -> bool:
        """Whether it holds for a part of the subject only."""

    @property
    def until_earliest(self) -> date | None:
        """The first day on which it can have ended; ``None`` if it names no end."""

    @property
    def until_latest(self) -> date | None:
        """The day by which it has certainly ended; ``None`` if it names no end."""

    @property
    def tie(self) -> str:
        """Orders effects that are otherwise equal, the same way in every database."""


E = TypeVar("E", bound=FoldableEffect)


def place_of_day(subject: Subject, effect: FoldableEffect) -> PlaceOfDay:
    """Return the place of an effect among those of its day."""
    return (
        effect.sequence,
        RANK[subject][effect.verb],
        not effect.in_part,
        effect.until_latest or date.max,
        effect.tie,
    )


def place_of(subject: Subject, effect: FoldableEffect) -> tuple[date, PlaceOfDay]:
    """Return the place of an effect among all effects on its subject."""
    return (effect.effective_latest, place_of_day(subject, effect))


def ordered(effects: Iterable[E], subject: Subject) -> list[E]:
    """Return effects as the fold takes them: of two, the later one outranks the earlier."""
    return sorted(effects, key=lambda effect: place_of(subject, effect))


def given_by(subject: Subject, effect: FoldableEffect) -> Standing | None:
    """Return the standing that an effect gives from its day on, taken by itself; ``None`` if it decides nothing."""
    rule = TABLE[subject][Verb(effect.verb)]
    return rule.in_part if effect.in_part else rule.gives


def turning_days(effects: Iterable[FoldableEffect]) -> list[date]:
    """Return the days on which one of the effects can change the answer, in order; the first and last day are not."""
    return sorted({day for effect in effects for day in _turning_days(effect) if date.min < day < date.max})


def _turning_days(effect: FoldableEffect) -> Iterator[date]:
    yield from (effect.effective_earliest, effect.effective_latest)
    if effect.effective_earliest < date.max:
        # From then on another effect can have come after its first possible day.
        yield effect.effective_earliest + timedelta(days=1)
    if effect.until_earliest is not None and effect.until_latest is not None:
        yield from (effect.until_earliest, effect.until_latest)


def may_hold(effect: FoldableEffect, prolongations: Iterable[FoldableEffect], day: date, first: int) -> bool:
    """Whether some reading of the dates lets an effect hold on the day.

    ``first`` is the first day, as an ordinal, on which it can have happened as the last decisive effect: the earlier
    it happened, the more prolongations follow it.
    """
    return _runs_on(effect, day) or any(
        _runs_on(other, day)
        and other.effective_earliest <= day
        and min(other.effective_latest, day).toordinal() >= first
        for other in prolongations
    )


def may_have_ended(effect: FoldableEffect, prolongations: Iterable[FoldableEffect], day: date, last: int) -> bool:
    """Whether some reading of the dates lets the ``until`` of an effect have passed on the day.

    ``last`` is the last day, as an ordinal, on which it can have happened as the last decisive effect: the later it
    happened, the fewer prolongations follow it.
    """
    return _stops(effect, day) and all(
        _stops(other, day) or other.effective_latest > day or other.effective_earliest.toordinal() < last
        for other in prolongations
    )


def _runs_on(effect: FoldableEffect, day: date) -> bool:
    return effect.until_latest is None or effect.until_latest > day


def _stops(effect: FoldableEffect, day: date) -> bool:
    return effect.until_earliest is not None and effect.until_earliest <= day
