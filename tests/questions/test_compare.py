"""What changed between two days: the laws of a difference, over random worlds, and what single changes tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sanctions.exceptions import TooMuch
from sanctions.ledger.history import keep_all_history
from sanctions.models import Designation, Effect, Order
from sanctions.questions import compare as room
from sanctions.questions import subjects
from sanctions.questions.compare import Moment, compare
from sanctions.questions.standings import agreements, commitments, listings, standings
from sanctions.questions.subjects import SUBJECTS, ComparisonFilter
from sanctions.vocabulary import Modality, State, Subject
from tests.effort import examples
from tests.factories.actors import make_actor
from tests.factories.agreements import make_agreement, make_commitment
from tests.factories.designations import make_designation
from tests.factories.events import make_effect, make_event
from tests.factories.orders import make_measure, make_order
from tests.factories.programs import make_program
from tests.factories.violations import make_violation
from tests.models.standing_world import World, described_effects, write
from tests.undo import undone

pytestmark = pytest.mark.django_db
many = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(25))
DAYS: Final = [date(2020, 1, 1) + timedelta(days=place) for place in range(-1, 8)]
days = st.sampled_from(DAYS)
Sides = dict[tuple[str, ...], tuple[str | None, str | None]]
#: What names a change of each kind.
NAMES: Final = {
    "orders": ("order",),
    "measures": ("measure",),
    "agreements": ("agreement",),
    "parties": ("agreement", "actor"),
    "commitments": ("commitment", "actor"),
    "violations": ("violation",),
    "designations": ("designation",),
}


@pytest.fixture
def world(db: None) -> World:
    """Several rows of every kind of subject, a commitment with two obligors, and designations of every precision."""
    orders, pacts = [make_order(), make_order()], [make_agreement(), make_agreement()]
    actors = [make_actor(), make_actor()]
    promised = [make_commitment(pacts[0]), make_commitment(pacts[0]), make_commitment(pacts[1])]
    promised[0].obligors.set(actors)
    promised[2].obligors.set(actors[:1])
    for listed_on, delisted_on in (
        ("2020-01-02", ""),
        ("2020-01-02/2020-01-04", "2020-01-05"),
        ("", "2020-01-03"),
        ("2019", "2020-01-03/2020-01-06"),
        ("2020-01", ""),
    ):
        make_designation(listed_on=listed_on, delisted_on=delisted_on, list_name="L")
    return World(
        orders=orders,
        measures=[make_measure(orders[0]), make_measure(orders[0]), make_measure(orders[1])],
        agreements=pacts,
        commitments=promised,
        violations=[make_violation(), make_violation()],
        actors=actors,
        events=[
            *(make_event() for _ in range(5)),
            make_event(modality=Modality.CANCELLED),
            make_event(state=State.DRAFT),
            make_event(state=State.RETRACTED),
        ],
    )


@st.composite
def histories(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Effects on subjects of two kinds; more would make the examples long and none more telling."""
    kinds = draw(st.lists(st.sampled_from(Subject), min_size=1, max_size=2, unique=True))
    return [effect for kind in kinds for effect in draw(described_effects(kind))]


def net(answer: dict[str, Any]) -> dict[str, Sides]:
    """Return the standings on either side of every change: kind → what changed → before, after."""
    return {
        plural: {
            tuple((change[name] or {"slug": ""})["slug"] for name in names): (
                change["before"]["code"],
                change["after"]["code"],
            )
            for change in answer[plural]
        }
        for plural, names in NAMES.items()
    }


def composed(first: Sides, second: Sides) -> Sides:
    """Return the changes of the first and then the second; what returns to its former standing has not changed."""
    changes = {}
    for key in first.keys() | second.keys():
        before = first[key][0] if key in first else second[key][0]
        after = second[key][1] if key in second else first[key][1]
        if before != after:
            changes[key] = (before, after)
    return changes


