"""The fold, as properties over histories of every kind: which answers are possible, and what never matters."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise, product
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from sanctions.standing import (
    INITIAL,
    TABLE,
    certain_spans,
    prolongable,
    prolonging,
    spans_of,
    standing_on,
    standings_of,
)
from sanctions.vocabulary import Standing, Subject
from tests.effort import examples
from tests.factories.events import Entry

FIRST = date(2020, 1, 1)
WINDOW = [FIRST + timedelta(days=place) for place in range(6)]
days = st.sampled_from(WINDOW)
subjects = st.sampled_from(Subject)


def bounds(widest: int) -> st.SearchStrategy[tuple[date, date]]:
    """Dates that leave open at most so many days, within the window."""
    return st.tuples(days, st.integers(0, widest - 1)).map(
        lambda pair: (pair[0], min(pair[0] + timedelta(days=pair[1]), WINDOW[-1]))
    )


def verbs(subject: Subject) -> st.SearchStrategy[str]:
    """Any verb, and often one that prolongs or whose end can be moved: rare ones meet seldom by chance."""
    moving = [verb for verb in TABLE[subject] if verb in prolonging(subject) | prolongable(subject)]
    return st.sampled_from([str(verb) for verb in moving or TABLE[subject]]) | st.sampled_from(
        [str(verb) for verb in TABLE[subject]]
    )


@st.composite
def histories(draw: st.DrawFn, subject: Subject, most: int = 4, some: Sequence[str] = ()) -> list[Entry]:
    """Effects on one subject, of few verbs so that they meet, no two of which tie but by their dates."""
    entries = []
    few = some or draw(st.lists(verbs(subject), min_size=1, max_size=3))
    for sequence in range(draw(st.integers(0, most))):
        begins = draw(bounds(4))
        ends = draw(st.none() | bounds(2))
        entries.append(
            Entry(
                draw(st.sampled_from(few)),
                *begins,
                sequence=draw(st.sampled_from([0, sequence])),
                in_part=draw(st.booleans()),
                until_earliest=ends and ends[0],
                until_latest=ends and ends[1],
                tie=str(sequence),
            )
        )
    return draw(st.permutations(_untied(entries)))


def _untied(entries: Sequence[Entry]) -> list[Entry]:
    found = {(effect.sequence, effect.verb, effect.in_part): effect for effect in entries}
    return list(found.values())


def span(earliest: date, latest: date) -> list[date]:
    return [earliest + timedelta(days=more) for more in range((latest - earliest).days + 1)]


def readings(effects: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Every way to read the dates exactly: one day for each beginning and each end."""
    choices = []
    for effect in effects:
        ends = (
            span(effect.until_earliest, effect.until_latest)
            if effect.until_earliest and effect.until_latest
            else [None]
        )
        begins = span(effect.effective_earliest, effect.effective_latest)
        choices.append(
            [
                replace(effect, effective_earliest=begin, effective_latest=begin, until_earliest=end, until_latest=end)
                for begin, end in product(begins, ends)
            ]
        )
    for reading in product(*choices):
        yield list(reading)


@st.composite
def questions(draw: st.DrawFn, most: int = 4) -> tuple[Subject, list[Entry]]:
    subject = draw(subjects)
    return subject, draw(histories(subject, most))


@settings(max_examples=examples(400))
@given(questions(most=3), days)
def test_possible_is_what_some_reading_of_the_dates_gives(question: tuple[Subject, list[Entry]], day: date) -> None:
    subject, effects = question
    codes = {standing_on(day, reading, subject).code for reading in readings(effects)}
    assert set(standing_on(day, effects, subject).possible) == codes


@settings(max_examples=examples(400))
@given(histories(Subject.ORDER, most=3, some=["took_effect", "took_effect", "extended"]), days)
def test_possible_is_what_some_reading_gives_where_ends_are_moved(effects: list[Entry], day: date) -> None:
    codes = {standing_on(day, reading, Subject.ORDER).code for reading in readings(effects)}
    assert set(standing_on(day, effects, Subject.ORDER).possible) == codes


@given(questions(), days)
def test_the_standing_is_one_of_the_possible_ones_and_certain_if_it_is_the_only_one(
    question: tuple[Subject, list[Entry]], day: date
) -> None:
    subject, effects = question
    answer = standing_on(day, effects, subject)
    assert answer.code in answer.possible
    assert answer.certain == (len(answer.possible) == 1)


