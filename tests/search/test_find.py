"""What a search finds: words, beginnings, phrases, sounds and corrections, each by itself; pages and limits."""

from __future__ import annotations

from typing import Any

import pytest

from sanctions.models import SearchEntry
from sanctions.projections.search_entries import update_search_entries
from sanctions.search import answer
from sanctions.search.answer import find, results_page
from sanctions.search.spelling import suggest_corrections

pytestmark = pytest.mark.django_db


def publish(noun: str = "actor", **names: str) -> None:
    """Write search entries of records: slug → name."""
    title = "name" if noun == "actor" else "title"
    for slug, name in names.items():
        update_search_entries(noun, {slug: {"slug": slug, title: name}})


def publish_with_text(slug: str, name: str, summary: str) -> None:
    update_search_entries("actor", {slug: {"slug": slug, "name": name, "summary": summary}})


def found_slugs(text: str, **options: Any) -> list[str]:
    return [result.entry.slug for result in find(text, **options).results]


def test_the_beginning_of_a_word_is_found_only_while_it_is_typed() -> None:
    publish(a="Melliferous", b="Sepah")
    assert found_slugs("mellif") == ["a"]
    assert found_slugs("mellif ") == []
    assert found_slugs('"mellif"') == []


def test_a_word_that_ends_with_a_digit_may_go_on() -> None:
    publish(a="x1234y")
    assert found_slugs("x1234") == ["a"]


def test_a_phrase_is_found_in_its_order_alone() -> None:
    publish(a="Bank of Industry", b="Industry of Bank", c="Bank")
    assert found_slugs('"bank of industry"') == ["a"]
    assert found_slugs('"industry of"') == ["b"]


def test_a_name_is_found_by_its_sound() -> None:
    publish(a="Khamenei")
    assert found_slugs("hamenai ") == ["a"]


def test_a_sound_in_other_texts_is_not_found() -> None:
    publish_with_text("a", "Leader", "Khamenei")
    assert found_slugs("hamenai ") == []
    assert found_slugs("khamenei ") == ["a"]


def test_a_misspelt_word_is_found_by_its_corrections_and_the_query_corrected() -> None:
    publish(a="Tehran Bank")
    publish_with_text("b", "Sepah", "In Tehran")
    results = find("tehrun bank ")
    assert [result.entry.slug for result in results.results] == ["a"]
    assert results.did_you_mean == "tehran bank"
    # "tehxan" does not sound alike: only its correction leads to either.
    assert found_slugs("tehxan ") == ["a", "b"]


def test_only_public_records_of_the_nouns_are_found() -> None:
    publish(a="Melli")
    publish("order", b="Melli")
    assert found_slugs("melli") == ["a", "b"]
    assert found_slugs("melli", nouns=["order"]) == ["b"]


@pytest.mark.parametrize(("others", "expected"), [(4, True), (5, False)])
def test_with_few_matches_records_that_have_one_of_the_words_are_found_too(others: int, *, expected: bool) -> None:
    publish(**{f"both{number}": f"Melli Bank {number}" for number in range(others)}, one="Melli")
    assert ("one" in found_slugs("melli bank ")) is expected


def test_a_phrase_counts_among_the_words_of_which_one_is_enough() -> None:
    publish(a="Bank of Industry")
    assert found_slugs('"bank of industry" qqq ') == ["a"]


def test_pages_do_not_overlap() -> None:
    publish(**{f"s{number}": "Melli" for number in range(5)})
    results = find("melli ")
    pages = [[row["slug"] for row in results_page(results, first, 2)["results"]] for first in (0, 2, 4)]
    assert pages == [["s0", "s1"], ["s2", "s3"], ["s4"]]
    assert results_page(results, 0, 2)["total"] == 5


def test_results_are_counted_by_type_in_the_order_of_the_types() -> None:
    publish("order", b="Melli", c="Melli")
    publish(a="Melli")
    assert list(results_page(find("melli "), 0, 1)["types"].items()) == [("actor", 1), ("order", 2)]


@pytest.mark.parametrize(("most", "capped", "expected"), [(3, True, 3), (4, False, 3), (2, True, 2)])
def test_so_many_entries_are_ranked_those_that_were_indexed_first(
    monkeypatch: pytest.MonkeyPatch, most: int, expected: int, *, capped: bool
) -> None:
    monkeypatch.setattr(answer, "MOST_RANKED", most)
    publish(a="Melli", b="Melli", c="Melli")
    results = find("melli ")
    assert [result.entry.slug for result in results.results] == ["a", "b", "c"][:expected]
    assert results.capped is capped


def test_words_are_corrected_by_how_many_mistakes_their_length_allows() -> None:
    publish(a="Sepah Nakhlestan")
    # four to seven letters: one mistake
    assert suggest_corrections(["sepax"]) == {"sepax": ["sepah"]}
    assert suggest_corrections(["sexax"]) == {}
    # eight and more: two
    assert suggest_corrections(["nakhlestxx"]) == {"nakhlestxx": ["nakhlestan"]}
    assert suggest_corrections(["nakhlesxxx"]) == {}


def test_words_of_names_words_with_digits_and_words_of_nobody_are_not_corrected() -> None:
    publish(a="Sepah", b="Sepad")
    assert suggest_corrections(["sepah"]) == {}
    assert suggest_corrections(["sepa1"]) == {}
    SearchEntry.objects.filter(slug="b").delete()
    assert suggest_corrections(["sepax"]) == {"sepax": ["sepah"]}


def test_the_three_longest_words_are_corrected_each_by_its_four_nearest() -> None:
    publish(a="tanker tankar tankir tankor tankur", b="sepah", c="sadeqi")
    corrections = suggest_corrections(["sepax", "tankxr", "sadexi", "sadexa"])
    assert corrections["tankxr"] == ["tankar", "tanker", "tankir", "tankor"]
    assert "sepax" not in corrections, "three longer words come before it"
    assert "sadexi" in corrections


def test_a_quoted_word_is_not_corrected() -> None:
    publish(a="Sepah")
    assert find("sepxh ").did_you_mean == "sepah"
    assert find('"sepxh"').did_you_mean is None
    assert find("sepah ").did_you_mean is None
