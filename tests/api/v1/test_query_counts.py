"""The number of queries of an answer does not depend on the length of the list, whatever the filters."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from api.v1.urls import NOUNS
from sanctions.ledger.releases import make_release
from tests.api.v1.many import load_many, sample

#: At most: the public state, the rows, those without a value in the ordering, and the keys of the day.
MOST = 5
#: Parameters that lead into the past, and the queries for that: the release, twice; a savepoint; settings.
CLOCKS = ("known_at", "release")
ENTERING = 7
#: Lookups whose queries are like those of another lookup of the same column; not repeated with a long list.
ALIKE = ("__not", "__lte", "__range", "__isnull")


def questions(noun: str) -> dict[str, dict[str, Any]]:
    """Return a question for each parameter of a list, and one for each ordering."""
    view = NOUNS[noun]
    questions_by_name = {name: {name: sample(condition)} for name, condition in view.list_parameters.conditions.items()}
    for name, parameters in questions_by_name.items():
        if name.startswith("party_standing"):
            parameters["party"] = "actor-0"
        if name == "include_possible":
            parameters[f"{min(view.list_parameters.imprecise_dates)}__gte"] = "2015"
    for ordering in view.orderings:
        questions_by_name[f"ordering={ordering.name}"] = {"ordering": ordering.name}
        questions_by_name[f"ordering=-{ordering.name}"] = {"ordering": f"-{ordering.name}"}
    return questions_by_name | {"": {}}


def queries(client: Client, path: str, parameters: dict[str, Any]) -> int:
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(f"/api/v1/{path}", {"as_of": "2017-01-01", **parameters})
    assert answer.status_code == 200, answer.content
    return len(captured)


@pytest.mark.django_db
def test_no_list_takes_more_queries_when_it_is_longer(client: Client) -> None:
    cases = [
        (noun, name, parameters)
        for noun in NOUNS
        for name, parameters in questions(noun).items()
        if not name.endswith(ALIKE)
    ]
    load_many(2)
    make_release(timezone.now())
    short = {(noun, name): queries(client, f"{noun}/", parameters) for noun, name, parameters in cases}
    load_many(40)
    long = {(noun, name): queries(client, f"{noun}/", parameters) for noun, name, parameters in cases}
    assert len(client.get("/api/v1/orders/").json()["results"]) == 41
    assert {key: (short[key], long[key]) for key in short if short[key] < long[key]} == {}


@pytest.mark.django_db
@pytest.mark.parametrize("noun", NOUNS)
def test_a_list_and_a_detail_take_few_queries(client: Client, noun: str) -> None:
    load_many(3)
    singular = NOUNS[noun].queryset.model._meta.model_name
    assert queries(client, f"{noun}/", {}) <= MOST
    assert queries(client, f"{noun}/{singular}-0/", {}) <= MOST - 1


@pytest.mark.django_db
@pytest.mark.parametrize("noun", NOUNS)
def test_a_named_record_adds_one_query_to_those_of_the_list(client: Client, noun: str) -> None:
    load_many(3)
    make_release(timezone.now())
    asked_for = questions(noun).items()
    assert asked_for
    for name, parameters in asked_for:
        named = sum("-0" in str(value) for value in parameters.values())
        entering = ENTERING if name in CLOCKS else 0
        counting = int(name == "facets")
        assert queries(client, f"{noun}/", parameters) <= MOST + named + entering + counting, name
