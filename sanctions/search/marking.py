"""Where in its own words an entry has what was sought."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sanctions.projections.plain_words import words
from sanctions.search.query import Query
from sanctions.search.ranking import heard_alike

#: Characters of a text that are shown.
LONGEST: Final = 240
#: Of those, about how many before the first mark.
_BEFORE: Final = 60
#: Signs that belong to the letter before them, as vowels do in the scripts of India: to ``re`` they are no letters.
_MARKS: Final = "".join(map(chr, (code for code in range(0x300, 0xFFFF) if unicodedata.category(chr(code))[0] == "M")))
_LETTERS: Final = rf"[\w{_MARKS}]+"
#: A word as it is written, with what can stand within: apostrophes, stops, hyphens of no width, commas in a number.
_WRITTEN: Final = re.compile(rf"{_LETTERS}(?:(?:['’‘ʿʾʼ.\u200c]|(?<=\d),(?=\d{{3}}\b)){_LETTERS})*")


@dataclass(frozen=True, slots=True)
class Marked:
    """A text, or a piece of it, and where in it the words are: (first character, the one after the last)."""

    text: str
    marks: tuple[tuple[int, int], ...]


def marked(texts: Sequence[str], query: Query, meant: Mapping[str, Sequence[str]]) -> Marked | None:
    """Return the first of the texts that has the most of the words sought; ``None`` if none has any."""
    best: Marked | None = None
    for text in texts:
        marks = tuple(match.span() for match in _WRITTEN.finditer(text) if _is_sought(match[0], query, meant))
        if marks and (best is None or len(marks) > len(best.marks)):
            best = Marked(text, marks)
    return None if best is None else _piece(best)


def _is_sought(written: str, query: Query, meant: Mapping[str, Sequence[str]]) -> bool:
    own = words(written)
    for term in query.terms:
        for word in own:
            if word in term.words or word in meant.get(term.text, ()):
                return True
            if not term.quoted and ((term.begun and word.startswith(term.text)) or heard_alike(term.text, word)):
                return True
    return False


def _piece(whole: Marked) -> Marked:
    """Return the piece around the first mark of a long text, cut between words."""
    text, first = whole.text, whole.marks[0][0]
    if len(text) <= LONGEST:
        return whole
    start = 0 if first <= _BEFORE else text.rfind(" ", 0, first - _BEFORE) + 1
    end = min(len(text), start + LONGEST)
    if end < len(text):
        end = max(text.rfind(" ", start, end), whole.marks[0][1])
    before, after = "… " if start else "", " …" if end < len(text) else ""
    moved = len(before) - start
    marks = tuple((low + moved, high + moved) for low, high in whole.marks if high <= end)
    return Marked(before + text[start:end] + after, marks)