def listed_standings(day: date) -> dict[str, dict[tuple[str, ...], str]]:
    """Return every standing on a day as the lists of records have it: kind → key → code."""
    codes: dict[str, dict[tuple[str, ...], str]] = {plural: {} for plural in NAMES}
    for kind in SUBJECTS:
        if kind.subject in (Subject.PARTY, Subject.COMMITMENT):
            continue
        rows = list(kind.rows(ComparisonFilter()))  # type: ignore[attr-defined]
        beside = standings(kind.subject, rows, day)
        codes[kind.plural] = {(row.slug,): beside[row.pk]["standing"]["code"] for row in rows}
    pacts = list(SUBJECTS[2].rows(ComparisonFilter()))  # type: ignore[attr-defined]
    for pk, beside_pact in agreements(pacts, day).items():
        slug = next(row.slug for row in pacts if row.pk == pk)
        codes["parties"] |= {
            (slug, party["actor"]["slug"]): party["standing"]["code"] for party in beside_pact.get("parties", [])
        }
    promised = list(SUBJECTS[4].rows(ComparisonFilter()))  # type: ignore[attr-defined]
    for pk, beside_promise in commitments(promised, day).items():
        slug = next(row.slug for row in promised if row.pk == pk)
        for obligor in beside_promise["by_obligor"]:
            codes["commitments"][slug, obligor["actor"]["slug"]] = obligor["standing"]["code"]
        if not beside_promise["by_obligor"]:
            codes["commitments"][slug, ""] = beside_promise["standing"]["code"]
    words = {True: "listed", False: "not_listed", None: "open"}
    listed = list(Designation.objects.all())
    codes["designations"] = {(row.slug,): words[listings([row], day)[row.pk]["listed"]] for row in listed}
    return codes


# --- The laws of a difference -------------------------------------------------------------------


@many
@given(described=histories(), day=days)
def test_a_day_compared_with_itself_is_empty(world: World, described: list[dict[str, Any]], day: date) -> None:
    with undone():
        write(world, described)
        assert net(compare(Moment(day), Moment(day))) == {plural: {} for plural in NAMES}


@many
@given(described=histories(), three=st.tuples(days, days, days))
def test_two_comparisons_in_a_row_compose_to_one(
    world: World, described: list[dict[str, Any]], three: tuple[date, date, date]
) -> None:
    one, two, three_ = (Moment(day) for day in three)
    with undone():
        write(world, described)
        first, second = net(compare(one, two)), net(compare(two, three_))
        assert {plural: composed(first[plural], second[plural]) for plural in NAMES} == net(compare(one, three_))


@many
@given(described=histories(), two=st.tuples(days, days))
def test_the_way_back_is_the_way_there_with_the_sides_exchanged(
    world: World, described: list[dict[str, Any]], two: tuple[date, date]
) -> None:
    one, other = (Moment(day) for day in two)
    with undone():
        write(world, described)
        there, back = compare(one, other), compare(other, one)
        for plural in NAMES:
            assert [(c["before"], c["after"], c["change"], c.get("steps")) for c in there[plural]] == [
                (c["after"], c["before"], c["change"], c.get("steps")) for c in back[plural]
            ]


@many
@given(described=histories(), two=st.tuples(days, days))
def test_the_changes_are_what_differs_between_the_standings_of_the_two_days(
    world: World, described: list[dict[str, Any]], two: tuple[date, date]
) -> None:
    with undone():
        write(world, described)
        before, after = (listed_standings(day) for day in two)
        expected = {
            plural: {
                key: (before[plural][key], after[plural][key])
                for key in before[plural]
                if before[plural][key] != after[plural][key]
            }
            for plural in NAMES
        }
        assert net(difference(*two)) == expected


