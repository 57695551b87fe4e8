"""docs/tour.md and README.md are true: each question in them gets the answer shown there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from api.v1.urls import NOUNS
from tests.api.v1.answer_schema import faults
from tests.tour import Step, missing, steps

ROOT: Final = Path(__file__).resolve().parent.parent
#: Document → the fewest questions it must have.
DOCUMENTS: Final = {"docs/tour.md": 23, "README.md": 5}
#: Lines that README.md may have at most.
LONGEST_README: Final = 200
TOUR: Final = {name: list(steps((ROOT / name).read_text(encoding="utf-8"))) for name in DOCUMENTS}


@pytest.fixture(scope="module")
def _seeds(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_seeds", verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def seeds(_seeds: None, db: None) -> None:
    """Load the curated records, once for all tests of this module."""


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_answer_in_a_document_follows_a_request_that_is_run(name: str) -> None:
    assert len(TOUR[name]) >= DOCUMENTS[name]
    answers = (ROOT / name).read_text(encoding="utf-8").count("```json")
    assert answers == len(TOUR[name]), "A block of JSON follows no request that can be run."


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= LONGEST_README


@pytest.mark.usefixtures("seeds")
@pytest.mark.parametrize("step", [step for listed in TOUR.values() for step in listed], ids=lambda step: step.path)
def test_the_tour_is_true(client: Client, step: Step) -> None:
    answer = client.get(step.path)
    assert answer.status_code == 200, answer.content.decode()
    assert list(missing(step.answer, answer.json())) == [], step.question


@pytest.mark.usefixtures("seeds")
@pytest.mark.parametrize("noun", NOUNS)
def test_every_curated_record_is_answered_as_the_schema_says(client: Client, noun: str) -> None:
    page = client.get(f"/api/v1/{noun}/", {"limit": "1000"}).json()
    assert page["results"]
    assert page["next"] is None
    assert faults(f"{NOUNS[noun].queryset.model.__name__}Page", page) == []


# --- How answers are compared -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shown", "real"),
    [
        ({}, {"a": 1}),
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"a": {"b": None}}, {"a": {"b": None, "c": 1}}),
        ([], []),
        ([1, 2], [1, 2]),
        ([1, "…"], [1, 2, 3]),
        ([1, "…"], [1]),
        (["…"], []),
        ([{"a": 1}, "…"], [{"a": 1, "b": 2}, {"c": 3}]),
        ("x", "x"),
    ],
    ids=str,
)
def test_a_shortened_answer_is_part_of_the_real_one(shown: Any, real: Any) -> None:
    assert list(missing(shown, real)) == []


@pytest.mark.parametrize(
    ("shown", "real", "complaint"),
    [
        ({"a": 1}, {}, "$.a is not there"),
        ({"a": 1}, {"a": 2}, "$.a is 2, not 1"),
        ({"a": {"b": 1}}, {"a": None}, "$.a is None, not {'b': 1}"),
        ([1], [1, 2], "$ has 2 items, not 1"),
        ([1, 2], [1], "$ has 1 items, not 2"),
        ([1, 2, "…"], [1], "$ has 1 items, not 2 or more"),
        ([2, "…"], [1, 2], "$[0] is 1, not 2"),
        (["…", 1], [2, 1], "$[0] is 2, not '…'"),
        (True, 1, "$ is 1, not True"),
        (0, False, "$ is False, not 0"),
        ({}, [], "$ is [], not {}"),
        ([], {}, "$ is {}, not []"),
    ],
    ids=str,
)
def test_what_is_not_in_the_real_answer_is_told(shown: Any, real: Any, complaint: str) -> None:
    assert list(missing(shown, real)) == [complaint]


STEP = """
What is an order?

```console
curl -s 'http://127.0.0.1:8000/api/v1/orders/?limit=1'
```

```json
{"results": [{"type": "order"}]}
```
"""


def test_a_step_is_a_question_a_request_and_an_answer() -> None:
    assert list(steps("Before.\n" + STEP + "\nAfter.\n" + STEP)) == 2 * [
        Step("What is an order?", "/api/v1/orders/?limit=1", {"results": [{"type": "order"}]})
    ]


def test_a_request_that_the_test_cannot_make_is_refused() -> None:
    with pytest.raises(ValueError, match="not one request by curl"):
        list(steps(STEP.replace("curl -s", "wget")))
