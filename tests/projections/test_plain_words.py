"""Words in Latin letters, and what they sound like."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanctions.projections.plain_words import LONGEST_WORD, compact, skeleton, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Khameneʾi", ["khamenei"]),
        ("Khameneh'i", ["khamenehi"]),
        ("E.O. 13,902", ["eo", "13902"]),
        ("3.67 %", ["3", "67"]),
        ("Amir-Abdollahian", ["amir", "abdollahian"]),
        ("S/RES/2231 (2015)", ["s", "res", "2231", "2015"]),
        ("Süleymani", ["suleymani"]),
        ("Хатами", ["khatami"]),
        ("++ — 。", []),
    ],
)
def test_a_text_is_its_words_in_latin_letters(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize("text", ["EO 13902", "E.O. 13,902", "e.o.13902", "EO-13902"])
def test_an_identifier_is_the_same_however_it_is_punctuated(text: str) -> None:
    assert compact(text) == "eo13902"


@pytest.mark.parametrize(
    "spellings",
    [
        ["Khamenei", "Khameneh'i", "Hamenei", "خامنه‌ای"],
        ["Soleimani", "Suleimani", "Solaymani", "سلیمانی"],
        ["Rouhani", "Ruhani", "Rohani", "روحانی"],
        ["Ahmadinejad", "Ahmadinezhad", "Ahmadinedschad", "احمدی‌نژاد"],
        ["Ebrahim", "Ibrahim", "ابراهیم"],
        ["Qasem", "Ghasem", "Kassem", "قاسم"],
    ],
)
def test_what_sounds_the_same_has_one_skeleton(spellings: list[str]) -> None:
    assert len({skeleton(words(spelling)[0]) for spelling in spellings}) == 1


@pytest.mark.parametrize("word", ["a", "io", "13902", "eo13902", ""])
def test_where_little_is_heard_there_is_no_skeleton(word: str) -> None:
    assert skeleton(word) == ""


@given(st.text())
def test_words_have_nothing_but_latin_letters_and_digits_and_are_words_again(text: str) -> None:
    found = words(text)
    assert all(re.fullmatch(rf"[a-z0-9]{{1,{LONGEST_WORD}}}", word) for word in found)
    assert words(" ".join(found)) == found


@given(st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyz"), max_size=12))
def test_a_skeleton_is_made_of_consonants(word: str) -> None:
    assert re.fullmatch(r"([bcdfghjklmnprstvwz]{2,})?", skeleton(word))
