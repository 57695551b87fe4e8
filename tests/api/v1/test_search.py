"""/api/v1/search/: records of every type by words."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, example, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from sanctions.search.query import MOST_WORDS, parse
from tests.api.conftest import Ask
from tests.api.v1.answer_schema import faults

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


def test_the_answer_is_as_the_schema_says(ask: Ask) -> None:
    answer = ask("search/", q="iran")
    assert faults("SearchResults", answer) == []
    assert answer["total"] == len(answer["results"]) == sum(answer["types"].values()) > 0
    assert answer["results"][0]["slug"] == "iran"


def test_results_have_pages(ask: Ask) -> None:
    whole = [row["slug"] for row in ask("search/", q="iran", limit="100")["results"]]
    paged = []
    for first in range(len(whole)):
        paged += [row["slug"] for row in ask("search/", q="iran", limit="1", offset=str(first))["results"]]
    assert paged == whole
    assert ask("search/", q="iran", offset="1000")["results"] == []


def test_a_search_can_be_for_some_kinds_only(ask: Ask) -> None:
    assert {row["type"] for row in ask("search/", q="iran", type="order")["results"]} <= {"order"}
    some = ask("search/", q="iran", type__in="actor,event")
    assert set(some["types"]) == {"actor", "event"}
    assert ask("search/", q="iran", type="order", type__in="actor,event")["total"] == 0


def test_drafts_are_not_found(ask: Ask) -> None:
    slugs = {row["slug"] for row in ask("search/", q="draft", limit="100")["results"]}
    assert not any("draft" in slug for slug in slugs)


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({}, "missing"),
        ({"q": ""}, "empty"),
        ({"q": "x" * 201}, "too_long"),
        ({"q": "a\x00b"}, "invalid_text"),
        ({"q": "iran", "type": "tenure"}, "unknown_code"),
        ({"q": "iran", "limit": "101"}, "invalid_number"),
        ({"q": "iran", "offset": "-1"}, "invalid_number"),
        ({"q": "iran", "as_of": "2020-01-01"}, "unknown_parameter"),
        ({"q": "iran", "known_at": "2020-01-01T00:00:00Z"}, "unknown_parameter"),
    ],
)
def test_what_cannot_be_asked_is_refused(ask: Ask, parameters: dict[str, str], code: str) -> None:
    assert [fault["code"] for fault in ask("search/", status=400, **parameters)["errors"]] == [code]


@examples(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(min_size=1, max_size=60))
@example('"')
@example('"" OR "a" NEAR(b, 2)')
@example("' | !iran & ((:*")
@example("name_words : iran*")
@example("\\")
def test_whatever_is_typed_is_sought_and_never_an_error(client: Client, typed: str) -> None:
    answer = client.get("/api/v1/search/", {"q": typed})
    assert answer.status_code in (200, 400)
    if answer.status_code == 400:
        assert {fault["code"] for fault in answer.json()["errors"]} == {"invalid_text"}


def test_a_query_has_so_many_words_at_most() -> None:
    assert len(parse(" ".join(["word"] * 50)).terms) == MOST_WORDS


def test_marks_lie_within_their_texts_and_do_not_overlap(ask: Ask) -> None:
    def check(highlight: dict[str, Any]) -> None:
        ends = [place for mark in highlight["marks"] for place in mark]
        assert ends == sorted(ends)
        assert ends[-1] <= len(highlight["text"])

    rows = ask("search/", q="iran sanctions nuclear agreement", limit="100")["results"]
    highlights = [highlight for row in rows for highlight in row["highlights"]]
    assert highlights
    for highlight in highlights:
        check(highlight)
