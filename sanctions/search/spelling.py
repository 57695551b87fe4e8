"""Words that a misspelt one may have been meant for."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Final

from rapidfuzz.distance import OSA

from sanctions.models import SearchWord
from sanctions.search.engine import Either, Sought, engine
from sanctions.search.ranking import NOUNS

#: Words by trigrams that are looked at, and those of them that are tried.
_LOOKED_AT: Final = 50
MOST_MEANT: Final = 4
#: Words of a query that are looked at: the longest, which are the easiest to misspell.
MOST_WORDS: Final = 3
#: A shorter word is another word if a letter of it changes.
_SHORTEST: Final = 4


def mistakes(word: str) -> int:
    """Return how many letters of a word may be wrong, left out, added or exchanged with the next."""
    return 0 if len(word) < _SHORTEST else 1 if len(word) < 2 * _SHORTEST else 2


def meant(sought: Sequence[str]) -> dict[str, list[str]]:
    """Return for words that no name has those that may have been meant, the likest first; for at most so many words."""
    candidates = sorted(
        {word for word in sought if mistakes(word) and word.isalpha()}, key=lambda word: (-len(word), word)
    )
    known = set(SearchWord.objects.filter(word__in=candidates).values_list("word", flat=True))
    found: dict[str, list[str]] = {}
    for word in [word for word in candidates if word not in known][:MOST_WORDS]:
        near = [(OSA.distance(word, other), other) for other in engine().like(word, _LOOKED_AT)]
        best = (other for distance, other in sorted(near) if distance <= mistakes(word) and _is_in_a_name(other))
        if some := list(islice(best, MOST_MEANT)):
            found[word] = some
    return found


def _is_in_a_name(word: str) -> bool:
    """Return whether a public record has the word in a name; words of retracted ones stay until all is rendered."""
    return bool(engine().found(Sought((Either((word,)),)), NOUNS, 1, names_only=True))
