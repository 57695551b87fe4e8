"""Scores of search results: each way in which an entry can have a word counts by itself, and less than a better one."""

from __future__ import annotations

from typing import Any

import pytest

from sanctions.models import SearchEntry
from sanctions.projections.search_entries import make_entry
from sanctions.search.query import parse
from sanctions.search.ranking import NOUNS, ScoredEntry, rank_entries, sound_alike


def entry_named(*names: str, noun: str = "actor", slug: str = "a", summary: str = "") -> SearchEntry:
    title = "name" if noun == "actor" else "title"
    rendering: dict[str, Any] = {"slug": slug, title: names[0], "summary": summary}
    return make_entry(noun, rendering | {"names": [{"text": name} for name in names[1:]]})


def ranked(text: str, *entries: SearchEntry, **corrections: list[str]) -> list[ScoredEntry]:
    return rank_entries(entries, parse(text), corrections)


def score(text: str, entry: SearchEntry, **corrections: list[str]) -> float:
    """Return the score of one entry, 0 if it is not a result."""
    return sum(result.score for result in ranked(text, entry, **corrections))


@pytest.mark.parametrize(
    ("text", "corrections", "expected"),
    [
        # the word, and the name equals the query
        ("melli ", {}, 1.0 + 0.5),
        # a word that may go on: 0.9; similarity of "mell" and "melli" 0.4 × 8/9
        ("mell", {}, 0.9 + 0.4 * 8 / 9),
        # ended by a space, it is neither the word nor the beginning of one, but it sounds alike
        ("mell ", {}, 0.8 + 0.4 * 8 / 9),
        # a correction, and no similarity beyond the shared letters: "xelxi" and "melli" share e, l, i
        ("xelxi ", {"xelxi": ["melli"]}, 0.7 + 0.4 * 0.6),
        ("xelxi ", {"xelxi": ["sepah"]}, 0.0),
        # a phrase is there as it is or not at all
        ('"melli"', {}, 1.0 + 0.5),
        ('"mell"', {}, 0.0),
    ],
)
def test_a_word_counts_by_how_a_name_has_it(text: str, corrections: dict[str, list[str]], expected: float) -> None:
    assert score(text, entry_named("Melli"), **corrections) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(
    ("text", "corrections", "of_the_word"),
    [
        ("tehran ", {}, 0.3),
        ("tehr", {}, 0.3 * 0.9),
        ("tehr ", {}, 0.0),
        ("ehran ", {}, 0.0),
        ("tehren ", {"tehren": ["tehran"]}, 0.3 * 0.7),
    ],
)
def test_a_word_counts_less_where_only_texts_have_it(
    text: str, corrections: dict[str, list[str]], of_the_word: float
) -> None:
    # The name has no letter of the words, so that it is not similar to any of them.
    assert score(text, entry_named("Bbb", summary="Seat: Tehran."), **corrections) == pytest.approx(of_the_word)


def test_a_name_counts_before_a_text_and_is_not_added_to_it() -> None:
    assert score("melli ", entry_named("Melli", summary="Melli")) == score("melli ", entry_named("Melli"))
    assert score("melli ", entry_named("Melli", summary="Melli bank")) == score("melli ", entry_named("Melli"))


def test_the_best_of_several_names_counts() -> None:
    assert score("melli ", entry_named("Xyz", "Melli")) == score("melli ", entry_named("Melli"))
    assert score("melli ", entry_named("Melli", "Xyz")) == score("melli ", entry_named("Melli"))


def test_similarity_counts_by_the_share_of_the_words_that_the_entry_has() -> None:
    # One of two words: half of 1, and half of the similarity of "bank melli" and "melli" (0.4 × 2·5/15).
    assert score("bank melli ", entry_named("Melli")) == pytest.approx(0.5 + 0.4 * (2 * 5 / 15) * 0.5, abs=1e-4)


def test_the_order_of_words_is_no_difference_to_similarity() -> None:
    assert score("melli bank ", entry_named("Bank Melli")) == pytest.approx(1.0 + 0.4)
    assert score("bank melli ", entry_named("Bank Melli")) == pytest.approx(1.0 + 0.5)


def test_an_identifier_counts_three_times_its_share_of_the_query() -> None:
    order = make_entry("order", {"slug": "o", "title": "Www", "identifiers": [{"scheme": "us-eo", "value": "13902"}]})
    # "13902" as a word is not in the name: only the identifier counts.
    assert score("13902 ", order) == pytest.approx(3.0)
    assert score("13902 qqq ", order) == pytest.approx(1.5)
    assert score("13903 ", order) == 0.0


def test_results_are_ordered_by_score_then_noun_then_slug() -> None:
    entries = [
        entry_named("Melli", noun="order", slug="a"),
        entry_named("Melli", slug="c"),
        entry_named("Melli", slug="b"),
        entry_named("Melli Bank", slug="a"),
        entry_named("Sepah", slug="z"),
    ]
    assert [(one.entry.noun, one.entry.slug) for one in ranked("melli ", *entries)] == [
        ("actor", "b"),
        ("actor", "c"),
        ("order", "a"),
        ("actor", "a"),
    ]
    assert NOUNS.index("actor") < NOUNS.index("order")


@pytest.mark.parametrize(
    ("word", "other", "alike"),
    [
        ("khamenei", "hamenei", True),
        ("khamenei", "khomeini", True),
        # A skeleton of two letters: spelt alike by 57 and by 50 percent.
        ("karo", "kor", True),
        ("kora", "kure", False),
        ("melli", "sepah", False),
        # fewer than two consonants make no skeleton
        ("ao", "ao", False),
    ],
)
def test_words_sound_alike_by_their_skeletons(word: str, other: str, *, alike: bool) -> None:
    assert sound_alike(word, other) is alike
    assert sound_alike(other, word) is alike
