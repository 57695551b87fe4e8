"""Compliance: the laws of the answer, and that it treats every actor the same way."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sanctions.loading.documents import Incoming, save_documents
from sanctions.models import Agreement, Commitment, Measurement
from sanctions.questions.compliance import ComplianceFilter, compliance
from sanctions.questions.measured import limit_of, within_limit
from sanctions.records.base import Document
from sanctions.records.registry import BY_NAME
from sanctions.standing import TABLE
from sanctions.vocabulary import Stance, Subject
from tests.effort import examples
from tests.factories.acts import ACT
from tests.factories.texts import save_text
from tests.undo import undone

DAY = date(2020, 1, 4)

PACT = """
sources:
- {slug: paper, kind: news, title: A paper}
- {slug: letter, kind: official_report, title: A letter}
actors:
- {slug: ada, kind: state, name: Ada}
- {slug: bob, kind: state, name: Bob}
- {slug: club, kind: coalition, name: The club}
- {slug: watcher, kind: intergovernmental_organisation, name: The watcher}
agreements:
- slug: pact
  kind: treaty
  title: A pact
  commitments:
  - slug: cap
    obligors: [ada, bob]
    text: At most ten.
    comparator: <=
    limit: 10
    unit: kg
    equivalent_limit: 7
    equivalent_unit: kg U
  - {slug: aid, obligors: [bob], text: Send aid., in_return_for: [cap]}
  - {slug: nobody, text: Something happens.}
- slug: other-pact
  kind: treaty
  title: Another pact
  commitments: [{slug: far-promise, obligors: [ada], text: A promise elsewhere., in_return_for: [cap]}]
violations:
- {slug: ada-over, title: Over the cap, accused: [ada], against: [{commitment: cap}]}
- {slug: club-over, title: The club is over it, accused: [club], against: [{commitment: cap}]}
- {slug: somebody-over, title: Somebody is over it, against: [{commitment: cap}]}
- {slug: never-said, title: Nobody says so, accused: [ada], against: [{commitment: cap}]}
- {slug: both, title: The whole pact, accused: [ada, bob], against: [{agreement: pact}, {commitment: aid}]}
events:
- slug: begin
  kind: milestone
  title: It begins
  happened_on: '2019-01-01'
  effects:
  - {commitment: cap, verb: took_effect, effective_on: '2019-01-01'}
  - {commitment: far-promise, verb: took_effect, effective_on: '2019-01-01'}
- slug: report
  kind: report
  title: A report
  happened_on: '2020-01-02'
  effects:
  - {violation: ada-over, party: watcher, verb: reported, effective_on: '2020-01-02'}
  - {violation: club-over, party: watcher, verb: alleged, effective_on: 2020-01}
  - {violation: somebody-over, party: watcher, verb: found, effective_on: '2020-01-02'}
  - {violation: both, party: watcher, verb: alleged, effective_on: '2020-01-02'}
  measurements:
  - {commitment: cap, violation: ada-over, value: 11, unit: kg, measured_by: watcher, observed_on: '2020-01-01'}
  - {commitment: cap, violation: club-over, value: 6, unit: kg U}
  - {violation: ada-over, value: 3, unit: tonnes}
  - {commitment: cap, value: 10, unit: kg, limit: 9, observed_on: 2020-01}
  - {commitment: cap, value: 1, unit: kg, observed_on: '2020-02'}
  citations:
  - {source: paper}
  - {source: letter, field: 'effects[0].verb', pinpoint: page 2}
  - {source: letter, field: 'measurements[1]'}
- slug: called-off
  kind: report
  title: A report that was called off
  happened_on: '2020-01-02'
  modality: cancelled
  effects: [{violation: never-said, party: watcher, verb: alleged, effective_on: '2020-01-02'}]
  measurements: [{commitment: cap, value: 99, unit: kg}]
