"""Intervals and periods, compared with counting day by day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanctions.questions.intervals import (
    Frequency,
    Interval,
    clip,
    intervals_in_force,
    intervals_listed,
    periods_covered,
    periods_held_at_end,
)
from sanctions.questions.panel.tally import Tally
from sanctions.vocabulary import Subject
from tests.factories.events import entry

FIRST, LAST = date(2014, 11, 20), date(2016, 3, 10)
DAYS = [FIRST + timedelta(days=place) for place in range((LAST - FIRST).days + 1)]
frequencies = st.sampled_from(Frequency)


@st.composite
def interval_lists(draw: st.DrawFn) -> list[Interval]:
    """Intervals in order that do not touch; the last may be open."""
    bounds = sorted(draw(st.sets(st.sampled_from(DAYS[1:]), max_size=8)))
    starts, ends = bounds[::2], bounds[1::2]
    return [Interval(start, end) for start, end in zip(starts, [*ends, None][: len(starts)], strict=True)]


def holds(intervals: Sequence[Interval], day: date) -> bool:
    return any(interval.start <= day and (interval.end is None or day < interval.end) for interval in intervals)


def counted(intervals: Sequence[Interval], by: Frequency, day: date) -> dict[str, dict[int, int]]:
    """Return the counts by period, as the panel makes them."""
    tally = Tally()
    tally.add_runs("within", periods_covered(intervals, by, day))
    tally.add_runs("at_end", periods_held_at_end(intervals, by, day))
    tally.add_periods("begun", (by.period(interval.start) for interval in intervals))
    tally.add_periods("ended", (by.period(interval.end) for interval in intervals if interval.end))
    periods = range(by.period(FIRST), by.period(LAST) + 1)
    rows = dict(zip(periods, tally.counts(periods), strict=True))
    return {
        column: {period: rows[period].get(column, 0) for period in periods}
        for column in ("within", "at_end", "begun", "ended")
    }


@given(interval_lists(), frequencies)
def test_a_period_has_what_held_on_any_day_of_it(intervals: list[Interval], by: Frequency) -> None:
    held = {by.period(day) for day in DAYS if holds(intervals, day)}
    within = counted(intervals, by, LAST)["within"]
    assert within == {period: int(period in held) for period in within}


@given(interval_lists(), frequencies)
def test_a_period_ends_with_what_held_on_its_last_day(intervals: list[Interval], by: Frequency) -> None:
    at_end = counted(intervals, by, LAST)["at_end"]
    assert at_end == {period: int(holds(intervals, min(by.last_day(period), LAST))) for period in at_end}


@given(interval_lists(), frequencies)
def test_what_a_period_ends_with_is_what_the_last_one_did_and_what_began_without_what_ended(
    intervals: list[Interval], by: Frequency
) -> None:
    counts, before = counted(intervals, by, LAST), 0
    for period, at_end in counts["at_end"].items():
        assert at_end == before + counts["begun"][period] - counts["ended"][period]
        before = at_end


@given(interval_lists(), frequencies, st.sampled_from(DAYS))
def test_nothing_after_the_day_of_the_question_counts(intervals: list[Interval], by: Frequency, day: date) -> None:
    known = clip(intervals, day)
    assert all(holds(known, one) == holds(intervals, one) for one in DAYS if one <= day)
    assert all(interval.start <= day and (interval.end is None or interval.end <= day) for interval in known)


@given(interval_lists(), st.integers(2013, 2017), st.integers(2013, 2017))
def test_bounds_choose_rows_and_change_none(intervals: list[Interval], first: int, last: int) -> None:
    tally = Tally()
    tally.add_runs("within", periods_covered(intervals, Frequency.YEAR, LAST))
    all_periods = tally.periods()
    all_rows = dict(zip(all_periods, tally.counts(all_periods), strict=True))
    chosen = tally.periods(first, last)
    assert set(chosen) == {period for period in all_periods if first <= period <= last}
    assert list(tally.counts(chosen)) == [all_rows[period] for period in chosen]


@pytest.mark.parametrize(
    ("frequency", "day", "label", "last"),
    [
        (Frequency.YEAR, date(2016, 2, 3), "2016", date(2016, 12, 31)),
        (Frequency.MONTH, date(2016, 2, 3), "2016-02", date(2016, 2, 29)),
        (Frequency.MONTH, date(2015, 12, 31), "2015-12", date(2015, 12, 31)),
        (Frequency.YEAR, date(987, 1, 1), "0987", date(987, 12, 31)),
    ],
)
def test_a_period_is_written_as_a_date(frequency: Frequency, day: date, label: str, last: date) -> None:
    period = frequency.period(day)
    assert (frequency.label(period), frequency.last_day(period)) == (label, last)


def test_a_change_between_whole_and_part_does_not_interrupt() -> None:
    effects = [entry("took_effect", "2012-01-01"), entry("eased", "2013-05"), entry("revoked", "2014-01-01")]
    assert intervals_in_force(effects, Subject.ORDER, date(2020, 1, 1)) == [
        Interval(date(2012, 1, 1), date(2014, 1, 1))
    ]


def test_a_suspension_interrupts() -> None:
    effects = [entry("took_effect", "2012-01-01"), entry("suspended", "2013-01-01", until="2014-01-01")]
    assert intervals_in_force(effects, Subject.ORDER, date(2020, 1, 1)) == [
        Interval(date(2012, 1, 1), date(2013, 1, 1)),
        Interval(date(2014, 1, 1), None),
    ]


def test_what_an_imprecise_date_leaves_open_was_not_in_force() -> None:
    effects = [entry("took_effect", "2012"), entry("revoked", "2014")]
    assert intervals_in_force(effects, Subject.ORDER, date(2020, 1, 1)) == [
        Interval(date(2012, 12, 31), date(2014, 1, 1))
    ]


@pytest.mark.parametrize(
    ("listed_by", "delisted_from", "expected"),
    [
        (date(2012, 1, 1), None, [Interval(date(2012, 1, 1), None)]),
        (date(2012, 1, 1), date(2013, 1, 1), [Interval(date(2012, 1, 1), date(2013, 1, 1))]),
        (date(2012, 12, 31), date(2012, 1, 1), []),
        (None, date(2013, 1, 1), []),
        (date(2021, 1, 1), None, []),
    ],
)
def test_a_listing_counts_while_it_is_certain(
    listed_by: date | None, delisted_from: date | None, expected: list[Interval]
) -> None:
    assert intervals_listed(listed_by, delisted_from, date(2020, 1, 1)) == expected
