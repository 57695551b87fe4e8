"""Who sanctions whom, by period: what counts, for whom, and when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import product
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from sanctions.models import Actor, Program
from sanctions.questions.attribution import Attribution
from sanctions.questions.intervals import Frequency
from sanctions.questions.panel import measures
from sanctions.questions.panel.columns import COUNTED, columns
from sanctions.questions.panel.query import Level, PanelQuery
from sanctions.questions.panel.read import count_panel, read_panel
from sanctions.vocabulary import MEASURE_CROSSWALK, MeasureKind
from tests.factories.texts import save_text
from tests.undo import undone

DAY = date(2020, 6, 30)

WORLD = """
actors:
- {slug: ada, kind: state, name: Ada, identifiers: [{scheme: iso-3166, value: AD}]}
- {slug: bob, kind: state, name: Bob}
- {slug: ada-president, kind: government_body, name: President of Ada, relationships: [{kind: part_of, to: ada}]}
- {slug: ada-treasury, kind: government_body, name: Treasury, relationships: [{kind: part_of, to: ada-president}]}
- {slug: league, kind: intergovernmental_organisation, name: The League}
- {slug: league-council, kind: intergovernmental_organ, name: Its council, relationships: [{kind: part_of, to: league}]}
- slug: bob-bank
  kind: bank
  name: Bank of Bob
  relationships: [{kind: national_of, to: bob}]
- slug: moved
  kind: person
  name: Who moved
  relationships: [{kind: national_of, to: ada, until: '2019'}, {kind: national_of, to: bob, from: '2019'}]
- {slug: both, kind: person, name: Of both, relationships: [{kind: national_of, to: ada}, {kind: national_of, to: bob}]}
- slug: secretary
  kind: person
  name: The Secretary
  tenures: [{slug: secretary-of-the-league, body: league, title: Secretary, rank: head, from: '2010'}]
- slug: branch
  kind: bank
  name: A branch abroad
  relationships: [{kind: part_of, to: bob-bank}, {kind: national_of, to: ada}]
- {slug: desk, kind: bank, name: Its desk, relationships: [{kind: part_of, to: branch}]}
- {slug: ring, kind: organisation, name: A ring, relationships: [{kind: part_of, to: ring-2}]}
- {slug: ring-2, kind: organisation, name: Another ring, relationships: [{kind: part_of, to: ring}]}
programs:
- {slug: on-bob, name: On Bob, issuer: ada-treasury}
orders:
- slug: first-order
  kind: statute
  title: The first
  issuer: ada-treasury
  geographic_scope: country
  programs: [on-bob]
  measures:
  - {slug: freeze, kind: asset_freeze, direction: imposes, targets: [bob-bank], territories: [bob]}
  - {slug: ban, kind: travel_ban, direction: imposes, targets: [moved]}
  - {slug: ease, kind: relief, direction: relieves, targets: [bob]}
  - {slug: at-home, kind: travel_ban, direction: imposes, targets: [ada-president]}
  - {slug: aimless, kind: travel_ban, direction: imposes}
- slug: resolution
  kind: un_security_council_resolution
  title: A resolution
  issuer: league-council
  geographic_scope: country
  measures: [{slug: embargo, kind: arms_embargo, direction: imposes, territories: [bob]}]
designations:
- {slug: bank-listed, actor: bob-bank, program: on-bob, listed_on: '2012-05-01', delisted_on: '2016-01-01'}
- {slug: bank-by-order, actor: bob-bank, order: resolution, list_name: M, listed_on: '2013'}
- {slug: by-nobody, actor: bob-bank, list_name: N, listed_on: '2013-01-01'}
- {slug: undated, actor: bob-bank, program: on-bob, list_name: O}
events:
- slug: signed
  kind: legal_act
  title: Signed
  happened_on: '2010-03-01'
  effects: [{order: first-order, verb: took_effect, effective_on: '2010-03-01'}]
- slug: paused
  kind: waiver
  title: Paused
  happened_on: '2012-02-01'
  effects: [{measure: freeze, verb: suspended, effective_on: '2012-02-01', until: '2012-11-01'}]
- slug: over
  kind: legal_act
  title: Over
  happened_on: '2014-01-01'
  effects: [{order: first-order, verb: revoked, effective_on: '2014-01-01'}]
