"""The events of an actor, read from the table of appearances, equal those of the general filters."""

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
    "parameters",
    [
        {},
        {"kind__in": "report,statement"},
        {"happened_on__gte": "2016"},
        {"kind!": "report", "happened_on": "2015", "include_possible": "true"},
    ],
)
def test_the_events_of_an_actor_are_the_same_from_either_table(
    slugs: Callable[..., list[str]], ask: Ask, ordering: str, parameters: dict[str, str]
) -> None:
    # `actor__in` with one actor reads the participations, `actor` the appearances.
    actors = set(Participation.objects.values_list("actor__slug", flat=True))
    assert actors
    for actor in actors:
        expected = slugs("events", actor__in=actor, ordering=ordering, **parameters)
        assert slugs("events", actor=actor, ordering=ordering, **parameters) == expected
        page = ask("events/", actor=actor, ordering=ordering, limit="1", count="true", **parameters)
        assert page["count"] == len(expected)
        seen = [row["slug"] for row in page["results"]]
        while page["next"]:
            page = ask(page["next"].partition("/api/v1/")[2])
            seen += [row["slug"] for row in page["results"]]
        assert seen == expected
