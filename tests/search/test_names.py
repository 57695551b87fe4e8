"""Whatever a name is made of, a search for it finds it: on either database, in any script, with numbers anywhere."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from sanctions.models import SearchEntry, SearchWord
from sanctions.projections.plain_words import words
from sanctions.projections.search_entries import BETWEEN, IDENTIFIER, SKELETON, update_search_entries
from sanctions.records.base import Document
from sanctions.search.answer import find, results_page
from sanctions.search.query import parse
from tests.effort import examples

#: Letters and digits of many scripts, each with what belongs to it.
_WORD = st.text(st.characters(categories=("L", "N", "M"), codec="utf-8"), min_size=1, max_size=12)
_NUMBER = st.from_regex(r"[0-9]{1,6}(,[0-9]{3})?", fullmatch=True)
_PART = st.one_of(_WORD, _NUMBER, st.from_regex(r"[a-z]{1,8}|[0-9]{1,2}[a-z]{1,4}|[A-Z]\.[A-Z]\.", fullmatch=True))
NAMES = st.lists(_PART, min_size=1, max_size=8).map(" ".join)


def publish(*names: str, slug: str = "a", identifiers: tuple[tuple[str, str], ...] = ()) -> None:
    """Let a record with these names be found; the first one is its own."""
    rendering: Document = {
        "slug": slug,
        "name": names[0],
        "names": [{"text": name} for name in names[1:]],
        "identifiers": [{"scheme": scheme, "value": value} for scheme, value in identifiers],
    }
    update_search_entries("actor", {slug: rendering})


def found_slugs(text: str) -> list[str]:
    return [one.entry.slug for one in find(text).results]


class TestAnyName(TestCase):
    @settings(max_examples=examples(150))
    @example("11420 CORP.")
    @example("15 Khordad Foundation")
    @example("0 1 2")
    @example("2 13902")
    @example("1e5 0x1f 007")
    @example("ǆ þ ð ŋ")
    @given(NAMES)
    def test_a_search_for_a_name_finds_it(self, name: str) -> None:
        assume(words(name))
        publish(name)
        publish("Another", slug="b")
        assert "a" in found_slugs(name)
        assert "a" in found_slugs(" ".join(words(name)))
        publish("Another name", name)
        assert "a" in found_slugs(name)

    @settings(max_examples=examples(100))
    @given(NAMES)
    def test_no_word_has_a_marker(self, name: str) -> None:
        assert not {BETWEEN, SKELETON, IDENTIFIER} & set("".join(words(name)))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "text", "marked"),
    [
        ("11420 CORP.", "11420 corp", ["11420", "CORP"]),
        ("11420 CORP.", "11420", ["11420"]),
        ("15 Khordad Foundation", "15 khordad", ["15", "Khordad"]),
        ("2 Rivers Trading 1", "2 rivers trading 1", ["2", "Rivers", "Trading", "1"]),
        ("Order 13,902", "13902", ["13,902"]),
        ("हिन्दी बैंक", "हिन्दी", ["हिन्दी"]),
        ("Банк 15", "банк 15", ["Банк", "15"]),
    ],
)
def test_a_name_with_a_number_is_first_and_marked(name: str, text: str, marked: list[str]) -> None:
    publish(name)
    publish("1 Another 2", slug="b")
    answer = results_page(find(text), 0, 10)
    first = answer["results"][0]
    assert (first["slug"], first["name"]) == ("a", name)
    (highlight,) = first["highlights"]
    assert [highlight["text"][low:high] for low, high in highlight["marks"]] == marked
    assert highlight["in"] == "name"


@pytest.mark.django_db
def test_a_phrase_with_a_number_at_its_beginning_is_one() -> None:
    publish("Bank", "15 Khordad Foundation")
    publish("Khordad 15", slug="b")
    assert found_slugs('"15 khordad"') == ["a"]
    assert found_slugs('"bank 15"') == []


@pytest.mark.django_db
def test_a_number_in_a_name_is_no_identifier_and_no_skeleton() -> None:
    publish("2eo13902 1bnk")
    assert found_slugs("EO 13902") == []
    assert found_slugs("bonk") == []
    publish("An order", slug="b", identifiers=(("us-eo", "13902"),))
    assert found_slugs("EO 13902") == ["b"]


@pytest.mark.django_db
def test_what_was_indexed_with_other_markers_is_indexed_again() -> None:
    publish("11420 Corp")
    SearchEntry.objects.update(name_words="11420 corp 0 1krp")
    publish("11420 Corp")
    assert SearchEntry.objects.get().name_words.startswith(f"11420 corp {BETWEEN} {SKELETON}")
    assert SearchWord.objects.filter(word="corp").exists()


@pytest.mark.parametrize(
    ("text", "is_begun"), [("k", True), ("ali k", True), ("ali k ", False), ("ali k.", False), ('"ali k"', False)]
)
def test_a_last_word_of_one_letter_is_still_being_typed(text: str, *, is_begun: bool) -> None:
    assert parse(text).terms[-1].begun is is_begun
    assert not any(term.begun for term in parse(text).terms[:-1])