@many
@given(described=histories(), two=st.tuples(days, days))
def test_the_steps_lead_from_the_earlier_standing_to_the_later(
    world: World, described: list[dict[str, Any]], two: tuple[date, date]
) -> None:
    with undone():
        write(world, described)
        answer = compare(Moment(min(two)), Moment(max(two)))
        for kind in SUBJECTS:
            for change in answer[kind.plural]:
                steps = change["steps"]
                assert steps[-1]["code"] == change["after"]["code"]
                assert min(two) < steps[0]["on"] <= steps[-1]["on"] <= max(two)
                assert [step["on"] for step in steps] == sorted({step["on"] for step in steps})


@many
@given(described=histories(), two=st.tuples(days, days))
def test_two_instants_that_knew_the_same_give_what_the_days_give(
    world: World, described: list[dict[str, Any]], two: tuple[date, date]
) -> None:
    with undone():
        write(world, described)
        keep_all_history(INSTANT)
        plain = difference(*two)
        learned = compare(Moment(two[0], INSTANT), Moment(two[1]))
        for plural in NAMES:
            assert [
                {key: value for key, value in change.items() if key != "revised"} for change in learned[plural]
            ] == plain[plural]
            assert all(change["revised"] == change["before"] for change in learned[plural])


# --- The keys of a change ------------------------------------------------------------------------


def only(answer: dict[str, Any], plural: str) -> Any:
    """Return the one change that there is."""
    assert {name: len(answer[name]) for name in NAMES if answer[name]} == {plural: 1}
    return answer[plural][0]


def difference(one: date, two: date, scope: ComparisonFilter | None = None) -> dict[str, Any]:
    return compare(Moment(one), Moment(two), scope or ComparisonFilter())


def between(one: str, two: str, scope: ComparisonFilter | None = None) -> dict[str, Any]:
    return difference(date.fromisoformat(one), date.fromisoformat(two), scope)


def test_a_change_names_the_effect_that_did_it_and_every_step_on_the_way() -> None:
    order = make_order("the-order")
    for verb, day in (("took_effect", "2012-01-01"), ("suspended", "2014-01-01"), ("reinstated", "2015-01-01")):
        make_effect(verb, day, make_event(f"{verb}-event"), order=order)
    make_effect("revoked", "2016-01-01", make_event("revoked-event"), order=order, by_order=make_order("the-other"))
    change = only(between("2013-01-01", "2017-01-01"), "orders")
    assert change["order"] == {"slug": "the-order", "name": "the-order", "url": "/api/v1/orders/the-order/"}
    assert (change["change"], change["before"]["code"], change["after"]["code"]) == ("ended", "in_force", "ended")
    assert change["decided_by"]["event"]["slug"] == "revoked-event"
    assert change["decided_by"]["by_order"]["slug"] == "the-other"
    assert [(str(step["on"]), step["code"], step["effect"]["event"]["slug"]) for step in change["steps"]] == [
        ("2014-01-01", "suspended", "suspended-event"),
        ("2015-01-01", "in_force", "reinstated-event"),
        ("2016-01-01", "ended", "revoked-event"),
    ]


def test_an_end_that_an_effect_sets_is_a_step_on_the_day_it_comes() -> None:
    make_effect("took_effect", "2012-01-01", order=make_order(), until="2014-06-01")
    change = only(between("2014-01-01", "2015-01-01"), "orders")
    assert (change["change"], change["decided_by"]["until"]) == ("ended", "2014-06-01")
    assert [str(step["on"]) for step in change["steps"]] == ["2014-06-01"]


def test_what_was_suspended_and_reinstated_in_between_has_not_changed() -> None:
    order = make_order()
    for verb, day in (("took_effect", "2012-01-01"), ("suspended", "2014-01-01"), ("reinstated", "2015-01-01")):
        make_effect(verb, day, order=order)
    assert net(between("2013-01-01", "2016-01-01"))["orders"] == {}


