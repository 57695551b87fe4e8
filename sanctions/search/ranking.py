"""Which of the entries that were found come first: one rule for every database.

An entry is worth what it has of the query: the identifier that was written, else of each word how nearly one of its
names has it, and less where only its other texts do; and how near one of its names is to the query as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz

from sanctions.models import SearchEntry
from sanctions.projections.plain_words import skeleton
from sanctions.projections.search_entries import BETWEEN, IDENTIFIER, SKELETON
from sanctions.search.query import Query, Term

#: Of two that are worth the same, what others are about comes before what is about others.
NOUNS: Final = (
    "actor",
    "order",
    "agreement",
    "program",
    "violation",
    "measure",
    "commitment",
    "event",
    "designation",
    "source",
)
#: What a word is worth, by how an entry has it.
_WHOLE, _BEGUN, _HEARD, _MEANT = 1.0, 0.9, 0.8, 0.7
_IN_TEXTS: Final = 0.3
#: What it is worth besides that a name is the query, or is like it.
_SAME, _LIKE = 0.5, 0.4
_IDENTIFIED: Final = 3.0
#: Two words with a short skeleton in common must be spelt alike, too.
_SHORT_SKELETON: Final = 2
_SPELT_ALIKE: Final = 55
_PLACES: Final = {noun: place for place, noun in enumerate(NOUNS)}


@dataclass(frozen=True, slots=True)
class Ranked:
    """An entry and what it is worth, 0 and more."""

    entry: SearchEntry
    worth: float


def ranked(entries: Sequence[SearchEntry], query: Query, meant: Mapping[str, Sequence[str]]) -> list[Ranked]:
    """Return entries that are worth something, the worthiest first; of equal ones by noun and slug."""
    found = [Ranked(entry, round(_worth(entry, query, meant), 4)) for entry in entries]
    return sorted(
        (one for one in found if one.worth > 0),
        key=lambda one: (-one.worth, _PLACES[one.entry.noun], one.entry.slug),
    )


def heard_alike(word: str, other: str) -> bool:
    """Return whether two words have one skeleton; if it is short, whether they are spelt alike as well."""
    shared = skeleton(word)
    if not shared or shared != skeleton(other):
        return False
    return len(shared) > _SHORT_SKELETON or fuzz.ratio(word, other) >= _SPELT_ALIKE


def _worth(entry: SearchEntry, query: Query, meant: Mapping[str, Sequence[str]]) -> float:
    names, marked = _names(entry)
    identified = max((share for form, share in query.identifiers.items() if form in marked), default=0.0)
    if not query.terms:
        return _IDENTIFIED * identified
    text = f" {entry.text_words} "
    had = [
        max((_had(term, name, meant) for name in names), default=0.0) or _in_text(term, text, meant)
        for term in query.terms
    ]
    nearest = max((_nearness(query, name) for name in names), default=0.0)
    return _IDENTIFIED * identified + sum(had) / len(had) + nearest * _share(had)


def _share(had: Sequence[float]) -> float:
    """Return how many of the words an entry has: what has few of them is not near the whole."""
    return sum(worth > 0 for worth in had) / len(had)


def _names(entry: SearchEntry) -> tuple[list[list[str]], set[str]]:
    """Return the words of each name, and the marked words: skeletons and identifiers."""
    names: list[list[str]] = [[]]
    marked: set[str] = set()
    for word in entry.name_words.split():
        if word == BETWEEN:
            names.append([])
        elif word.startswith((SKELETON, IDENTIFIER)):
            marked.add(word)
        else:
            names[-1].append(word)
    return [name for name in names if name], marked


def _had(term: Term, name: Sequence[str], meant: Mapping[str, Sequence[str]]) -> float:
    """Return how nearly a name has a word or phrase, 0 to 1."""
    if term.quoted:
        return _WHOLE if f" {term.text} " in f" {' '.join(name)} " else 0.0
    (word,) = term.words
    if word in name:
        return _WHOLE
    if term.begun and any(one.startswith(word) for one in name):
        return _BEGUN
    if any(heard_alike(word, one) for one in name):
        return _HEARD
    return _MEANT if any(one in name for one in meant.get(word, ())) else 0.0


def _in_text(term: Term, text: str, meant: Mapping[str, Sequence[str]]) -> float:
    if f" {term.text} " in text:
        return _IN_TEXTS
    if term.begun and f" {term.text}" in text:
        return _IN_TEXTS * _BEGUN
    return _IN_TEXTS * _MEANT if any(f" {word} " in text for word in meant.get(term.text, ())) else 0.0


def _nearness(query: Query, name: Sequence[str]) -> float:
    text = " ".join(name)
    return _SAME if text == query.text else _LIKE * fuzz.token_sort_ratio(query.text, text) / 100