"""


@pytest.fixture
def pact(db: None) -> Agreement:
    save_text(PACT)
    found: Agreement = Agreement.objects.get(slug="pact")
    return found


def row_of(answer: Document, commitment: str, obligor: str | None) -> Document:
    [row] = [
        row
        for row in answer["obligations"]
        if row["commitment"]["slug"] == commitment and (row["obligor"] or {}).get("slug") == obligor
    ]
    return dict(row)


def named_in(rows: Sequence[Document]) -> list[str]:
    return [row["violation"]["slug"] for row in rows]


def test_a_promise_of_nobody_has_one_row_without_an_obligor(pact: Agreement) -> None:
    assert row_of(compliance(pact, DAY), "nobody", None)["standing"]["code"] == "not_yet_binding"


def test_who_is_accused_of_a_promise_that_others_made_is_told_apart(pact: Agreement) -> None:
    accused = {one["accused"] and one["accused"]["slug"]: one for one in compliance(pact, DAY)["accusations"]}
    assert {slug: named_in(one["violations"]) for slug, one in accused.items()} == {
        "ada": ["both"],
        "bob": ["both"],
        "club": ["club-over"],
        None: ["somebody-over"],
    }


def test_a_violation_of_a_promise_and_of_the_whole_is_told_at_both_places(pact: Agreement) -> None:
    answer = compliance(pact, DAY)
    assert named_in(row_of(answer, "aid", "bob")["violations"]) == ["both"]
    assert named_in(row_of(answer, "cap", "ada")["violations"]) == ["ada-over"]
    assert named_in(row_of(answer, "cap", "bob")["violations"]) == []


def test_what_nobody_said_in_an_event_that_counts_is_not_claimed(pact: Agreement) -> None:
    assert "never-said" not in str(compliance(pact, DAY))


def test_what_is_possibly_said_by_the_day_is_there_and_not_certain(pact: Agreement) -> None:
    [club] = [one for one in compliance(pact, DAY)["accusations"] if (one["accused"] or {}).get("slug") == "club"]
    [violation] = club["violations"]
    assert (violation["standing"]["code"], violation["standing"]["certain"]) == ("not_claimed", False)
    assert violation["standing"]["possible"] == ("alleged", "not_claimed")
    assert [claim["certain"] for claim in violation["claims"]] == [False]


def test_a_statement_has_its_own_sources_first_then_those_of_its_event_but_not_those_of_others(pact: Agreement) -> None:
    [claim] = row_of(compliance(pact, DAY), "cap", "ada")["violations"][0]["claims"]
    assert [(one["source"]["slug"], one.get("pinpoint")) for one in claim["citations"]] == [
        ("letter", "page 2"),
        ("paper", None),
    ]


def test_a_value_is_measured_of_the_accused_or_else_of_all_who_promised(pact: Agreement) -> None:
    answer = compliance(pact, DAY)
    shown = {
        obligor: [(one["value"], one["unit"]) for one in row_of(answer, "cap", obligor)["measurements"]]
        for obligor in ("ada", "bob")
    }
    assert shown == {
        "ada": [(11, "kg"), (10, "kg"), (6, "kg U"), (3, "tonnes")],
        "bob": [(10, "kg"), (6, "kg U")],
    }


def test_a_value_is_compared_in_its_own_unit_with_the_limit_then_in_force(pact: Agreement) -> None:
    rows = row_of(compliance(pact, DAY), "cap", "ada")["measurements"]
    assert [(one["value"], one["limit"], one["within_limit"], one["certain"]) for one in rows] == [
        (11, 10, False, True),
        (10, 9, False, False),
        (6, 7, True, True),
        (3, None, None, True),
    ]


@pytest.mark.parametrize(
    ("comparator", "value", "within"),
    [("<=", 10, True), ("<=", 11, False), (">=", 10, True), (">=", 9, False), ("=", 10, True), ("=", 9, False)],
)
def test_each_comparator_means_what_it_says(comparator: str, value: int, within: bool) -> None:
    commitment = Commitment(comparator=comparator, limit=Decimal(10), unit="kg")
    assert within_limit(Measurement(value=Decimal(value), unit="kg"), commitment) is within


@pytest.mark.parametrize(
    ("commitment", "measurement"),
    [
        ({"comparator": "", "limit": 10, "unit": "kg"}, {"unit": "kg"}),
        ({"comparator": "<=", "limit": 10, "unit": "kg"}, {"unit": "t"}),
        ({"comparator": "<=", "limit": 10, "unit": "kg"}, {"unit": "t", "limit": 10}),
        ({"comparator": "<=", "unit": "kg"}, {"unit": "kg"}),
        ({"comparator": "<="}, {"unit": "kg", "limit": 10}),
    ],
    ids=str,
)
def test_what_cannot_be_compared_is_neither_within_nor_beyond(
    commitment: dict[str, Any], measurement: dict[str, Any]
) -> None:
    assert within_limit(Measurement(value=Decimal(1), **measurement), Commitment(**commitment)) is None


def test_the_limit_told_with_a_value_outranks_that_of_the_commitment() -> None:
    commitment = Commitment(comparator="<=", limit=Decimal(10), unit="kg")
    assert limit_of(Measurement(unit="kg", limit=Decimal(8)), commitment) == 8
    assert limit_of(Measurement(unit="kg"), commitment) == 10


def test_a_promise_in_another_agreement_is_owed_in_return_too(pact: Agreement) -> None:
    owed = row_of(compliance(pact, DAY), "cap", "ada")["owed_for"]
    assert [(one["commitment"]["slug"], one["by_obligor"][0]["code"]) for one in owed] == [
        ("aid", "not_yet_binding"),
        ("far-promise", "binding"),
    ]
    assert [row["commitment"]["slug"] for row in compliance(pact, DAY)["obligations"]] == [
        "cap",
        "cap",
        "aid",
        "nobody",
    ]


def test_a_promise_in_an_agreement_that_is_not_public_is_named_and_no_more(pact: Agreement) -> None:
    Agreement.objects.filter(slug="other-pact").update(state="draft")
    owed = row_of(compliance(pact, DAY), "cap", "ada")["owed_for"][1]
    assert owed == {"commitment": {"slug": "far-promise", "name": "far-promise"}, "by_obligor": []}


def test_narrowing_to_nothing_is_not_asking_for_everything(pact: Agreement) -> None:
    answer = compliance(pact, DAY, ComplianceFilter(obligors=frozenset()))
    assert (answer["obligations"], answer["accusations"]) == ([], [])


# --- The same for every actor ---------------------------------------------------------------------

ACTORS = ["ada", "bob", "cyd"]
PROMISES = ["promise-0", "promise-1", "promise-2"]
BREACHES = ["breach-0", "breach-1", "breach-2"]
DATES = ["2020-01-02", "2020-01-03", "2020-01-04", "2020-01-01/2020-01-03", "2020-01", "../2020-01-04"]

actors = st.sampled_from(ACTORS)
some_actors = st.lists(actors, unique=True, max_size=3)
subjects = st.sampled_from([Subject.AGREEMENT, Subject.PARTY, Subject.COMMITMENT, Subject.VIOLATION])


@st.composite
def effects(draw: st.DrawFn) -> Document:
    """An effect on the pact, a party, a promise or a breach."""
    subject = draw(subjects)
    about = {
        Subject.AGREEMENT: {"agreement": "pact"},
        Subject.PARTY: {"agreement": "pact", "party": draw(actors)},
        Subject.COMMITMENT: {"commitment": draw(st.sampled_from(PROMISES))}
        | ({"party": draw(actors)} if draw(st.booleans()) else {}),
        Subject.VIOLATION: {"violation": draw(st.sampled_from(BREACHES)), "party": draw(actors)},
    }[subject]
    dates = draw(st.sampled_from(DATES))
    return about | {"verb": str(draw(st.sampled_from(list(TABLE[subject])))), "effective_on": dates}


@st.composite
def promises(draw: st.DrawFn, slug: str) -> Document:
    """A promise, often with a limit."""
    limit = {"comparator": "<=", "limit": draw(st.integers(1, 3)), "unit": "kg"} if draw(st.booleans()) else {}
    return {
        "slug": slug,
        "text": slug,
        "obligors": draw(some_actors),
        "verifier": draw(actors),
        "in_return_for": [other for other in PROMISES if other != slug and draw(st.booleans())],
    } | limit


@st.composite
def breaches(draw: st.DrawFn, slug: str) -> Document:
    """A violation of the pact, or of some of its promises."""
    against = draw(st.lists(st.sampled_from(["pact", *PROMISES]), min_size=1, max_size=2, unique=True))
    provisions = [{"agreement": name} if name == "pact" else {"commitment": name} for name in against]
    return {"slug": slug, "title": slug, "accused": draw(some_actors), "against": provisions}


@st.composite
def events(draw: st.DrawFn, slug: str) -> Document:
    """An event with effects, a measurement and a position."""
    measured = {
        "commitment": draw(st.sampled_from(PROMISES)),
        "violation": draw(st.sampled_from(BREACHES)),
        "value": draw(st.integers(0, 4)),
        "unit": draw(st.sampled_from(["kg", "t"])),
        "measured_by": draw(actors),
    }
    position = {"holder": draw(actors), "stance": str(Stance.ACCUSES), "violation": draw(st.sampled_from(BREACHES))}
    return {
        "slug": slug,
        "kind": "claim",
        "title": slug,
        "happened_on": draw(st.sampled_from(DATES)),
        "effects": draw(st.lists(effects(), min_size=1, max_size=4)),
        "measurements": [measured] if draw(st.booleans()) else [],
        "positions": [position] if draw(st.booleans()) else [],
    }


@st.composite
def worlds(draw: st.DrawFn) -> list[tuple[str, Document]]:
    """An agreement with promises, what is claimed to breach them, and what happened."""
    pact = {"slug": "pact", "kind": "treaty", "title": "A pact"}
    return [
        *(("actor", {"slug": slug, "kind": "state", "name": slug}) for slug in ACTORS),
        ("agreement", pact | {"commitments": [draw(promises(slug)) for slug in PROMISES]}),
        *(("violation", draw(breaches(slug))) for slug in BREACHES),
        *(("event", draw(events(f"event-{place}"))) for place in range(4)),
    ]


def exchanged(value: Any) -> Any:
    """Return the same with ada and bob in each other's place everywhere."""
    other = {"ada": "bob", "bob": "ada"}
    return json.loads(re.sub(r"\b(ada|bob)\b", lambda found: other[found[0]], json.dumps(value)))