def test_a_measure_changes_with_its_order() -> None:
    measure = make_measure(make_order("the-order"), "the-measure", kind="asset_freeze")
    make_effect("took_effect", "2012-01-01", order=measure.order)
    answer = between("2011-01-01", "2013-01-01")
    assert answer["orders"][0]["change"] == answer["measures"][0]["change"] == "came_into_force"
    assert answer["measures"][0]["order"]["slug"] == "the-order"
    assert answer["measures"][0]["kind"] == "asset_freeze"


def test_a_commitment_that_one_obligor_no_longer_performs_has_changed_for_that_one_only() -> None:
    iran, france = make_actor("iran"), make_actor("france")
    commitment = make_commitment(make_agreement())
    commitment.obligors.set([iran, france])
    make_effect("took_effect", "2016-01-16", commitment=commitment)
    make_effect("ceased_performing", "2019-07-01", commitment=commitment, party=iran)
    change = only(between("2019-01-01", "2020-01-01"), "commitments")
    assert (change["actor"]["slug"], change["change"]) == ("iran", "ceased_performing")


def test_a_party_that_withdrew_is_told_with_its_agreement() -> None:
    agreement, party = make_agreement("pact"), make_actor("party")
    make_effect("joined", "2015-01-01", agreement=agreement, party=party)
    make_effect("withdrew", "2018-05-08", agreement=agreement, party=party)
    change = only(between("2018-05-07", "2018-05-08"), "parties")
    assert (change["agreement"]["slug"], change["actor"]["slug"], change["change"]) == ("pact", "party", "withdrew")


def test_a_claim_that_is_denied_names_who_denies_it() -> None:
    violation, accuser, denier = make_violation(), make_actor("accuser"), make_actor("denier")
    make_effect("alleged", "2018-01-01", violation=violation, party=accuser)
    make_effect("denied", "2018-02-01", violation=violation, party=denier)
    change = only(between("2018-01-15", "2018-03-01"), "violations")
    assert (change["before"]["code"], change["change"]) == ("alleged", "disputed")
    assert change["decided_by"]["party"]["slug"] == "accuser"
    assert [effect["party"]["slug"] for effect in change["contested_by"]] == ["denier"]
    assert [step["effect"]["party"]["slug"] for step in change["steps"]] == ["denier"]


def test_an_imprecise_date_leaves_a_side_uncertain() -> None:
    order = make_order()
    make_effect("took_effect", "2012-01-01", order=order)
    make_effect("revoked", "2016", order=order)
    change = only(between("2016-06-01", "2017-01-01"), "orders")
    assert (change["before"]["code"], change["before"]["certain"]) == ("in_force", False)
    assert set(change["before"]["possible"]) == {"in_force", "ended"}
    assert (change["after"]["code"], change["after"]["certain"]) == ("ended", True)


@pytest.mark.parametrize(
    ("dates", "one", "two", "word"),
    [
        ({"listed_on": "2018-11-05"}, "2018-11-04", "2018-11-05", "designated"),
        ({"listed_on": "2018"}, "2017-12-31", "2018-06-01", "possibly_designated"),
        ({"listed_on": "2018"}, "2018-06-01", "2019-01-01", "certainly_listed"),
        ({"listed_on": "2008", "delisted_on": "2016-01-16"}, "2016-01-15", "2016-01-16", "delisted"),
        ({"listed_on": "2008", "delisted_on": "2016"}, "2015-01-15", "2016-05-16", "possibly_delisted"),
        ({"listed_on": "2008", "delisted_on": "2016"}, "2016-05-16", "2017-05-16", "certainly_not_listed"),
    ],
)
def test_a_designation_is_certainly_listed_or_not_or_open(dates: dict[str, str], one: str, two: str, word: str) -> None:
    make_designation("listed-one", **dates)
    assert only(between(one, two), "designations")["change"] == word


def test_the_change_of_a_designation_tells_what_its_record_says() -> None:
    make_designation("listed-one", listed_on="2018-11-05", entry_id="7", program=make_program("the-program"))
    change = only(between("2018-01-01", "2019-01-01"), "designations")
    assert change["program"]["slug"] == "the-program"
    assert (change["list_name"], change["entry_id"], change["listed_on"]) == ("SDN List", "7", "2018-11-05")
    assert str(change["after"]["since"]) == "2018-11-05"


