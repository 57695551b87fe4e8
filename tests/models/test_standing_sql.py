"""The SQL twin of the fold: over random histories it gives what the fold gives, for every kind of subject."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest
from django.db.models import Model
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from sanctions.models import Actor, Agreement, Commitment, Effect, Measure, Order, Violation
from sanctions.standing import FLOWS, IN_EFFECT, IN_FORCE, standing_on
from sanctions.vocabulary import Modality, State, Subject
from tests.effort import examples
from tests.factories.actors import make_actor
from tests.factories.agreements import make_agreement, make_commitment
from tests.factories.events import make_effect, make_event
from tests.factories.orders import make_measure, make_order
from tests.factories.violations import make_violation
from tests.models.standing_world import World, described_effects, write
from tests.undo import undone

many = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(60))
few = settings(many, max_examples=examples(25))
DAYS = [date(2020, 1, day) for day in range(1, 8)]


@pytest.fixture
def world(db: None) -> World:
    orders = [make_order(), make_order()]
    agreements = [make_agreement(), make_agreement()]
    counted = [make_event() for _ in range(4)] + [make_event(modality=Modality.SCHEDULED)]
    return World(
        orders=orders,
        measures=[make_measure(orders[0]), make_measure(orders[0]), make_measure(orders[1])],
        agreements=agreements,
        commitments=[make_commitment(agreements[0]), make_commitment(agreements[0]), make_commitment(agreements[1])],
        violations=[make_violation(), make_violation()],
        actors=[make_actor(), make_actor()],
        events=[
            *counted,
            make_event(modality=Modality.CANCELLED),
            make_event(state=State.DRAFT),
            make_event(state=State.RETRACTED),
        ],
    )


def of_the_whole(effect: Effect, subject: Subject, column: str, owner: int) -> bool:
    """Whether an effect on an order or agreement flows to the parts of this one."""
    on_owner: bool = getattr(effect, f"{column}_id") == owner and effect.party_id is None
    return on_owner and effect.verb in FLOWS[subject]


def belongs(subject: Subject, row: Any, party: int | None) -> Callable[[Effect], bool]:
    """Return whether an effect is on the row or flows to it, by the words of the design."""
    if subject is Subject.ORDER:
        return lambda effect: effect.order_id == row.pk
    if subject is Subject.VIOLATION:
        return lambda effect: effect.violation_id == row.pk
    if subject is Subject.MEASURE:
        return lambda effect: effect.measure_id == row.pk or of_the_whole(effect, subject, "order", row.order_id)
    if subject is Subject.AGREEMENT:
        return lambda effect: effect.agreement_id == row.pk and effect.party_id is None
    if subject is Subject.PARTY:
        return lambda effect: (
            (effect.agreement_id == row.pk and effect.party_id == party)
            or of_the_whole(effect, subject, "agreement", row.pk)
        )
    return lambda effect: (
        (effect.commitment_id == row.pk and (party is None or effect.party_id in (None, party)))
        or of_the_whole(effect, subject, "agreement", row.agreement_id)
    )


def folded(world: World, effects: Sequence[Effect], subject: Subject, day: date, party: int | None) -> dict[int, str]:
    return {
        row.pk: standing_on(day, filter(belongs(subject, row, party), effects), subject).code
        for row in world.rows(subject)
    }


def queried(subject: Subject, day: date, party: Actor | None) -> dict[int, str]:
    rows: Any = {
        Subject.ORDER: Order.objects,
        Subject.MEASURE: Measure.objects,
        Subject.AGREEMENT: Agreement.objects,
        Subject.PARTY: Agreement.objects,
        Subject.COMMITMENT: Commitment.objects,
        Subject.VIOLATION: Violation.objects,
    }[subject]
    if subject is Subject.PARTY:
        standings = rows.with_party_standing(day, party).values_list("pk", "party_standing")
    elif subject is Subject.COMMITMENT:
        standings = rows.with_standing(day, party).values_list("pk", "standing")
    else:
        standings = rows.with_standing(day).values_list("pk", "standing")
    return dict(standings)


def obligors(world: World, subject: Subject) -> Sequence[Actor | None]:
    """Whose standing is asked for."""
    if subject is Subject.PARTY:
        return world.actors
    return [None, *world.actors] if subject is Subject.COMMITMENT else [None]


@pytest.mark.parametrize("subject", Subject)
@many
@given(data=st.data())
def test_sql_gives_what_the_fold_gives(world: World, subject: Subject, data: st.DataObject) -> None:
    described = data.draw(described_effects(subject))
    actor = data.draw(st.sampled_from(obligors(world, subject)))
    with undone():
        effects = write(world, described)
        for day in data.draw(st.lists(st.sampled_from(DAYS), min_size=3, max_size=3, unique=True)):
            party = None if actor is None else actor.pk
            assert queried(subject, day, actor) == folded(world, effects, subject, day, party), day


@pytest.mark.parametrize("subject", [Subject.ORDER, Subject.MEASURE, Subject.AGREEMENT])
@many
@given(data=st.data())
def test_in_force_within_an_interval_is_in_force_on_one_of_its_days(
    world: World, subject: Subject, data: st.DataObject
) -> None:
    first, last = sorted(data.draw(st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS))))
    models: dict[Subject, Any] = {Subject.ORDER: Order, Subject.MEASURE: Measure, Subject.AGREEMENT: Agreement}
    rows = models[subject].objects
    with undone():
        effects = write(world, data.draw(described_effects(subject)))
        assert set(rows.in_force_within(first, last).values_list("pk", flat=True)) == {
            pk
            for day in DAYS
            if first <= day <= last
            for pk, code in folded(world, effects, subject, day, None).items()
            if code in IN_FORCE | IN_EFFECT
        }


@pytest.mark.parametrize("subject", sorted(set(Subject) - {Subject.PARTY}))
@few
@given(data=st.data())
def test_the_effects_of_a_subject_are_its_own_and_those_that_flow_to_it(
    world: World, subject: Subject, data: st.DataObject
) -> None:
    with undone():
        effects = write(world, data.draw(described_effects(subject)))
        rows = world.rows(subject)
        assert {pk: set(found) for pk, found in Effect.objects.by_subject(subject, rows).items()} == {
            row.pk: set(filter(belongs(subject, row, None), effects)) for row in rows
        }


@few
@given(described=described_effects(Subject.PARTY))
def test_the_effects_of_a_party_are_its_own_and_those_that_end_the_agreement(
    world: World, described: list[dict[str, Any]]
) -> None:
    with undone():
        effects = write(world, described)
        for agreement in world.agreements:
            own = {effect.party_id for effect in effects if effect.party_id and effect.agreement_id == agreement.pk}
            assert {
                party: set(found) for party, found in Effect.objects.by_party(world.agreements)[agreement.pk].items()
            } == {party: set(filter(belongs(Subject.PARTY, agreement, party), effects)) for party in own}


@pytest.mark.parametrize("subject", sorted(set(Subject) - {Subject.PARTY}))
@pytest.mark.parametrize("length", [1, 20])
def test_the_effects_of_any_number_of_subjects_take_one_query(
    subject: Subject, length: int, db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make: dict[Subject, Callable[[], Model]] = {
        Subject.ORDER: make_order,
        Subject.MEASURE: lambda: make_measure(make_order()),
        Subject.AGREEMENT: make_agreement,
        Subject.COMMITMENT: lambda: make_commitment(make_agreement()),
        Subject.VIOLATION: make_violation,
    }
    rows = [make[subject]() for _ in range(length)]
    verb = "found" if subject is Subject.VIOLATION else "lapsed"
    for row in rows:
        make_effect(verb, "2020-01-01", make_event(), **{str(subject): row})
    with django_assert_num_queries(1):
        found = Effect.objects.by_subject(subject, rows)
        answers = [standing_on(date(2020, 1, 1), found[row.pk], subject) for row in rows]
    assert len(answers) == length


@pytest.mark.parametrize("length", [1, 20])
def test_the_effects_of_the_parties_of_any_number_of_agreements_take_one_query(
    length: int, db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    agreements = [make_agreement() for _ in range(length)]
    for agreement in agreements:
        make_effect("joined", "2020-01-01", agreement=agreement, party=make_actor())
    with django_assert_num_queries(1):
        found = Effect.objects.by_party(agreements)
        names = [
            str(effect.party) + effect.tie
            for parties in found.values()
            for effects in parties.values()
            for effect in effects
        ]
    assert len(names) == length


@pytest.mark.parametrize("subject", Subject)
def test_the_standing_of_any_number_of_rows_takes_one_query(
    subject: Subject, world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        queried(subject, date(2020, 1, 1), world.actors[0])


# --- The rules that random histories meet seldom ------------------------------------------------

Told = tuple[str, str, str]
BEGUN: Told = ("took_effect", "2012", "2014-01-01")


@pytest.mark.parametrize(
    ("history", "day", "expected"),
    [
        ([BEGUN], "2013-12-31", "in_force"),
        ([BEGUN], "2014-01-01", "ended"),
        ([BEGUN, ("extended", "2013", "2015-01-01")], "2014-06-01", "in_force"),
        ([BEGUN, ("extended", "2013", "2015-01-01")], "2015-01-01", "ended"),
        ([BEGUN, ("extended", "2013", "")], "2030-01-01", "in_force"),
        ([("extended", "2011", "2030-01-01"), BEGUN], "2014-06-01", "ended"),
        ([BEGUN, ("extended", "2014-06-02", "2030-01-01")], "2014-06-01", "ended"),
        ([("suspended", "2012", "2014-01-01"), ("extended", "2013", "2030-01-01")], "2014-06-01", "in_force"),
        ([("suspended", "2012", "2013-06-01"), ("suspended", "2012", "2014-01-01")], "2013-12-31", "suspended"),
        ([("suspended", "2012", "2014-01-01"), ("suspended", "2012", "2013-06-01")], "2013-12-31", "suspended"),
        ([("suspended", "2012", ""), ("suspended", "2012", "2013-06-01")], "2013-12-31", "suspended"),
        ([("suspended", "2012", "2013-06-01"), ("suspended", "2012", "")], "2013-12-31", "suspended"),
    ],
)
def test_ends_and_prolongations_are_the_same_in_sql(db: None, history: list[Told], day: str, expected: str) -> None:
    order = make_order()
    for verb, effective_on, until in history:
        make_effect(verb, effective_on, order=order, until=until)
    on = date.fromisoformat(day)
    (effects,) = Effect.objects.by_subject(Subject.ORDER, [order]).values()
    assert queried(Subject.ORDER, on, None)[order.pk] == standing_on(on, effects, Subject.ORDER).code == expected


# --- What never counts --------------------------------------------------------------------------


def test_effects_of_a_cancelled_event_never_count(db: None) -> None:
    order = make_order()
    make_effect("took_effect", "2019-01-01", order=order)
    make_effect("revoked", "2019-06-01", make_event(modality=Modality.CANCELLED), order=order)
    assert queried(Subject.ORDER, date(2020, 1, 1), None)[order.pk] == "in_force"
    assert len(Effect.objects.by_subject(Subject.ORDER, [order])[order.pk]) == 1


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW, State.RETRACTED])
def test_effects_of_what_is_not_published_never_count(db: None, state: State) -> None:
    order = make_order()
    make_effect("took_effect", "2019-01-01", make_event(state=state), order=order)
    assert queried(Subject.ORDER, date(2020, 1, 1), None)[order.pk] == "not_yet_in_force"
    assert Effect.objects.by_subject(Subject.ORDER, [order])[order.pk] == []


def test_effects_flow_from_an_order_to_its_measures_alone(db: None) -> None:
    order, other = make_order(), make_order()
    mine, foreign = make_measure(order), make_measure(other)
    make_effect("took_effect", "2019-01-01", order=order)
    found = queried(Subject.MEASURE, date(2020, 1, 1), None)
    assert (found[mine.pk], found[foreign.pk]) == ("in_force", "not_yet_in_force")


def test_an_agreement_that_ends_lapses_its_commitments(db: None) -> None:
    agreement = make_agreement()
    commitment = make_commitment(agreement)
    make_effect("took_effect", "2019-01-01", commitment=commitment)
    make_effect("terminated", "2020-01-01", agreement=agreement)
    assert queried(Subject.COMMITMENT, date(2019, 12, 31), None)[commitment.pk] == "binding"
    assert queried(Subject.COMMITMENT, date(2020, 1, 1), None)[commitment.pk] == "lapsed"


def test_what_one_obligor_does_is_not_the_standing_of_another(db: None) -> None:
    commitment = make_commitment(make_agreement())
    one, other = make_actor(), make_actor()
    make_effect("took_effect", "2019-01-01", commitment=commitment)
    make_effect("ceased_performing", "2019-06-01", commitment=commitment, party=one)
    day = date(2020, 1, 1)
    assert queried(Subject.COMMITMENT, day, one)[commitment.pk] == "not_performed"
    assert queried(Subject.COMMITMENT, day, other)[commitment.pk] == "binding"


def test_what_is_in_force_is_in_force_in_whole_or_in_part(db: None) -> None:
    in_full, part, ended = make_order(), make_order(), make_order()
    for order in (in_full, part, ended):
        make_effect("took_effect", "2019-01-01", order=order)
    make_effect("revoked", "2019-06-01", order=part, in_part=True)
    make_effect("revoked", "2019-06-01", order=ended)
    assert set(Order.objects.in_force(date(2020, 1, 1))) == {in_full, part}


def test_querysets_read_aloud(db: None) -> None:
    target = make_actor()
    order = make_order()
    make_measure(order).targets.add(target)
    make_measure(order).territories.add(target)
    make_effect("took_effect", "2019-01-01", order=order)
    make_order()
    found = Order.objects.published().in_force(date(2020, 1, 1)).against(target)
    assert list(found) == [order]
