"""The events of a timeline and their reasons follow from one table, so each event has a reason."""

from __future__ import annotations

from datetime import date
from typing import Any

import orjson
import pytest
from django.db.models import QuerySet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sanctions.models import Event
from sanctions.projections.rendered_documents import render
from sanctions.questions.timeline import KINDS, SHOWN, TimelineSubjects, rows_of
from tests.api.v1.many import load_many
from tests.effort import examples

pytestmark = pytest.mark.django_db
DAY = date(2017, 1, 1)
few = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(40))
#: The records of `load_many` that a timeline can be of: kind and number.
SUBJECTS = [(kind, place) for kind in KINDS for place in range(3)]
subject_lists = st.lists(st.sampled_from(SUBJECTS), min_size=1, max_size=4, unique=True)


def things(pairs: list[tuple[str, int]], roles: tuple[str, ...] = ()) -> TimelineSubjects:
    rows: dict[str, list[Any]] = {}
    for kind, place in pairs:
        rows.setdefault(kind, []).append(KINDS[kind]._default_manager.get(slug=f"{kind}-{place}"))
    return TimelineSubjects(rows, roles)


def slugs(events: QuerySet[Event]) -> set[str]:
    return set(events.values_list("slug", flat=True))


def timeline_rows(events: QuerySet[Event], of: TimelineSubjects) -> list[dict[str, Any]]:
    rows = list(events.order_by("slug"))
    rendered = render(Event, [row.pk for row in rows])
    return rows_of([(row, orjson.loads(rendered[row.pk])) for row in rows], of, DAY)


@pytest.fixture
def records(db: None) -> None:
    """Three records of every noun, each with an event that concerns all of its number."""
    load_many(3)


@pytest.mark.usefixtures("records")
@few
@given(pairs=subject_lists)
def test_the_timeline_of_several_things_is_that_of_each_together(pairs: list[tuple[str, int]]) -> None:
    each = [slugs(Event.objects.filter(things([pair]).any_of())) for pair in pairs]
    assert slugs(Event.objects.filter(things(pairs).any_of())) == set().union(*each)
    assert slugs(Event.objects.filter(things(pairs).all_of())) == set.intersection(*each)


@pytest.mark.usefixtures("records")
@few
@given(pairs=subject_lists, roles=st.sampled_from([(), ("speaker",), ("target", "speaker"), ("target",)]))
def test_an_event_is_on_the_timeline_if_and_only_if_there_is_a_reason(
    pairs: list[tuple[str, int]], roles: tuple[str, ...]
) -> None:
    of = things(pairs, roles)
    everything = timeline_rows(Event.objects.all(), of)
    assert {row["slug"] for row in everything if row["matches"]} == slugs(Event.objects.filter(of.any_of()))


@pytest.mark.usefixtures("records")
def test_without_things_every_event_is_on_it_and_there_is_no_reason() -> None:
    nothing = TimelineSubjects()
    assert slugs(Event.objects.filter(nothing.any_of())) == slugs(Event.objects.filter(nothing.all_of()))
    rows = timeline_rows(Event.objects.filter(nothing.any_of()), nothing)
    assert [row["slug"] for row in rows] == ["event-0", "event-1", "event-2"]
    assert all(row["matches"] == {} for row in rows)


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize(
    ("kind", "reasons"),
    [
        ("actor", {"participations": 1, "effects": 3, "positions": 1}),
        ("order", {"effects": 3}),
        ("measure", {"effects": 1}),
        ("agreement", {"effects": 6, "references": 1}),
        ("commitment", {"effects": 2}),
        ("violation", {"effects": 2}),
        ("program", {"effects": 3}),
    ],
)
def test_the_reasons_are_what_names_the_thing_and_nothing_else(kind: str, reasons: dict[str, int]) -> None:
    of = things([(kind, 1)])
    (row,) = timeline_rows(Event.objects.filter(of.any_of()), of)
    assert row["slug"] == "event-1"
    assert {part: len(found) for part, found in row["matches"].items()} == reasons
    assert set(reasons) <= set(SHOWN)


@pytest.mark.usefixtures("records")
def test_an_order_brings_its_measures_and_what_was_done_by_it() -> None:
    of = TimelineSubjects({"order": list(KINDS["order"]._default_manager.filter(slug="base"))})
    rows = timeline_rows(Event.objects.filter(of.any_of()), of)
    assert len(rows) == 3
    assert [effect["by_order"]["slug"] for row in rows for effect in row["matches"]["effects"]] == ["base"] * 3