def test_changes_stand_in_the_order_in_which_they_came_about() -> None:
    for slug, day in (("b-order", "2015-01-01"), ("a-order", "2016-01-01"), ("c-order", "2014-01-01")):
        make_effect("took_effect", day, order=make_order(slug))
    answer = between("2013-01-01", "2017-01-01")
    assert [change["order"]["slug"] for change in answer["orders"]] == ["c-order", "b-order", "a-order"]


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW, State.RETRACTED])
def test_what_is_not_published_has_not_changed(state: State) -> None:
    make_effect("took_effect", "2012-01-01", order=make_order(state=state))
    make_effect("took_effect", "2012-01-01", measure=make_measure(make_order(state=state)))
    agreement = make_agreement(state=state)
    make_effect("took_effect", "2012-01-01", agreement=agreement)
    make_effect("took_effect", "2012-01-01", commitment=make_commitment(agreement))
    make_effect("alleged", "2012-01-01", violation=make_violation(state=state))
    make_effect("joined", "2012-01-01", agreement=agreement, party=make_actor())
    make_designation(listed_on="2012-01-01", state=state)
    assert net(between("2011-01-01", "2013-01-01")) == {plural: {} for plural in NAMES}


# --- What a comparison is narrowed to -----------------------------------------------------------


@pytest.fixture
def two_regimes() -> None:
    """Two programs, each with an order, a measure against somebody, a violation of it and a designation."""
    for place in ("here", "there"):
        issuer, target = make_actor(f"issuer-{place}"), make_actor(f"target-{place}")
        program = make_program(f"program-{place}", issuer=issuer)
        order = make_order(f"order-{place}", issuer=issuer)
        order.programs.set([program])
        make_measure(order, f"measure-{place}").targets.set([target])
        violation = make_violation(f"violation-{place}")
        violation.against.create(order=order)
        make_effect("took_effect", "2012-01-01", order=order)
        make_effect("alleged", "2012-06-01", violation=violation)
        make_designation(f"designation-{place}", actor=target, program=program, listed_on="2012-01-01")
    make_effect("took_effect", "2012-01-01", agreement=make_agreement("pact"))


@pytest.mark.usefixtures("two_regimes")
@pytest.mark.parametrize("name", ["program", "issuer", "target"])
def test_a_narrowed_comparison_has_what_belongs_there_and_no_agreement(name: str) -> None:
    changed = net(between("2011-01-01", "2013-01-01"))
    assert {plural: set(keys) for plural, keys in changed.items() if keys} == {
        **{f"{noun}s": {(f"{noun}-here",), (f"{noun}-there",)} for noun in ("order", "measure", "violation")},
        "designations": {("designation-here",), ("designation-there",)},
        "agreements": {("pact",)},
    }
    narrowed = net(between("2011-01-01", "2013-01-01", ComparisonFilter(**{name: f"{name}-here"})))
    assert {plural: set(keys) for plural, keys in narrowed.items() if keys} == {
        f"{noun}s": {(f"{noun}-here",)} for noun in ("order", "measure", "violation", "designation")
    }


def test_a_territory_is_a_target_too() -> None:
    measure, iran = make_measure(make_order()), make_actor("iran")
    measure.territories.set([iran])
    make_effect("took_effect", "2012-01-01", order=measure.order)
    make_actor("elsewhere")
    assert len(between("2011-01-01", "2013-01-01", ComparisonFilter(target="iran"))["measures"]) == 1
    assert len(between("2011-01-01", "2013-01-01", ComparisonFilter(target="elsewhere"))["measures"]) == 0


# --- The second clock ---------------------------------------------------------------------------

INSTANT: Final = datetime(2025, 3, 1, 12, tzinfo=UTC)
Then = Callable[[], object]


