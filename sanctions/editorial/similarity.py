"""Find names that may mean the same thing: pure functions on texts.

Names are normalized (transliterated to Latin letters, case, punctuation, legal forms and word order removed) and then
compared letter by letter. Only names that share a key are compared (blocking), so fifty thousand names take seconds.
Vowels cannot be restored from Persian or Arabic; a name in these scripts is found by its Latin aliases only.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

from anyascii import anyascii
from rapidfuzz import fuzz, process

# fmt: off
#: Words that state what kind of company it is, not which.
LEGAL_FORMS: Final = frozenset(
    {
        "ab", "ag", "as", "bhd", "bv", "co", "company", "corp", "corporation", "est", "fze", "fzco", "gmbh", "inc",
        "incorporated", "jsc", "kg", "limited", "llc", "llp", "ltd", "nv", "oao", "ojsc", "ooo", "oy", "pao", "pjsc",
        "plc", "pte", "pty", "public", "sa", "sae", "sal", "sarl", "sas", "sdn", "spa", "srl", "zao", "joint",
        "stock", "private", "the",
    }
)
# fmt: on
#: Names shorter than this match only if they are equal: different acronyms may differ in one letter.
_SHORTEST: Final = 5
#: If more names than this share a key, each is compared with its neighbours only.
_MOST: Final = 300
_NEIGHBOURS: Final = 30
#: If more records than this share a name, each is paired with the next only.
_CROWD: Final = 20
_APOSTROPHE: Final = re.compile(r"['’‘`´ʿʾʻʼ]")
_DOT: Final = re.compile(r"\.(?!\d)")
_WORD: Final = re.compile(r"[a-z0-9]+")
_VOWELS: Final = re.compile(r"[aeiouyw]")
_DOUBLED: Final = re.compile(r"(.)\1+")

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class NameMatch:
    """Two similar names, and the score of their similarity, 0 to 100."""

    score: int
    name: str
    other_name: str


@cache
def normalize_name(text: str) -> str:
    """Return a name as it is compared: sorted words in Latin letters, without case, punctuation and legal forms."""
    latin = anyascii(_APOSTROPHE.sub("", text)).casefold()
    words = _WORD.findall(_DOT.sub("", _APOSTROPHE.sub("", latin)))
    return " ".join(sorted([word for word in words if word not in LEGAL_FORMS] or words))


def score(name: str, other: str) -> int:
    """Return the similarity of two names: 100 if they are equal, 0 if they contain different numbers."""
    return _score_normalized(normalize_name(name), normalize_name(other))


def _score_normalized(name: str, other: str) -> int:
    if name == other:
        return 100 if name else 0
    if min(len(name), len(other)) < _SHORTEST or _have_different_numbers(name, other):
        return 0
    return min(99, int(fuzz.ratio(name, other)))


def _have_different_numbers(name: str, other: str) -> bool:
    """Whether both have numbers, and not the same: "Resolution 1737" is not "Resolution 1747"."""
    numbers = [{word for word in text.split() if any(map(str.isdigit, word))} for text in (name, other)]
    return all(numbers) and numbers[0] != numbers[1]


def find_similar_names(names: Iterable[tuple[str, str]], least: int) -> dict[Pair, NameMatch]:
    """Return the pairs of records whose names score at least ``least``: two slugs, sorted → their best match.

    ``names`` are slugs with names, in any order; a slug may have several names.
    """
    #: Normalized name → slugs of the records with that name → the name as the record has it.
    bearers: dict[str, dict[str, str]] = defaultdict(dict)
    for slug, text in names:
        known = bearers[normalize_name(text)]
        known[slug] = min(text, known.get(slug, text))
    bearers.pop("", None)
    matches: dict[Pair, NameMatch] = {}
    for named in bearers.values():
        for slug, other in _pairs(sorted(named)):
            _keep_best(matches, 100, (slug, named[slug]), (other, named[other]))
    seen: set[Pair] = set()
    for text, choices in candidates(sorted(bearers)):
        for choice, _, _ in process.extract(text, choices, scorer=fuzz.ratio, score_cutoff=least, limit=None):
            both = (text, choice) if text < choice else (choice, text)
            if both in seen or (points := _score_normalized(*both)) < least:
                continue
            seen.add(both)
            _match_bearers(matches, points, bearers[text], bearers[choice])
    return matches


def _match_bearers(matches: dict[Pair, NameMatch], points: int, named: dict[str, str], others: dict[str, str]) -> None:
    for slug in sorted(named)[:_CROWD]:
        for other in sorted(others)[:_CROWD]:
            _keep_best(matches, points, (slug, named[slug]), (other, others[other]))


def _keep_best(matches: dict[Pair, NameMatch], points: int, record: Pair, other: Pair) -> None:
    """Keep the best match of two records (slug and name each); among equal scores the first in the alphabet."""
    if record[0] == other[0]:
        return
    (first, text), (second, other_text) = sorted((record, other))
    new, known = NameMatch(points, text, other_text), matches.get((first, second))
    if known is None or (-new.score, new.name, new.other_name) < (-known.score, known.name, known.other_name):
        matches[first, second] = new


def pairs_within(groups: Iterable[Sequence[str]]) -> Iterator[Pair]:
    """Yield the pairs of slugs of each group."""
    for group in groups:
        yield from _pairs(sorted(set(group)))


def _pairs(slugs: Sequence[str]) -> Iterator[Pair]:
    if len(slugs) > _CROWD:
        yield from pairwise(slugs)
        return
    for place, slug in enumerate(slugs):
        for other in slugs[place + 1 :]:
            yield slug, other


def candidates(texts: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield normalized names, each with the names to compare it with: those that share the consonants of a word.

    The effort grows with the number of names, not with its square: if very many names share a word, such as "bank",
    they are sorted without that word, and each is compared with its neighbours.
    """
    shared: dict[str, list[str]] = defaultdict(list)
    for text in texts:
        if len(text) >= _SHORTEST:
            for key in _keys(text):
                shared[key].append(text)
    for key, block in sorted(shared.items()):
        if len(block) > _MOST:
            block = sorted(block, key=lambda text: (_without(text, key), text))  # noqa: PLW2901
            reach = _NEIGHBOURS
        else:
            reach = len(block)
        for place, text in enumerate(block[:-1]):
            yield text, block[place + 1 : place + 1 + reach]


def _keys(text: str) -> set[str]:
    """Return the keys of a name: the consonants of each word, and the first four consonants of the whole name."""
    words = [_consonants(word) for word in text.split()]
    return {word for word in words if len(word) > 1} | {"^" + "".join(words)[:4]}


def _without(text: str, key: str) -> str:
    return " ".join(word for word in text.split() if _consonants(word) != key)


@cache
def _consonants(word: str) -> str:
    return _DOUBLED.sub(r"\1", word[0] + _VOWELS.sub("", word[1:]))
