"""Highlights: where the words of a query are in the original texts of an entry."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sanctions.projections.plain_words import words
from sanctions.search.query import Query
from sanctions.search.ranking import sound_alike

#: Characters of a text that a highlight shows.
LONGEST: Final = 240
#: About how many of them come before the first mark.
_BEFORE: Final = 60
#: Combining marks, such as vowel signs of Indic scripts: ``\\w`` does not match them.
_MARKS: Final = "".join(map(chr, (code for code in range(0x300, 0xFFFF) if unicodedata.category(chr(code))[0] == "M")))
_LETTERS: Final = rf"[\w{_MARKS}]+"
#: A word in a text, with what it can contain: apostrophes, full stops, zero-width joiners, commas in a number.
_WRITTEN: Final = re.compile(rf"{_LETTERS}(?:(?:['’‘ʿʾʼ.\u200c]|(?<=\d),(?=\d{{3}}\b)){_LETTERS})*")


@dataclass(frozen=True, slots=True)
class Highlight:
    """A text or an excerpt of it, and the spans of the words: (first character, the one after the last)."""

    text: str
    marks: tuple[tuple[int, int], ...]


def highlight(texts: Sequence[str], query: Query, corrections: Mapping[str, Sequence[str]]) -> Highlight | None:
    """Mark the text that has the most words of the query, the first of several; ``None`` if no text has any."""
    best: Highlight | None = None
    for text in texts:
        marks = tuple(match.span() for match in _WRITTEN.finditer(text) if _matches(match[0], query, corrections))
        if marks and (best is None or len(marks) > len(best.marks)):
            best = Highlight(text, marks)
    return None if best is None else _excerpt(best)


def _matches(written: str, query: Query, corrections: Mapping[str, Sequence[str]]) -> bool:
    for term in query.terms:
        for word in words(written):
            if word in term.words or word in corrections.get(term.text, ()):
                return True
            if not term.quoted and ((term.begun and word.startswith(term.text)) or sound_alike(term.text, word)):
                return True
    return False


def _excerpt(mark: Highlight) -> Highlight:
    """Return the part of a long text around the first mark, cut between words."""
    text, first = mark.text, mark.marks[0][0]
    if len(text) <= LONGEST:
        return mark
    start = 0 if first <= _BEFORE else text.rfind(" ", 0, first - _BEFORE) + 1
    end = min(len(text), start + LONGEST)
    if end < len(text):
        end = max(text.rfind(" ", start, end), mark.marks[0][1])
    before, after = "… " if start else "", " …" if end < len(text) else ""
    shift = len(before) - start
    marks = tuple((low + shift, high + shift) for low, high in mark.marks if high <= end)
    return Highlight(before + text[start:end] + after, marks)