@pytest.fixture
def then(monkeypatch: pytest.MonkeyPatch) -> Callable[[Then], None]:
    """Set how the tables were at the instant, by a change to what they are now."""

    def as_it_was(change: Then) -> None:
        @contextmanager
        def known_at(instant: datetime) -> Iterator[None]:
            assert instant == INSTANT
            with undone():
                change()
                yield

        monkeypatch.setattr(room, "known_at", known_at)

    return as_it_was


def learned(one: str, two: str, scope: ComparisonFilter | None = None) -> dict[str, Any]:
    """Compare a day as it was known at the instant with another as it is known now."""
    return compare(
        Moment(date.fromisoformat(one), INSTANT), Moment(date.fromisoformat(two)), scope or ComparisonFilter()
    )


def test_an_effect_that_we_learned_of_later_is_a_correction(then: Callable[[Then], None]) -> None:
    order = make_order()
    make_effect("took_effect", "2012-01-01", order=order)
    make_effect("revoked", "2016-01-01", order=order)
    then(lambda: Effect.objects.filter(verb="revoked").delete())
    change = only(learned("2017-01-01", "2017-01-01"), "orders")
    assert (change["change"], change["before"]["code"], change["after"]["code"]) == ("corrected", "in_force", "ended")
    assert change["revised"]["code"] == "ended"
    assert change["steps"] == []


def test_what_happened_keeps_its_word_where_the_day_before_was_corrected_too(then: Callable[[Then], None]) -> None:
    order = make_order()
    make_effect("took_effect", "2012-01-01", order=order)
    make_effect("suspended", "2014-01-01", order=order)
    make_effect("revoked", "2016-01-01", order=order)
    then(lambda: Effect.objects.filter(verb="suspended").delete())
    change = only(learned("2015-01-01", "2017-01-01"), "orders")
    assert (change["change"], change["before"]["code"], change["revised"]["code"]) == ("ended", "in_force", "suspended")


def test_a_record_that_we_added_is_no_change_of_the_world(then: Callable[[Then], None]) -> None:
    make_effect("took_effect", "2012-01-01", order=make_order("new"))
    then(lambda: Order.objects.update(state=State.DRAFT))
    change = only(learned("2013-01-01", "2014-01-01"), "orders")
    assert (change["change"], change["before"]["code"], change["after"]["code"]) == (
        "added_to_record",
        None,
        "in_force",
    )
    assert change["revised"]["code"] == "in_force"


def test_a_record_that_we_removed_is_no_change_of_the_world(then: Callable[[Then], None]) -> None:
    make_effect("took_effect", "2012-01-01", order=make_order("gone", state=State.RETRACTED))
    then(lambda: Order.objects.update(state=State.PUBLISHED))
    change = only(learned("2013-01-01", "2014-01-01"), "orders")
    assert change["order"]["slug"] == "gone"
    assert (change["change"], change["before"]["code"]) == ("removed_from_record", "in_force")
    assert (change["after"]["code"], change["decided_by"], change["steps"]) == (None, None, [])


def test_a_designation_that_we_learned_of_later_is_no_change_of_the_world(then: Callable[[Then], None]) -> None:
    make_designation("new", listed_on="2012-01-01")
    make_designation("corrected", listed_on="2012-01-01")
    make_designation("gone", listed_on="2012-01-01", state=State.RETRACTED)

    def before() -> None:
        Designation.objects.filter(slug="new").update(state=State.DRAFT)
        Designation.objects.filter(slug="gone").update(state=State.PUBLISHED)
        Designation.objects.filter(slug="corrected").update(listed_on="2018")

    then(before)
    changes = learned("2013-01-01", "2014-01-01")["designations"]
    assert {change["designation"]["slug"]: change["change"] for change in changes} == {
        "new": "added_to_record",
        "corrected": "corrected",
        "gone": "removed_from_record",
    }


