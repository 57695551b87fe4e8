"""Highlights: which text is shown, which words are marked, and where a long text is cut."""

from __future__ import annotations

import pytest

from sanctions.search.marking import LONGEST, Highlight, highlight
from sanctions.search.query import parse


def marked(texts: list[str], query: str, **corrections: list[str]) -> tuple[str, list[str]] | None:
    """Return the text of a highlight, and the marked words."""
    mark = highlight(texts, parse(query), corrections)
    return None if mark is None else (mark.text, [mark.text[low:high] for low, high in mark.marks])


def test_the_text_with_the_most_words_is_shown_the_first_of_equals() -> None:
    texts = ["Bank", "Bank Melli", "Melli Bank", "nothing"]
    assert marked(texts, "bank melli ") == ("Bank Melli", ["Bank", "Melli"])


def test_no_text_with_a_word_is_no_highlight() -> None:
    assert marked(["Sepah", ""], "melli ") is None
    assert marked([], "melli ") is None


@pytest.mark.parametrize(
    ("query", "words"),
    [("mell", ["Mellibank"]), ("mell ", None), ('"mell"', None), ('"mellibank"', ["Mellibank"])],
)
def test_a_beginning_is_marked_while_it_is_typed(query: str, words: list[str] | None) -> None:
    assert marked(["Mellibank"], query) == (None if words is None else ("Mellibank", words))


def test_corrections_and_words_that_sound_alike_are_marked_but_not_for_phrases() -> None:
    assert marked(["Tehran"], "tehxan ", tehxan=["tehran"]) == ("Tehran", ["Tehran"])
    assert marked(["Tehran"], "tehxan ") is None
    assert marked(["Khomeini"], "khamenei ") == ("Khomeini", ["Khomeini"])
    assert marked(["Khomeini"], '"khamenei"') is None


def text_with(word: str, *, before: int, after: int) -> str:
    """Return a text of words of four letters around one: so many characters before and after it."""
    return "aaaa " * (before // 5) + word + " aaaa" * (after // 5)


def test_a_text_of_the_greatest_length_is_shown_whole() -> None:
    text = text_with("melli", before=200, after=LONGEST - 205)
    assert len(text) == LONGEST
    assert marked([text], "melli ") == (text, ["melli"])


def test_a_longer_text_is_cut_after_it_if_the_mark_is_near_its_beginning() -> None:
    for before in (0, 60):
        text = text_with("melli", before=before, after=300)
        assert marked([text], "melli ") == (text[: text.rindex(" ", 0, LONGEST)] + " …", ["melli"])


def test_a_longer_text_is_cut_on_both_sides_of_a_mark_in_its_middle() -> None:
    text = text_with("melli", before=300, after=300)
    mark = highlight([text], parse("melli "), {})
    assert mark == Highlight("… " + "aaaa " * 12 + "melli" + " aaaa" * 34 + " …", ((62, 67),))


def test_a_longer_text_is_cut_before_a_mark_at_its_end() -> None:
    text = text_with("melli", before=300, after=0)
    assert marked([text], "melli ") == ("… " + "aaaa " * 12 + "melli", ["melli"])


def test_the_end_of_a_text_is_shown_if_it_is_near_enough() -> None:
    text = text_with("melli", before=300, after=50)
    assert marked([text], "melli ") == ("… " + "aaaa " * 12 + "melli" + " aaaa" * 10, ["melli"])


def test_marks_beyond_the_cut_are_left_out() -> None:
    text = "melli " + "aaaa " * 60 + "melli"
    found = marked([text], "melli ")
    assert found is not None
    assert found[1] == ["melli"]


def test_a_marked_word_is_not_cut_however_long_it_is() -> None:
    word = "m" * (LONGEST + 60)
    found = marked([word + " aaaa"], word[:60])
    assert found is not None
    assert found[1] == [word]
