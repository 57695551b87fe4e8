"""Compare texts that differ only in spelling: case, quotes, accents, punctuation and lost characters."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from anyascii import anyascii

#: The replacement for a character that the publisher lost before writing the file.
LOST: Final = "\ufffd"
#: Accents of Europe's scripts. Combining marks of other scripts are letters of their own.
_ACCENTS: Final = re.compile("[\u0300-\u036f]")
#: Letters that a text must have besides a lost character to be compared at all.
_ENOUGH: Final = 4


@lru_cache(maxsize=100_000)
def folded(text: str) -> str:
    """Return the letters and digits of a text without case and accents; a lost character stays."""
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    letters = "".join(sign for sign in plain if sign.isalnum() or sign == LOST or unicodedata.category(sign) == "Mc")
    # Letters such as the Polish l with a stroke have no separate accent to remove.
    latin = "".join(
        anyascii(sign).casefold() if not sign.isascii() and unicodedata.name(sign, "").startswith("LATIN") else sign
        for sign in letters
    )
    return latin or text


def is_same_spelling(text: str, other: str) -> bool:
    """Return whether two texts have the same letters, where one of them may have lost some."""
    here, other_folded = folded(text), folded(other)
    if here == other_folded:
        return True
    if (LOST in here) == (LOST in other_folded):
        return False
    damaged, whole = (here, other_folded) if LOST in here else (other_folded, here)
    pieces = damaged.split(LOST)
    # A lost character may have been a quote, or two letters in the other spelling.
    pattern = ".{0,2}".join(map(re.escape, pieces))
    return sum(map(len, pieces)) >= _ENOUGH and re.fullmatch(pattern, whole) is not None


def is_better(text: str, other: str) -> bool:
    """Return whether a text has lost fewer characters than another."""
    return text.count(LOST) < other.count(LOST)