def test_what_came_into_the_scope_was_not_added_to_the_record(then: Callable[[Then], None]) -> None:
    order, program = make_order(), make_program("program")
    order.programs.set([program])
    designation = make_designation(listed_on="2012-01-01", program=program)
    make_effect("took_effect", "2012-01-01", order=order)

    def before() -> None:
        order.programs.clear()
        Designation.objects.filter(pk=designation.pk).update(program=None)

    then(before)
    assert net(learned("2013-01-01", "2014-01-01", ComparisonFilter(program="program"))) == {
        plural: {} for plural in NAMES
    }


def test_one_instant_for_both_days_is_a_comparison_of_that_past(then: Callable[[Then], None]) -> None:
    order = make_order()
    make_effect("took_effect", "2012-01-01", order=order)
    make_effect("revoked", "2016-01-01", order=order)
    then(lambda: Effect.objects.filter(verb="revoked").delete())
    day, other = date(2011, 1, 1), date(2017, 1, 1)
    change = only(compare(Moment(day, INSTANT), Moment(other, INSTANT)), "orders")
    assert (change["change"], "revised" in change) == ("came_into_force", False)


def test_a_past_that_is_seen_already_is_not_entered_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def known_at(instant: datetime) -> None:
        raise AssertionError(instant)

    monkeypatch.setattr(room, "known_at", known_at)
    one, two = (Moment(day, INSTANT, here=True) for day in (date(2011, 1, 1), date(2012, 1, 1)))
    assert compare(one, two)["from"] == {"as_of": date(2011, 1, 1), "known_at": INSTANT}


# --- Limits -------------------------------------------------------------------------------------


def test_more_changes_than_an_answer_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        make_effect("took_effect", "2012-01-01", order=make_order())
    monkeypatch.setattr(room, "MOST", 3)
    assert len(between("2011-01-01", "2013-01-01")["orders"]) == 3
    monkeypatch.setattr(room, "MOST", 2)
    with pytest.raises(TooMuch, match="more than 2 changes of orders"):
        between("2011-01-01", "2013-01-01")


def test_more_designations_than_an_answer_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        make_designation(listed_on="2012-01-01")
    monkeypatch.setattr(room, "MOST", 2)
    with pytest.raises(TooMuch, match="designations"):
        between("2011-01-01", "2013-01-01")


@pytest.mark.parametrize("known", [None, INSTANT])
def test_the_number_of_queries_does_not_depend_on_the_number_of_changes(known: datetime | None) -> None:
    def grow(count: int) -> None:
        for _ in range(count):
            order, agreement, party = make_order(), make_agreement(), make_actor()
            commitment = make_commitment(agreement)
            commitment.obligors.set([party])
            make_measure(order)
            make_effect("took_effect", "2012-01-01", order=order, by_order=make_order())
            make_effect("took_effect", "2012-01-01", agreement=agreement)
            make_effect("joined", "2012-01-01", agreement=agreement, party=party)
            make_effect("took_effect", "2012-01-01", commitment=commitment)
            make_effect("alleged", "2012-01-01", violation=make_violation(), party=party)
            make_designation(listed_on="2012-01-01", program=make_program())

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            answer = compare(Moment(date(2011, 1, 1), known), Moment(date(2013, 1, 1)))
        assert all(answer[plural] for plural in NAMES)
        return len(captured)

    grow(1)
    few = queries()
    grow(12)
    assert queries() == few


def test_too_many_changes_are_refused_before_their_effects_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*given: object) -> None:
        raise AssertionError("What is refused is not read.")

    make_effect("took_effect", "2015-06-01", order=make_order())
    monkeypatch.setattr(room, "MOST", 0)
    monkeypatch.setattr(subjects._InSQL, "_with_effects", read)
    with pytest.raises(TooMuch, match="changes of orders"):
        compare(Moment(date(2015, 1, 1)), Moment(date(2016, 1, 1)))
