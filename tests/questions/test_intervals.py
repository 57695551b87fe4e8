"""Spells and periods, held against counting day by day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanctions.questions.intervals import Frequency, Spell, ends_of, in_force, listed, periods_of, until
from sanctions.questions.tally import Tally
from sanctions.vocabulary import Subject
from tests.factories.events import entry

FIRST, LAST = date(2014, 11, 20), date(2016, 3, 10)
DAYS = [FIRST + timedelta(days=place) for place in range((LAST - FIRST).days + 1)]
frequencies = st.sampled_from(Frequency)


@st.composite
def spells(draw: st.DrawFn) -> list[Spell]:
    """Spells in order that do not meet; the last may go on."""
    bounds = sorted(draw(st.sets(st.sampled_from(DAYS[1:]), max_size=8)))
    starts, ends = bounds[::2], bounds[1::2]
    return [Spell(start, end) for start, end in zip(starts, [*ends, None][: len(starts)], strict=True)]


def holds(spells: Sequence[Spell], day: date) -> bool:
    return any(spell.start <= day and (spell.end is None or day < spell.end) for spell in spells)


def counted(spells: Sequence[Spell], by: Frequency, day: date) -> dict[str, dict[int, int]]:
    """Return the counts by period, as the panel makes them."""
    tally = Tally()
    tally.run("within", periods_of(spells, by, day))
    tally.run("at_end", ends_of(spells, by, day))
    tally.point("begun", (by.period(spell.start) for spell in spells))
    tally.point("ended", (by.period(spell.end) for spell in spells if spell.end))
    periods = range(by.period(FIRST), by.period(LAST) + 1)
    rows = dict(zip(periods, tally.counts(periods), strict=True))
    return {
        column: {period: rows[period].get(column, 0) for period in periods}
        for column in ("within", "at_end", "begun", "ended")
    }


@given(spells(), frequencies)
def test_a_period_has_what_held_on_any_day_of_it(spells: list[Spell], by: Frequency) -> None:
    held = {by.period(day) for day in DAYS if holds(spells, day)}
    within = counted(spells, by, LAST)["within"]
    assert within == {period: int(period in held) for period in within}


@given(spells(), frequencies)
def test_a_period_ends_with_what_held_on_its_last_day(spells: list[Spell], by: Frequency) -> None:
    at_end = counted(spells, by, LAST)["at_end"]
    assert at_end == {period: int(holds(spells, min(by.last_day(period), LAST))) for period in at_end}


@given(spells(), frequencies)
def test_what_a_period_ends_with_is_what_the_last_one_did_and_what_began_without_what_ended(
    spells: list[Spell], by: Frequency
) -> None:
    counts, before = counted(spells, by, LAST), 0
    for period, at_end in counts["at_end"].items():
        assert at_end == before + counts["begun"][period] - counts["ended"][period]
        before = at_end


@given(spells(), frequencies, st.sampled_from(DAYS))
def test_nothing_after_the_day_of_the_question_counts(spells: list[Spell], by: Frequency, day: date) -> None:
    known = until(spells, day)
    assert all(holds(known, one) == holds(spells, one) for one in DAYS if one <= day)
    assert all(spell.start <= day and (spell.end is None or spell.end <= day) for spell in known)


@given(spells(), st.integers(2013, 2017), st.integers(2013, 2017))
def test_bounds_choose_rows_and_change_none(spells: list[Spell], first: int, last: int) -> None:
    tally = Tally()
    tally.run("within", periods_of(spells, Frequency.YEAR, LAST))
    whole = tally.within(None, None)
    all_rows = dict(zip(whole, tally.counts(whole), strict=True))
    chosen = tally.within(first, last)
    assert set(chosen) == {period for period in whole if first <= period <= last}
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
    assert in_force(effects, Subject.ORDER, date(2020, 1, 1)) == [Spell(date(2012, 1, 1), date(2014, 1, 1))]


def test_a_suspension_interrupts() -> None:
    effects = [entry("took_effect", "2012-01-01"), entry("suspended", "2013-01-01", until="2014-01-01")]
    assert in_force(effects, Subject.ORDER, date(2020, 1, 1)) == [
        Spell(date(2012, 1, 1), date(2013, 1, 1)),
        Spell(date(2014, 1, 1), None),
    ]


def test_what_an_imprecise_date_leaves_open_was_not_in_force() -> None:
    effects = [entry("took_effect", "2012"), entry("revoked", "2014")]
    assert in_force(effects, Subject.ORDER, date(2020, 1, 1)) == [Spell(date(2012, 12, 31), date(2014, 1, 1))]


@pytest.mark.parametrize(
    ("listed_by", "delisted_from", "expected"),
    [
        (date(2012, 1, 1), None, [Spell(date(2012, 1, 1), None)]),
        (date(2012, 1, 1), date(2013, 1, 1), [Spell(date(2012, 1, 1), date(2013, 1, 1))]),
        (date(2012, 12, 31), date(2012, 1, 1), []),
        (None, date(2013, 1, 1), []),
        (date(2021, 1, 1), None, []),
    ],
)
def test_a_listing_counts_while_it_is_certain(
    listed_by: date | None, delisted_from: date | None, expected: list[Spell]
) -> None:
    assert listed(listed_by, delisted_from, date(2020, 1, 1)) == expected
