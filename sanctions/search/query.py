"""What somebody typed, taken apart: words, quoted phrases, identifiers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from sanctions.projections.plain_words import compact, skeleton, words
from sanctions.projections.search_entries import IDENTIFIER

#: Words that a query may have.
MOST_WORDS: Final = 20
#: Words between spaces that can be one identifier, as "E.O. no. 13,902" is.
_WIDEST: Final = 5
_QUOTED: Final = re.compile(r'"([^"]*)"?')
_NUMBER: Final = re.compile(r"(?i)\b(no|nr|number)\b\.?|№")


@dataclass(frozen=True, slots=True)
class Term:
    """A word that is sought, or a quoted phrase of several; ``begun`` if more letters may follow."""

    words: tuple[str, ...]
    quoted: bool = False
    begun: bool = False

    @property
    def text(self) -> str:
        """The words as one text."""
        return " ".join(self.words)

    @property
    def skeleton(self) -> str:
        """What the word sounds like; empty for a phrase, and where too little is heard."""
        return "" if self.quoted else skeleton(self.words[0])


@dataclass(frozen=True, slots=True)
class Query:
    """A query: its terms in order, and its compact identifiers → the share of the query that each is."""

    terms: tuple[Term, ...]
    identifiers: dict[str, float]

    @property
    def text(self) -> str:
        """All words as one text."""
        return " ".join(term.text for term in self.terms)


def parse(text: str) -> Query:
    """Return what a text seeks. It may have no terms: a text of signs alone seeks nothing."""
    terms: list[Term] = []
    end = 0
    for quoted in _QUOTED.finditer(text):
        terms += _loose(text[end : quoted.start()])
        if inner := words(quoted[1]):
            terms.append(Term(tuple(inner), quoted=True))
        end = quoted.end()
    terms += _loose(text[end:])
    # The last word is still being typed, unless a space or a sign has ended it.
    if terms and not terms[-1].quoted and text[-1:].isalnum():
        terms[-1] = Term(terms[-1].words, begun=True)
    return Query(tuple(terms[:MOST_WORDS]), _identifiers(text))


def _loose(text: str) -> list[Term]:
    return [Term((word,)) for word in words(text)]


def _identifiers(text: str) -> dict[str, float]:
    """Return what could be identifiers: every run of a few words that has a digit, compact."""
    parts = [part for part in _NUMBER.sub(" ", text).replace('"', " ").split() if compact(part)][:MOST_WORDS]
    found: dict[str, float] = {}
    for first in range(len(parts)):
        for last in range(first + 1, min(first + _WIDEST, len(parts)) + 1):
            form = compact("".join(parts[first:last]))
            if any(map(str.isdigit, form)):
                share = (last - first) / len(parts)
                found[IDENTIFIER + form] = max(share, found.get(IDENTIFIER + form, 0.0))
    return found
