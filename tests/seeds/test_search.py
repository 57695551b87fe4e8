"""Searching the real record: variants of names, identifiers, phrases; the same answer from both databases."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sanctions.models import SearchEntry
from sanctions.search.answer import SearchResults, find, results_page
from tests.seeds.conftest import Ask

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded")]
HERE = Path(__file__).parent
#: How names and identifiers are written elsewhere: romanised by other rules (DMG, ALA-LC, those of other languages), in
#: other scripts, misspelt. Column ``how`` states which.
VARIANTS = list(csv.DictReader((HERE / "variants.csv").read_text().splitlines()))
#: The first five results of a few searches, which both databases must give in the same order.
GOLDEN = HERE / "search.json"
#: The share of the variants whose record must be among the first five.
LEAST = 0.98


def first(found: SearchResults, most: int = 5) -> list[str]:
    """Return the first results: noun and slug."""
    return [f"{one.entry.noun} {one.entry.slug}" for one in found.results[:most]]


def test_a_name_is_found_however_it_is_written() -> None:
    assert len(VARIANTS) >= 200
    missed = [row for row in VARIANTS if f"{row['type']} {row['slug']}" not in first(find(row["sought"]))]
    recall = 1 - len(missed) / len(VARIANTS)
    assert recall >= LEAST, f"recall@5 {recall:.3f}; missed: {[row['sought'] for row in missed]}"


def test_most_variants_are_written_in_no_record() -> None:
    held = {name.casefold() for names in SearchEntry.objects.values_list("names", flat=True) for name in names}
    assert sum(row["sought"].casefold() not in held for row in VARIANTS) >= 200


def test_both_databases_give_the_same_results_in_the_same_order() -> None:
    golden = json.loads(GOLDEN.read_text())
    assert {sought: first(find(sought)) for sought in golden} == golden


@pytest.mark.parametrize("sought", ["Khamenei", "Khameneh'i", "خامنه‌ای", "Hamenei", "خامنئي"])
def test_the_leader_is_the_first_in_any_script(sought: str) -> None:
    assert first(find(sought), 1) == ["actor ali-khamenei"]


@pytest.mark.parametrize("sought", ["Soleimani", "Suleimani", "Süleymani", "سلیمانی", "Сулеймани"])
def test_a_commander_is_the_first_in_any_script(sought: str) -> None:
    assert first(find(sought), 1) == ["actor qasem-soleimani"]


@pytest.mark.parametrize("sought", ["EO 13902", "E.O. 13,902", "executive order no. 13902", "13902", "eo13902"])
def test_an_executive_order_is_the_first_however_it_is_cited(sought: str) -> None:
    assert first(find(sought), 1) == ["order us-eo-13902"]


@pytest.mark.parametrize("sought", ["S/RES/2231", "2231 (2015)", "UNSCR 2231", "S/RES/2231 (2015)", "resolution 2231"])
def test_a_resolution_is_the_first_however_it_is_cited(sought: str) -> None:
    assert first(find(sought), 1) == ["order un-sc-res-2231"]


def test_the_number_of_another_order_is_another_order() -> None:
    assert first(find("EO 13903"), 1) != ["order us-eo-13902"]


def test_a_quoted_phrase_has_its_words_in_a_row() -> None:
    for one in find('"plan of action"').results:
        assert "plan of action" in f"{one.entry.name_words} {one.entry.text_words}"
    assert first(find('"action of plan"')) == []
    assert "agreement jcpoa" in first(find('"joint comprehensive plan"'))


def test_a_word_that_is_still_typed_is_the_beginning_of_one() -> None:
    assert "actor ali-khamenei" in first(find("khame"))
    assert first(find('"khame"')) == []


def test_what_no_name_has_is_put_right() -> None:
    assert find("Trmp").did_you_mean == "trump"
    assert find("Trump").did_you_mean is None
    assert find("bank meli").did_you_mean == "bank melli"


def test_words_may_stand_in_any_order_and_one_of_them_may_be_unknown() -> None:
    assert first(find("Khamenei Ali"), 1) == ["actor ali-khamenei"]
    assert first(find("General Qasem Soleimani"), 1) == ["actor qasem-soleimani"]


def test_a_search_takes_as_many_queries_for_common_words_as_for_rare_ones() -> None:
    counts = {}
    for sought in ("iran", "jcpoa", "mogherini"):
        with CaptureQueriesContext(connection) as captured:
            results_page(find(sought), 0, 20)
        counts[sought] = len(captured)
    assert set(counts.values()) == {5}


def test_the_answer_says_where_it_has_the_words(ask: Ask) -> None:
    best = ask("search", q="خامنه‌ای", type="actor")["results"][0]
    marks = {
        highlight["in"]: [highlight["text"][low:high] for low, high in highlight["marks"]]
        for highlight in best["highlights"]
    }
    assert marks["name"] == ["Khamenei"]
    best = ask("search", q="E.O. 13,902")["results"][0]
    assert {"in": "identifier", "text": "13902", "marks": [[0, 5]]} in best["highlights"]