- slug: resolved
  kind: legal_act
  title: Resolved
  happened_on: '2018'
  effects: [{order: resolution, verb: took_effect, effective_on: '2018'}]
- slug: later
  kind: legal_act
  title: Later
  happened_on: '2021-01-01'
  modality: scheduled
  effects: [{order: resolution, verb: revoked, effective_on: '2021-01-01'}]
- slug: warning
  kind: threat
  title: A warning
  happened_on: 2017-03
  participations: [{actor: ada-president, role: speaker}, {actor: bob-bank, role: target}]
- slug: said
  kind: statement
  title: Said
  happened_on: '2017-05-01'
  participations: [{actor: secretary, role: speaker, capacity: secretary-of-the-league}, {actor: bob, role: audience}]
  positions:
  - {holder: secretary, stance: threatens, actor: bob}
  - {holder: ada, stance: accuses, actor: bob-bank}
- slug: said-of-an-order
  kind: statement
  title: Said of an order
  happened_on: '2017-06-01'
  participations: [{actor: ada, role: addressee}]
  positions: [{holder: bob, stance: threatens, order: first-order}]
- slug: some-year
  kind: threat
  title: Some year
  happened_on: 2016/2018
  participations: [{actor: ada, role: speaker}, {actor: bob, role: target}]
- slug: not-yet
  kind: threat
  title: Not yet
  happened_on: '2017-01-01'
  modality: conditional
  participations: [{actor: ada, role: speaker}, {actor: bob, role: target}]
