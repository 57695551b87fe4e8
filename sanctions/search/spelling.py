"""Corrections for misspelt words: words of names that are spelt alike."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Final

from rapidfuzz.distance import OSA

from sanctions.models import SearchWord
from sanctions.search.engine import Alternatives, MatchCondition, engine
from sanctions.search.ranking import NOUNS

#: Similar words that are compared for one word of a query, and corrections that are used.
_COMPARED: Final = 50
MOST_CORRECTIONS: Final = 4
#: Words of a query that are corrected: the longest, which are the easiest to misspell.
MOST_WORDS: Final = 3
#: Letters of the shortest word that is corrected: a shorter one with a changed letter is a different word.
_SHORTEST: Final = 4


def allowed_mistakes(word: str) -> int:
    """Return how many letters may be wrong, missing, added or swapped with the next."""
    return 0 if len(word) < _SHORTEST else 1 if len(word) < 2 * _SHORTEST else 2


def suggest_corrections(searched: Sequence[str]) -> dict[str, list[str]]:
    """Return corrections for words that no name contains, closest first; for at most :data:`MOST_WORDS` of them."""
    candidates = sorted(
        {word for word in searched if allowed_mistakes(word) and word.isalpha()}, key=lambda word: (-len(word), word)
    )
    known = set(SearchWord.objects.filter(word__in=candidates).values_list("word", flat=True))
    corrections: dict[str, list[str]] = {}
    for word in [word for word in candidates if word not in known][:MOST_WORDS]:
        near = [(OSA.distance(word, other), other) for other in engine().similar_words(word, _COMPARED)]
        best = (
            other for distance, other in sorted(near) if distance <= allowed_mistakes(word) and _is_in_a_name(other)
        )
        if nearest := list(islice(best, MOST_CORRECTIONS)):
            corrections[word] = nearest
    return corrections


def _is_in_a_name(word: str) -> bool:
    """Return whether a public record has the word in a name.

    Words of retracted records stay in the table of words until ``manage.py render``.
    """
    return bool(engine().match(MatchCondition((Alternatives((word,)),)), NOUNS, 1, names_only=True))