@settings(max_examples=examples(400))
@given(questions(), days)
def test_a_standing_began_by_the_day_and_ends_after_it(question: tuple[Subject, list[Entry]], day: date) -> None:
    subject, effects = question
    answer = standing_on(day, effects, subject)
    assert (answer.since is None) == (answer.decided_by is None)
    assert (answer.since or date.min) <= day < (answer.until or date.max)


@settings(max_examples=examples(400))
@given(questions(), days)
def test_a_standing_with_a_future_end_holds_since_its_effect_happened_or_was_contested(
    question: tuple[Subject, list[Entry]], day: date
) -> None:
    subject, effects = question
    answer = standing_on(day, effects, subject)
    if answer.until is not None and answer.decided_by is not None:
        contested = [effect.effective_latest for effect in answer.contested_by]
        assert answer.since == max(answer.decided_by.effective_latest, min(contested, default=date.min))


@given(questions(), days)
def test_exact_dates_leave_nothing_open(question: tuple[Subject, list[Entry]], day: date) -> None:
    subject, effects = question
    assert standing_on(day, next(readings(effects)), subject).certain


@given(questions(), days)
def test_what_can_only_happen_later_does_not_matter(question: tuple[Subject, list[Entry]], day: date) -> None:
    subject, effects = question
    known = [effect for effect in effects if effect.effective_earliest <= day]
    assert standing_on(day, effects, subject) == standing_on(day, known, subject)


@given(questions(), days, st.randoms())
def test_the_order_in_which_effects_are_given_does_not_matter(
    question: tuple[Subject, list[Entry]], day: date, random: Random
) -> None:
    subject, effects = question
    shuffled = random.sample(effects, len(effects))
    assert standing_on(day, effects, subject) == standing_on(day, shuffled, subject)
    assert spans_of(effects, subject) == spans_of(shuffled, subject)


@given(questions())
def test_spans_agree_with_the_standing_on_every_day(question: tuple[Subject, list[Entry]]) -> None:
    subject, effects = question
    spans = spans_of(effects, subject)
    for day in [WINDOW[0] - timedelta(days=1), *WINDOW, WINDOW[-1] + timedelta(days=1)]:
        (span_,) = [s for s in spans if (s.start or date.min) <= day < (s.end or date.max)]
        answer = standing_on(day, effects, subject)
        told = span_.answer
        assert (answer.code, answer.possible, answer.decided_by) == (told.code, told.possible, told.decided_by)


@given(questions())
def test_neighbouring_spans_differ(question: tuple[Subject, list[Entry]]) -> None:
    subject, effects = question
    spans = spans_of(effects, subject)
    for one, next_ in pairwise(spans):
        assert one.end == next_.start
        assert one.answer != next_.answer


@given(questions(), days)
def test_only_a_claim_can_be_disputed(question: tuple[Subject, list[Entry]], day: date) -> None:
    subject, effects = question
    answer = standing_on(day, effects, subject)
    assert subject is Subject.VIOLATION or Standing.DISPUTED not in answer.possible


@st.composite
def sweeps(draw: st.DrawFn) -> tuple[Subject, list[Entry], frozenset[Standing]]:
    """A history, and some of the standings that it can have."""
    subject = draw(st.sampled_from([subject for subject in Subject if subject is not Subject.VIOLATION]))
    effects = draw(histories(subject, most=6))
    among = draw(st.sets(st.sampled_from(sorted(standings_of(subject)))))
    return subject, effects, frozenset(Standing(code) for code in among)


@settings(max_examples=examples(400))
@given(sweeps(), days)
def test_one_sweep_finds_the_spans_that_folding_every_day_finds(
    question: tuple[Subject, list[Entry], frozenset[Standing]], last: date
) -> None:
    subject, effects, among = question
    if INITIAL[subject] in among:
        among -= {INITIAL[subject]}
    spans = certain_spans(effects, subject, among, last)
    for day in (day for day in WINDOW if day <= last):
        certain = among.issuperset(standing_on(day, effects, subject).possible)
        held = [span for span in spans if span[0] <= day and (span[1] is None or day < span[1])]
        assert len(held) == certain
    assert all(one[1] is not None and one[1] < two[0] for one, two in pairwise(spans))
