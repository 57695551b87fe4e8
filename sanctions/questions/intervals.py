"""The intervals in which something certainly held, and the years or months that they cover."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sanctions.standing import IN_FORCE, FoldableEffect, certain_spans
from sanctions.vocabulary import Subject


@dataclass(frozen=True, slots=True)
class Interval:
    """The half-open interval [``start``, ``end``); ``end`` is ``None`` if it had not ended by the day asked about."""

    start: date
    end: date | None


class Frequency(StrEnum):
    """The length of a period. Periods are numbered so that consecutive ones differ by one."""

    YEAR = "year"
    MONTH = "month"

    def period(self, day: date) -> int:
        """Return the number of the period that contains the day."""
        return day.year if self is Frequency.YEAR else day.year * 12 + day.month - 1

    def first_day(self, period: int) -> date:
        """Return the first day of a period."""
        return date(self.year(period), self.month(period) or 1, 1)

    def last_day(self, period: int) -> date:
        """Return the last day of a period."""
        if self is Frequency.YEAR:
            return date(period, 12, 31)
        year, month = divmod(period, 12)
        return date(year, month + 1, monthrange(year, month + 1)[1])

    def year(self, period: int) -> int:
        """Return the year of a period."""
        return period if self is Frequency.YEAR else period // 12

    def month(self, period: int) -> int | None:
        """Return the month of a period, 1 to 12; ``None`` for a year."""
        return None if self is Frequency.YEAR else period % 12 + 1

    def label(self, period: int) -> str:
        """Return a period as a date (EDTF): ``2016`` or ``2016-01``."""
        month = self.month(period)
        return f"{self.year(period):04}" + ("" if month is None else f"-{month:02}")


def intervals_in_force(effects: Iterable[FoldableEffect], subject: Subject, day: date) -> list[Interval]:
    """Return the intervals up to the day in which a subject was certainly in force, in whole or in part."""
    return clip((Interval(*span) for span in certain_spans(effects, subject, IN_FORCE, day)), day)


def intervals_listed(listed_by: date | None, delisted_from: date | None, day: date) -> list[Interval]:
    """Return the interval up to the day in which an actor was certainly on a list; none if its start is not known.

    ``listed_by`` is the latest day that the date of listing can mean, ``delisted_from`` the earliest day that the
    date of delisting can mean.
    """
    if listed_by is None or (delisted_from is not None and delisted_from <= listed_by):
        return []
    return clip([Interval(listed_by, delisted_from)], day)


def clip(intervals: Iterable[Interval], day: date) -> list[Interval]:
    """Return the intervals as known on the day: later ones do not exist, and an end after the day is open."""
    return [
        Interval(interval.start, interval.end if interval.end is not None and interval.end <= day else None)
        for interval in intervals
        if interval.start <= day
    ]


def periods_covered(intervals: Iterable[Interval], frequency: Frequency, day: date) -> list[tuple[int, int]]:
    """Return the periods with a day in one of the ordered intervals, as disjoint runs of first and last period."""
    runs: list[tuple[int, int]] = []
    for interval in intervals:
        first = frequency.period(interval.start)
        last = frequency.period(day if interval.end is None else interval.end - timedelta(days=1))
        if runs and first <= runs[-1][1]:
            runs[-1] = (runs[-1][0], last)
        else:
            runs.append((first, last))
    return runs


def periods_held_at_end(intervals: Iterable[Interval], frequency: Frequency, day: date) -> list[tuple[int, int]]:
    """Return the periods whose last day (or the day, if earlier) lies in an interval, as runs of first and last."""
    runs = [
        (
            frequency.period(interval.start),
            frequency.period(day) if interval.end is None else frequency.period(interval.end) - 1,
        )
        for interval in intervals
    ]
    return [(first, last) for first, last in runs if first <= last]
