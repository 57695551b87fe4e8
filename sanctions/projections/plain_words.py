"""Texts of any script as plain words in Latin letters, and what such words sound like.

What is searched and what is sought are both brought into this form, so that both databases compare the same letters:
``Khameneʾi``, ``Khameneh'i`` and ``خامنه‌ای`` become different words with one skeleton.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from anyascii import anyascii

#: Letters of a word that count; what is longer is cut off there.
LONGEST_WORD: Final = 60
_APOSTROPHE: Final = re.compile(r"['’‘`´ʿʾʻʼ′]")
#: A stop within an abbreviation ("E.O."), and a comma within a number ("13,902").
_WITHIN: Final = re.compile(r"\.(?!\d)|(?<=\d),(?=\d{3}\b)")
_WORD: Final = re.compile(r"[a-z0-9]+")
_COMPACT: Final = re.compile(r"[^a-z0-9]+")
#: Ways to write one consonant, the longer ones first; what stands for none is gone.
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
    """Return a text in Latin letters without case, apostrophes, stops in abbreviations and commas in numbers."""
    letters = anyascii(_APOSTROPHE.sub("", text)).casefold()
    return _WITHIN.sub("", _APOSTROPHE.sub("", letters))


def words(text: str) -> list[str]:
    """Return the words of a text, in order: Latin letters and digits only."""
    return [word[:LONGEST_WORD] for word in _WORD.findall(latin(text))]


def compact(text: str) -> str:
    """Return the letters and digits of a text alone: ``E.O. 13,902`` and ``EO 13902`` become the same."""
    return _COMPACT.sub("", latin(text))[:LONGEST_WORD]


@lru_cache(maxsize=50_000)
def skeleton(word: str) -> str:
    """Return the consonants that are heard in a word, each written one way; empty if fewer than two are.

    Vowels go, because Persian and Arabic do not write the short ones and romanisations differ in all of them; so do
    ``h``, ``v`` and ``w`` within a word, which stand for vowels there.
    """
    if not word.isalpha():
        return ""
    # An h that a vowel leads to is heard, as in Ahmad; which vowel it was is not.
    heard = word.lstrip("aeiouy")
    for pattern, sound in _SOUNDS:
        heard = pattern.sub(sound, heard)
    return heard if len(heard) > 1 else ""