"""


@pytest.fixture(scope="module")
def _world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), undone():
        save_text(WORLD)
        yield


@pytest.fixture
def world(_world: None, db: None) -> None:
    """The world above, loaded once for this module."""


def key(slug: str) -> int:
    return int(Actor.objects.get(slug=slug).pk)


def rows(sender: str, target: str, **filters: Any) -> dict[str, dict[str, Any]]:
    """Return the rows of a pair by period, with what is not zero."""
    return {
        row["period"]: {name: row[name] for name in COUNTED if row[name]}
        for row in count_panel(PanelQuery(**{"day": DAY} | filters)).rows()
        if (row["sender"], row["target"]) == (sender, target)
    }


def pairs(**filters: Any) -> set[tuple[str, str]]:
    return {(row["sender"], row["target"]) for row in count_panel(PanelQuery(**{"day": DAY} | filters)).rows()}


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("actor", "counts_for"),
    [
        ("ada", {"ada"}),
        ("ada-treasury", {"ada"}),
        ("league-council", {"league"}),
        ("bob-bank", {"bob"}),
        ("both", {"ada", "bob"}),
        ("secretary", {"secretary"}),
        ("branch", {"ada"}),
        ("desk", {"ada"}),
        ("ring", {"ring"}),
        ("ring-2", {"ring-2"}),
    ],
)
def test_an_actor_counts_for_the_state_or_the_whole_above_it(actor: str, counts_for: set[str]) -> None:
    assert Attribution(DAY).of(key(actor)) == {key(slug) for slug in counts_for}


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(("day", "state"), [(date(2018, 12, 31), "ada"), (date(2020, 1, 1), "bob")])
def test_relationships_are_as_of_the_day(day: date, state: str) -> None:
    assert Attribution(day).of(key("moved")) == {key(state)}


@pytest.mark.usefixtures("world")
def test_what_an_actor_says_that_is_not_public_counts_for_nobody() -> None:
    Actor.objects.filter(slug="bob-bank").update(state="draft")
    assert Attribution(DAY).of(key("bob-bank")) == {key("bob-bank")}


@pytest.mark.usefixtures("world")
def test_measures_count_for_the_issuers_state_against_the_targets_state() -> None:
    found = rows("ada", "bob")
    assert found["2010"] == {
        "measures_in_force": 2,
        "measures_in_force_at_end": 2,
        "measures_begun": 2,
        "in_force_asset_freeze": 1,
        "in_force_travel_ban": 1,
        "orders_in_force": 1,
    }


@pytest.mark.usefixtures("world")
def test_a_measure_suspended_and_resumed_in_a_year_ends_and_begins_in_it() -> None:
    found = rows("ada", "bob")["2012"]
    assert (found["measures_in_force"], found["in_force_asset_freeze"]) == (2, 1)
    assert (found["measures_begun"], found["measures_ended"], found["measures_in_force_at_end"]) == (1, 1, 2)
    by_month = rows("ada", "bob", by=Frequency.MONTH)
    assert by_month["2012-01"]["measures_in_force"] == 2
    assert by_month["2012-02"]["measures_in_force"] == 1
    assert by_month["2012-02"]["measures_ended"] == 1
    assert by_month["2012-11"]["measures_begun"] == 1


@pytest.mark.usefixtures("world")
def test_what_ends_on_new_year_was_not_in_force_that_year_and_ended_in_it() -> None:
    found = rows("ada", "bob")
    assert "measures_in_force" not in found["2014"]
    assert found["2014"]["measures_ended"] == 2
    assert "orders_in_force" not in found["2014"]


@pytest.mark.usefixtures("world")
def test_what_imprecise_dates_leave_open_counts_from_when_it_is_certain() -> None:
    found = rows("league", "bob", by=Frequency.MONTH)
    assert found["2018-12"]["measures_in_force"] == 1
    assert "measures_in_force" not in found["2018-11"]
    assert "designations_in_force" not in found.get("2013-11", {})
    assert found["2013-12"]["designations_added"] == 1


@pytest.mark.usefixtures("world")
def test_nothing_after_the_day_of_the_question_counts() -> None:
    assert list(rows("league", "bob"))[-1] == "2020"
    scheduled = rows("league", "bob", day=date(2022, 1, 1))
    assert scheduled["2021"] == {"measures_ended": 1, "designations_in_force": 1, "designations_in_force_at_end": 1}


@pytest.mark.usefixtures("world")
def test_designations_count_for_who_runs_the_program_or_else_issued_the_order() -> None:
    found = rows("ada", "bob")
    assert [year for year, row in found.items() if "designations_in_force" in row] == ["2012", "2013", "2014", "2015"]
    assert (found["2012"]["designations_added"], found["2016"]) == (1, {"designations_removed": 1})
    assert rows("league", "bob")["2014"]["designations_in_force"] == 1


@pytest.mark.usefixtures("world")
def test_only_directed_events_that_occurred_count_and_certainly_in_the_period() -> None:
    assert rows("ada", "bob")["2017"] == {"events": 2, "threats": 1}
    assert rows("league", "bob")["2017"] | {"events": 1, "threats": 1} == rows("league", "bob")["2017"]
    assert rows("bob", "ada")["2017"] == {"events": 1, "threats": 1}
    assert rows("ada", "bob", by=Frequency.MONTH)["2017-03"] == {"events": 1, "threats": 1}


@pytest.mark.usefixtures("world")
def test_a_pair_has_a_row_for_every_period_from_its_first_count_to_its_last() -> None:
    assert list(rows("ada", "bob")) == [str(year) for year in range(2010, 2018)]
    assert next(iter(rows("ada", "bob", by=Frequency.MONTH))) == "2010-03"
    assert rows("ada", "bob", by=Frequency.MONTH)["2016-06"] == {}


@pytest.mark.usefixtures("world")
def test_what_a_state_imposes_on_its_own_and_on_nobody_is_left_out() -> None:
    assert pairs() == {("ada", "bob"), ("league", "bob"), ("bob", "ada")}


@pytest.mark.usefixtures("world")
def test_at_the_level_of_actors_the_target_is_who_is_named() -> None:
    assert pairs(level=Level.ACTOR) == {
        ("ada", "bob"),
        ("ada", "bob-bank"),
        ("ada", "moved"),
        ("league", "bob"),
        ("league", "bob-bank"),
        ("bob", "ada"),
    }
    assert rows("ada", "bob-bank", level=Level.ACTOR)["2010"]["measures_in_force"] == 1


@pytest.mark.usefixtures("world")
def test_a_panel_is_narrowed_by_sender_target_and_periods() -> None:
    assert pairs(senders={key("league")}) == {("league", "bob")}
    assert pairs(targets={key("ada")}) == {("bob", "ada")}
    all_periods = rows("ada", "bob")
    narrowed = rows("ada", "bob", first=date(2012, 1, 1), last=date(2013, 12, 31))
    assert narrowed == {year: all_periods[year] for year in ("2012", "2013")}
    assert rows("ada", "bob", first=date(2018, 1, 1)) == {}


@pytest.mark.usefixtures("world")
def test_a_program_narrows_what_belongs_to_one_and_events_make_no_rows_then() -> None:
    program = {Program.objects.get(slug="on-bob").pk}
    assert pairs(programs=program) == {("ada", "bob")}
    found = rows("ada", "bob", programs=program)
    assert list(found)[-1] == "2016"
    assert found["2012"] == rows("ada", "bob")["2012"]


@pytest.mark.usefixtures("world")
def test_the_size_is_told_before_the_rows_are_made() -> None:
    for by in Frequency:
        found = count_panel(PanelQuery(day=DAY, by=by))
        assert found.size == len(list(found.rows())) > 0


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("by", Frequency)
def test_who_is_asked_for_chooses_rows_of_the_whole_and_changes_none(by: Frequency, level: Level) -> None:
    rows_of_all = list(count_panel(PanelQuery(day=DAY, by=by, level=level)).rows())
    slugs = dict(Actor.objects.values_list("slug", "pk"))
    for sender, target in product([None, *slugs], repeat=2):
        narrowed = PanelQuery(
            day=DAY,
            by=by,
            level=level,
            senders=None if sender is None else {slugs[sender]},
            targets=None if target is None else {slugs[target]},
        )
        expected = [row for row in rows_of_all if sender in (None, row["sender"]) and target in (None, row["target"])]
        assert list(count_panel(narrowed).rows()) == expected, (sender, target)


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("by", Frequency)
def test_no_panel_has_more_rows_than_were_foreseen(by: Frequency) -> None:
    for level, first, last in product(Level, (None, date(2012, 1, 1), date(2018, 1, 1)), (None, date(2015, 12, 31))):
        material = read_panel(PanelQuery(day=DAY, by=by, level=level, first=first, last=last))
        foreseen = material.extents.max_rows()
        assert material.count().size <= foreseen


@pytest.mark.usefixtures("world")
def test_the_first_period_that_fits_gives_as_many_rows_as_may_be_given() -> None:
    material = read_panel(PanelQuery(day=DAY))
    assert material.extents.first_period_within(material.extents.max_rows()) is None
    for most in range(1, material.extents.max_rows()):
        first = material.extents.first_period_within(most)
        assert first is not None
        bounded = [
            read_panel(PanelQuery(day=DAY, first=date(year, 1, 1))).extents.max_rows() for year in (first, first - 1)
        ]
        assert bounded[0] <= most or first == DAY.year
        assert bounded[1] > most


@pytest.mark.usefixtures("world")
def test_the_size_is_bounded_before_anything_is_folded(monkeypatch: pytest.MonkeyPatch) -> None:
    def fold(*given: object) -> None:
        raise AssertionError("Nothing is folded to know how many rows there can be.")

    monkeypatch.setattr(measures, "intervals_in_force", fold)
    assert read_panel(PanelQuery(day=DAY, first=date(1000, 1, 1))).extents.max_rows() > 0


@pytest.mark.usefixtures("world")
def test_what_begins_and_ends_in_the_months_of_a_year_begins_and_ends_in_the_year() -> None:
    flows = ("measures_begun", "measures_ended", "designations_added", "designations_removed")
    months: Counter[tuple[str, str, int, str]] = Counter()
    for row in count_panel(PanelQuery(day=DAY, by=Frequency.MONTH)).rows():
        months.update({(row["sender"], row["target"], row["year"], name): row[name] for name in flows})
    years = {
        (row["sender"], row["target"], row["year"], name): row[name]
        for row in count_panel(PanelQuery(day=DAY)).rows()
        for name in flows
    }
    assert {place: count for place, count in years.items() if count} == +months


def test_every_kind_of_measure_has_a_column_with_the_codes_of_others() -> None:
    found = {column.codes["measure_kind"]: column for column in columns(Frequency.YEAR) if "ties" in column.codes}
    assert list(found) == [str(kind) for kind in MeasureKind]
    for kind, crosswalk in MEASURE_CROSSWALK.items():
        assert found[str(kind)].codes == {"measure_kind": str(kind), **crosswalk}
    assert found["travel_ban"].codes["gsdb"] == "travel"


def test_every_column_has_a_name_of_its_own_and_says_what_it_holds() -> None:
    for by in Frequency:
        names = [column.name for column in columns(by)]
        assert len(set(names)) == len(names)
        assert ("month" in names) == (by is Frequency.MONTH)
        assert all(column.description.endswith(".") for column in columns(by))
