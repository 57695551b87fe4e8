"""The order of search results: the same for every database.

The score of an entry adds up: the identifier in the query; for each word how closely a name has it, or less if only
other texts have it; and how close a name is to the query as a whole.
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

#: Of equal scores, what other records are about comes before what is about others.
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
#: The score of a word if a name has it, a longer word that begins with it, one that sounds alike, a correction of it.
_EXACT, _PREFIX, _SOUND, _CORRECTED = 1.0, 0.9, 0.8, 0.7
#: The score of a word that only other texts have.
_IN_TEXTS: Final = 0.3
#: Added if a name is the query, or in proportion if it is similar.
_SAME, _SIMILAR = 0.5, 0.4
#: The score of an identifier that is the whole query.
_IDENTIFIED: Final = 3.0
#: Words that share a skeleton of so few letters must be spelt alike too: by at least so many percent.
_SHORT_SKELETON: Final = 2
_SPELT_ALIKE: Final = 55
_PLACES: Final = {noun: place for place, noun in enumerate(NOUNS)}


@dataclass(frozen=True, slots=True)
class ScoredEntry:
    """An entry and its score, at least 0."""

    entry: SearchEntry
    score: float


def rank_entries(
    entries: Sequence[SearchEntry], query: Query, corrections: Mapping[str, Sequence[str]]
) -> list[ScoredEntry]:
    """Return the entries with a score above 0, best first; equal ones by noun and slug."""
    scored = [ScoredEntry(entry, round(_score(entry, query, corrections), 4)) for entry in entries]
    return sorted(
        (result for result in scored if result.score > 0),
        key=lambda result: (-result.score, _PLACES[result.entry.noun], result.entry.slug),
    )


def sound_alike(word: str, other: str) -> bool:
    """Return whether two words have the same skeleton; if it is short, they must be spelt alike too."""
    shared = skeleton(word)
    if not shared or shared != skeleton(other):
        return False
    return len(shared) > _SHORT_SKELETON or fuzz.ratio(word, other) >= _SPELT_ALIKE


def _score(entry: SearchEntry, query: Query, corrections: Mapping[str, Sequence[str]]) -> float:
    names, marked = _split_name_words(entry)
    identified = max((share for form, share in query.identifiers.items() if form in marked), default=0.0)
    if not query.terms:
        return _IDENTIFIED * identified
    text = f" {entry.text_words} "
    scores = [
        max((_score_in_name(term, name, corrections) for name in names), default=0.0)
        or _score_in_text(term, text, corrections)
        for term in query.terms
    ]
    similarity = max((_similarity(query, name) for name in names), default=0.0)
    # An entry that has few of the words is not similar to the query, whatever its letters are.
    share_of_words = sum(score > 0 for score in scores) / len(scores)
    return _IDENTIFIED * identified + sum(scores) / len(scores) + similarity * share_of_words


def _split_name_words(entry: SearchEntry) -> tuple[list[list[str]], set[str]]:
    """Return the words of each name, and the words with a marker: skeletons and identifiers."""
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


def _score_in_name(term: Term, name: Sequence[str], corrections: Mapping[str, Sequence[str]]) -> float:
    """Return how closely a name has a word or phrase, 0 to 1."""
    if term.quoted:
        return _EXACT if f" {term.text} " in f" {' '.join(name)} " else 0.0
    (word,) = term.words
    if word in name:
        return _EXACT
    if term.begun and any(other.startswith(word) for other in name):
        return _PREFIX
    if any(sound_alike(word, other) for other in name):
        return _SOUND
    return _CORRECTED if any(correction in name for correction in corrections.get(word, ())) else 0.0


def _score_in_text(term: Term, text: str, corrections: Mapping[str, Sequence[str]]) -> float:
    if f" {term.text} " in text:
        return _IN_TEXTS
    if term.begun and f" {term.text}" in text:
        return _IN_TEXTS * _PREFIX
    is_corrected = any(f" {word} " in text for word in corrections.get(term.text, ()))
    return _IN_TEXTS * _CORRECTED if is_corrected else 0.0


def _similarity(query: Query, name: Sequence[str]) -> float:
    text = " ".join(name)
    return _SAME if text == query.text else _SIMILAR * fuzz.token_sort_ratio(query.text, text) / 100
