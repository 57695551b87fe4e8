"""Texts of any script as plain words in Latin letters, and the consonants of such words.

Both the index and the query are written in this form, so that both databases compare the same letters:
``Khameneʾi``, ``Khameneh'i`` and ``خامنه‌ای`` become different words with one skeleton.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from anyascii import anyascii

#: Letters of a word; longer words are cut.
LONGEST_WORD: Final = 60
_APOSTROPHE: Final = re.compile(r"['’‘`´ʿʾʻʼ′]")
#: A full stop in an abbreviation ("E.O."), and a comma in a number ("13,902").
_WITHIN: Final = re.compile(r"\.(?!\d)|(?<=\d),(?=\d{3}\b)")
_WORD: Final = re.compile(r"[a-z0-9]+")
_COMPACT: Final = re.compile(r"[^a-z0-9]+")
#: Spellings of one consonant, longer ones first, and how the skeleton writes it; vowels are removed.
_SOUNDS: Final = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("dsch|dzh|dj|zh|j", "j"),
        ("tsch|tch|cz", "c"),
        ("sch|sh", "s"),
        ("ch", "c"),
        ("kh", "h"),
        ("gh|ck|q", "k"),
        ("ph", "f"),
        ("th", "t"),
        ("dh", "z"),
        ("x", "ks"),
        ("(?<=.)[vwh]+", ""),
        ("[aeiouy]+", ""),
        (r"(.)\1+", r"\1"),
    )
)


@lru_cache(maxsize=50_000)
def latin(text: str) -> str:
    """Transliterate a text; remove case, apostrophes, stops in abbreviations and commas in numbers."""
    letters = anyascii(_APOSTROPHE.sub("", text)).casefold()
    return _WITHIN.sub("", _APOSTROPHE.sub("", letters))


def words(text: str) -> list[str]:
    """Return the words of a text, in order: Latin letters and digits only."""
    return [word[:LONGEST_WORD] for word in _WORD.findall(latin(text))]


def compact(text: str) -> str:
    """Return the letters and digits of a text without spaces: ``E.O. 13,902`` and ``EO 13902`` become the same."""
    return _COMPACT.sub("", latin(text))[:LONGEST_WORD]


@lru_cache(maxsize=50_000)
def skeleton(word: str) -> str:
    """Return the consonants of a word, each written one way; empty if there are fewer than two.

    Vowels are removed, because Persian and Arabic do not write the short ones and romanisations differ in all of them;
    so are ``h``, ``v`` and ``w`` within a word, which often write a vowel there.
    """
    if not word.isalpha():
        return ""
    # Leading vowels go first, so that an h after one counts as the first letter and is kept: Ahmad.
    consonants = word.lstrip("aeiouy")
    for pattern, sound in _SOUNDS:
        consonants = pattern.sub(sound, consonants)
    return consonants if len(consonants) > 1 else ""
