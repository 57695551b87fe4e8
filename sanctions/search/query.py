"""Parse a search: words, quoted phrases, identifiers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from sanctions.projections.plain_words import compact, skeleton, words
from sanctions.projections.search_entries import IDENTIFIER

#: Words of a query; the rest is ignored.
MOST_WORDS: Final = 20
#: Consecutive words that are tried as one identifier, such as "Executive Order 13,902".
_WIDEST: Final = 5
_QUOTED: Final = re.compile(r'"([^"]*)"?')
_NUMBER: Final = re.compile(r"(?i)\b(no|nr|number)\b\.?|№")


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or a quoted phrase; ``begun`` if the word may be the beginning of a longer one."""

    words: tuple[str, ...]
    quoted: bool = False
    begun: bool = False

    @property
    def text(self) -> str:
        """The words, separated by spaces."""
        return " ".join(self.words)

    @property
    def skeleton(self) -> str:
        """The skeleton of the word; empty for a phrase."""
        return "" if self.quoted else skeleton(self.words[0])


@dataclass(frozen=True, slots=True)
class Query:
    """The terms in order, and compact identifiers: form with its marker → its share of the words, 0 to 1."""

    terms: tuple[Term, ...]
    identifiers: dict[str, float]

    @property
    def text(self) -> str:
        """All words, separated by spaces."""
        return " ".join(term.text for term in self.terms)


def parse(text: str) -> Query:
    """Parse a text; a text without letters and digits has no terms."""
    terms: list[Term] = []
    end = 0
    for quoted in _QUOTED.finditer(text):
        terms += _unquoted_terms(text[end : quoted.start()])
        if inner := words(quoted[1]):
            terms.append(Term(tuple(inner), quoted=True))
        end = quoted.end()
    terms += _unquoted_terms(text[end:])
    # The last word is still being typed, unless a space or a punctuation mark ends it.
    if terms and not terms[-1].quoted and text[-1:].isalnum():
        terms[-1] = Term(terms[-1].words, begun=True)
    return Query(tuple(terms[:MOST_WORDS]), _possible_identifiers(text))


def _unquoted_terms(text: str) -> list[Term]:
    return [Term((word,)) for word in words(text)]


def _possible_identifiers(text: str) -> dict[str, float]:
    """Return every run of a few words that contains a digit, compact: form with its marker → share of the words."""
    parts = [part for part in _NUMBER.sub(" ", text).replace('"', " ").split() if compact(part)][:MOST_WORDS]
    shares: dict[str, float] = {}
    for first in range(len(parts)):
        for last in range(first + 1, min(first + _WIDEST, len(parts)) + 1):
            form = compact("".join(parts[first:last]))
            if any(map(str.isdigit, form)):
                share = (last - first) / len(parts)
                shares[IDENTIFIER + form] = max(share, shares.get(IDENTIFIER + form, 0.0))
    return shares