def unordered(value: Any) -> Any:
    """Return the same with every list sorted, because lists of actors are by slug."""
    if isinstance(value, dict):
        return {key: unordered(one) for key, one in value.items()}
    if isinstance(value, list):
        return sorted((unordered(one) for one in value), key=lambda one: json.dumps(one, sort_keys=True))
    return value


def answered(world: list[tuple[str, Document]], day: date) -> Any:
    with undone():
        save_documents([Incoming(BY_NAME[name], document) for name, document in world], ACT)
        return orjson.loads(orjson.dumps(compliance(Agreement.objects.get(slug="pact"), day)))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(25))
@given(world=worlds(), day=st.sampled_from([date(2020, 1, day) for day in range(1, 6)]))
@pytest.mark.django_db
def test_exchanging_two_actors_exchanges_them_in_the_answer_and_changes_nothing_else(
    world: list[tuple[str, Document]], day: date
) -> None:
    assert unordered(answered(exchanged(world), day)) == unordered(exchanged(answered(world, day)))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(15))
@given(world=worlds(), day=st.sampled_from([date(2020, 1, day) for day in range(1, 6)]))
@pytest.mark.django_db
def test_every_violation_that_is_claimed_is_shown_against_each_who_is_accused(
    world: list[tuple[str, Document]], day: date
) -> None:
    answer = answered(world, day)
    claimed = {
        effect["violation"]
        for name, document in world
        if name == "event"
        for effect in document["effects"]
        if "violation" in effect and (effect["effective_on"], day.day) not in NOT_YET
    }
    expected = {
        (accused, document["slug"])
        for name, document in world
        if name == "violation" and document["slug"] in claimed
        for accused in document["accused"] or [None]
    }
    rows = [(row["obligor"], row["violations"]) for row in answer["obligations"]]
    rows += [(row["accused"], row["violations"]) for row in answer["accusations"]]
    shown = {(actor and actor["slug"], one["violation"]["slug"]) for actor, found in rows for one in found}
    assert shown == expected


#: Which of the dates begin after which day of the month.
NOT_YET = {("2020-01-02", 1), ("2020-01-03", 1), ("2020-01-03", 2), *(("2020-01-04", day) for day in (1, 2, 3))}
