"""Spells: the days on which something certainly held, and the years or months that they fall into."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sanctions.standing import IN_FORCE, Entry, certain_spans
from sanctions.vocabulary import Subject


@dataclass(frozen=True, slots=True)
class Spell:
    """The half-open span [``start``, ``end``); ``end`` ``None`` means it went on at the last day asked about."""

    start: date
    end: date | None


class Frequency(StrEnum):
    """How long a period is. Periods are counted by whole numbers, so that neighbours differ by one."""

    YEAR = "year"
    MONTH = "month"

    def period(self, day: date) -> int:
        """Return the number of the period in which the day lies."""
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
        """Return the month of a period, if it is one."""
        return None if self is Frequency.YEAR else period % 12 + 1

    def label(self, period: int) -> str:
        """Return a period as a date (EDTF): ``2016`` or ``2016-01``."""
        month = self.month(period)
        return f"{self.year(period):04}" + ("" if month is None else f"-{month:02}")


def in_force(effects: Iterable[Entry], subject: Subject, day: date) -> list[Spell]:
    """Return the spells until the day in which a subject was certainly in force, in whole or in part.

    Where imprecise dates leave it open, it was not.
    """
    return until((Spell(*span) for span in certain_spans(effects, subject, IN_FORCE, day)), day)


def listed(listed_by: date | None, delisted_from: date | None, day: date) -> list[Spell]:
    """Return the spell until the day in which an actor was certainly on a list.

    It begins on the last day that its listing may mean and ends on the first that its delisting may mean; there is
    none if its beginning is not known.
    """
    if listed_by is None or (delisted_from is not None and delisted_from <= listed_by):
        return []
    return until([Spell(listed_by, delisted_from)], day)


def until(spells: Iterable[Spell], day: date) -> list[Spell]:
    """Return what of the spells had happened by the day: what ends later has not ended."""
    return [
        Spell(spell.start, spell.end if spell.end is not None and spell.end <= day else None)
        for spell in spells
        if spell.start <= day
    ]


def periods_of(spells: Iterable[Spell], frequency: Frequency, day: date) -> list[tuple[int, int]]:
    """Return the runs of periods, first and last, on some day of which one of the spells held; the runs do not meet.

    The spells are in order, and nothing after the day counts.
    """
    runs: list[tuple[int, int]] = []
    for spell in spells:
        first = frequency.period(spell.start)
        last = frequency.period(day if spell.end is None else spell.end - timedelta(days=1))
        if runs and first <= runs[-1][1]:
            runs[-1] = (runs[-1][0], last)
        else:
            runs.append((first, last))
    return runs


def ends_of(spells: Iterable[Spell], frequency: Frequency, day: date) -> list[tuple[int, int]]:
    """Return the runs of periods, first and last, on whose last day (or the day asked about) one of them held."""
    runs = [
        (frequency.period(spell.start), frequency.period(day) if spell.end is None else frequency.period(spell.end) - 1)
        for spell in spells
    ]
    return [(first, last) for first, last in runs if first <= last]
