"""Names that may be names of the same thing: pure functions on texts.

Names are written in Latin letters, without case, signs, legal forms and order of words, and then compared letter by
letter. Which of them are compared at all is found by what they share, so that fifty thousand names take seconds.
Vowels cannot be restored from Persian or Arabic: what is only so written is found by its Latin aliases.
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
#: Words that tell what kind of company something is, not which.
LEGAL_FORMS: Final = frozenset(
    {
        "ab", "ag", "as", "bhd", "bv", "co", "company", "corp", "corporation", "est", "fze", "fzco", "gmbh", "inc",
        "incorporated", "jsc", "kg", "limited", "llc", "llp", "ltd", "nv", "oao", "ojsc", "ooo", "oy", "pao", "pjsc",
        "plc", "pte", "pty", "public", "sa", "sae", "sal", "sarl", "sas", "sdn", "spa", "srl", "zao", "joint",
        "stock", "private", "the",
    }
)
# fmt: on
#: Names shorter than this are alike only if they are the same: two acronyms differ in a letter.
_SHORTEST: Final = 5
#: Of what more names share than this, each name is compared with its neighbours only.
_MOST: Final = 300
_NEIGHBOURS: Final = 30
#: Of more records than this with one name, each is told with the next only.
_CROWD: Final = 20
_APOSTROPHE: Final = re.compile(r"['’‘`´ʿʾʻʼ]")
_DOT: Final = re.compile(r"\.(?!\d)")
_WORD: Final = re.compile(r"[a-z0-9]+")
_VOWELS: Final = re.compile(r"[aeiouyw]")
_DOUBLED: Final = re.compile(r"(.)\1+")

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Alike:
    """How alike two names are, 0 to 100, and which they are."""

    score: int
    one: str
    other: str


@cache
def normal(text: str) -> str:
    """Return a name as it is compared: its words in Latin letters, sorted, without case, signs and legal forms."""
    latin = anyascii(_APOSTROPHE.sub("", text)).casefold()
    words = _WORD.findall(_DOT.sub("", _APOSTROPHE.sub("", latin)))
    return " ".join(sorted([word for word in words if word not in LEGAL_FORMS] or words))


def score(one: str, other: str) -> int:
    """Return how alike two names are: 100 if they are the same, 0 if their numbers tell them apart."""
    return _score(normal(one), normal(other))


def _score(one: str, other: str) -> int:
    if one == other:
        return 100 if one else 0
    if min(len(one), len(other)) < _SHORTEST or _told_apart(one, other):
        return 0
    return min(99, int(fuzz.ratio(one, other)))


def _told_apart(one: str, other: str) -> bool:
    """Whether both have numbers, and not the same: "Resolution 1737" is not "Resolution 1747"."""
    numbers = [{word for word in text.split() if any(map(str.isdigit, word))} for text in (one, other)]
    return all(numbers) and numbers[0] != numbers[1]


def alike(names: Iterable[tuple[str, str]], least: int) -> dict[Pair, Alike]:
    """Return the records whose names are at least so alike: the two slugs, sorted → their likest names.

    ``names`` are slugs with names, in any order; one slug may have many.
    """
    bearers: dict[str, dict[str, str]] = defaultdict(dict)
    for slug, text in names:
        known = bearers[normal(text)]
        known[slug] = min(text, known.get(slug, text))
    bearers.pop("", None)
    found: dict[Pair, Alike] = {}
    for own in bearers.values():
        for one, other in _together(sorted(own)):
            _note(found, 100, (one, own[one]), (other, own[other]))
    seen: set[Pair] = set()
    for text, choices in candidates(sorted(bearers)):
        for choice, _, _ in process.extract(text, choices, scorer=fuzz.ratio, score_cutoff=least, limit=None):
            both = (text, choice) if text < choice else (choice, text)
            if both in seen or (points := _score(*both)) < least:
                continue
            seen.add(both)
            _all_bearers(found, points, bearers[text], bearers[choice])
    return found


def _all_bearers(found: dict[Pair, Alike], points: int, own: dict[str, str], others: dict[str, str]) -> None:
    for one in sorted(own)[:_CROWD]:
        for other in sorted(others)[:_CROWD]:
            _note(found, points, (one, own[one]), (other, others[other]))


def _note(found: dict[Pair, Alike], points: int, one: Pair, other: Pair) -> None:
    """Keep the likest names of two records; of equally alike ones the first in the alphabet."""
    if one[0] == other[0]:
        return
    (first, text), (second, other_text) = sorted((one, other))
    new, known = Alike(points, text, other_text), found.get((first, second))
    if known is None or (-new.score, new.one, new.other) < (-known.score, known.one, known.other):
        found[first, second] = new


def together(groups: Iterable[Sequence[str]]) -> Iterator[Pair]:
    """Yield the pairs of slugs that share something, group by group."""
    for group in groups:
        yield from _together(sorted(set(group)))


def _together(slugs: Sequence[str]) -> Iterator[Pair]:
    if len(slugs) > _CROWD:
        yield from pairwise(slugs)
        return
    for place, one in enumerate(slugs):
        for other in slugs[place + 1 :]:
            yield one, other


def candidates(texts: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield normal names, each with those that it is to be compared with: what shares a word's consonants with it.

    The effort grows with the number of names, not with its square: of what very many share, such as "bank", each is
    compared with those next to it once that word is left out.
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
    """Return what a name is found by: the consonants of each word, and the beginning of those of the whole."""
    words = [_consonants(word) for word in text.split()]
    return {word for word in words if len(word) > 1} | {"^" + "".join(words)[:4]}


def _without(text: str, key: str) -> str:
    return " ".join(word for word in text.split() if _consonants(word) != key)


@cache
def _consonants(word: str) -> str:
    return _DOUBLED.sub(r"\1", word[0] + _VOWELS.sub("", word[1:]))
