"""The events of one actor, which a table of their own has in order, are those that all the others tell of."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sanctions.models import Appearance, Participation
from sanctions.vocabulary import State
from tests.api.conftest import Ask

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


def test_the_world_appears_as_its_tables_say() -> None:
    public = Participation.objects.filter(event__state=State.PUBLISHED).values_list("event_id", "actor_id")
    assert set(Appearance.objects.values_list("event_id", "actor_id")) == set(public)
    assert public


@pytest.mark.parametrize("ordering", ["happened_on", "-happened_on", "slug", "-slug"])
@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"kind__in": "report,statement"},
        {"happened_on__gte": "2016"},
        {"kind!": "report", "happened_on": "2015", "include_possible": "true"},
    ],
)
def test_the_events_of_an_actor_are_the_same_from_either_table(
    slugs: Callable[..., list[str]], ask: Ask, ordering: str, asked: dict[str, str]
) -> None:
    # A list of one is asked of the participations.
    actors = set(Participation.objects.values_list("actor__slug", flat=True))
    assert actors
    for actor in actors:
        expected = slugs("events", actor__in=actor, ordering=ordering, **asked)
        assert slugs("events", actor=actor, ordering=ordering, **asked) == expected
        page = ask("events/", actor=actor, ordering=ordering, limit="1", count="true", **asked)
        assert page["count"] == len(expected)
        seen = [row["slug"] for row in page["results"]]
        while page["next"]:
            page = ask(page["next"].partition("/api/v1/")[2])
            seen += [row["slug"] for row in page["results"]]
        assert seen == expected
