"""Standings with their reasons, as laws that hold for every history."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sanctions.models import Effect, Event
from sanctions.questions.reasons import (
    LATEST_DAY,
    MET,
    OPEN,
    ExplainedSubject,
    resolution,
    rests_on,
    turns,
    unconfirmed,
)
from sanctions.standing import TABLE, ordered
from sanctions.vocabulary import Modality, Subject, Verb

FIRST = date(2020, 1, 1)
WINDOW = [FIRST + timedelta(days=place) for place in range(8)]
AFTER = WINDOW[-1] + timedelta(days=30)
days = st.sampled_from(WINDOW)
modalities = st.sampled_from([Modality.OCCURRED, Modality.SCHEDULED, Modality.CONDITIONAL])


@st.composite
def spells(draw: st.DrawFn, after: date = FIRST) -> str:
    """A date of some days in the window, as EDTF."""
    first = draw(days.filter(lambda day: day >= after))
    last = min(first + timedelta(days=draw(st.integers(0, 2))), WINDOW[-1])
    return first.isoformat() if first == last else f"{first}/{last}"


@st.composite
def cases(draw: st.DrawFn) -> ExplainedSubject:
    """A subject of any kind, effects on it of any kind, and a day."""
    subject = draw(st.sampled_from(Subject))
    verbs = draw(st.lists(st.sampled_from(list(TABLE[subject])), min_size=1, max_size=3))
    effects = []
    for key in range(1, draw(st.integers(1, 6))):
        effect = Effect(
            pk=key,
            event=Event(pk=key, slug=f"event-{key}", modality=draw(modalities)),
            verb=draw(st.sampled_from(verbs)),
            effective_on=draw(spells()),
            sequence=draw(st.integers(0, 1)),
            in_part=draw(st.booleans()),
            condition=draw(st.sampled_from(["", "", "If it rains."])),
            fulfilled_by=draw(st.none() | spells().map(lambda day: Event(pk=99, slug="rain", happened_on=day))),
        )
        effect.until = draw(st.just("") | spells(effect.effective_earliest))
        effects.append(effect)
    return ExplainedSubject(subject, effects, draw(days))


def confirmed(effects: Sequence[Effect]) -> list[Effect]:
    """Return the same effects, with nothing left open."""
    copies = []
    for effect in effects:
        sure = copy(effect)
        sure.condition, sure.event = "", Event(pk=effect.pk, slug=effect.event.slug)
        copies.append(sure)
    return copies


@given(cases())
def test_between_the_turns_to_come_no_standing_changes(case: ExplainedSubject) -> None:
    to_come = turns(case)
    assert [turn[0] for turn in to_come] == sorted(turn[0] for turn in to_come)
    assert all(on > case.day for on, _, _ in to_come)
    day, code = case.day, case.on(case.day).code
    while day < AFTER:
        day += timedelta(days=1)
        if day in {on for on, _, _ in to_come}:
            code = case.on(day).code
        assert case.on(day).code == code


@given(cases())
def test_a_standing_rests_only_on_what_has_come_and_is_not_confirmed(case: ExplainedSubject) -> None:
    resting = rests_on(case, case.day)
    assert all(unconfirmed(effect, case.day) and effect.effective_latest <= case.day for effect in resting)
    if resting:
        doubtful = [
            effect for effect in case.effects if effect.effective_latest <= case.day and unconfirmed(effect, case.day)
        ]
        assert case.otherwise(doubtful, case.day) != case.on(case.day).code


@given(cases())
def test_a_standing_rests_on_nothing_where_everything_is_confirmed(case: ExplainedSubject) -> None:
    sure = ExplainedSubject(case.subject, confirmed(case.effects), case.day)
    assert rests_on(sure, sure.day) == []
    assert sure.on(sure.day).code == case.on(case.day).code


@given(cases())
def test_a_condition_is_met_or_open_or_its_latest_day_has_come(case: ExplainedSubject) -> None:
    for effect in case.effects:
        resolved = resolution(effect, case.day)
        assert (resolved == "") == (not effect.condition)
        event = effect.fulfilled_by
        if effect.condition and event is not None and event.happened_latest <= case.day:
            assert resolved == MET
        elif effect.condition:
            last = effect.until_latest or effect.effective_latest
            assert resolved == (OPEN if case.day < last else LATEST_DAY)


@given(cases())
def test_the_fold_takes_the_effects_in_the_order_in_which_they_are_shown(case: ExplainedSubject) -> None:
    shown = ordered(case.effects, case.subject)
    decider = case.on(WINDOW[-1] + timedelta(days=30)).decided_by
    deciding = [effect for effect in shown if TABLE[case.subject][Verb(effect.verb)].gives]
    assert decider == (deciding[-1] if deciding else None)
