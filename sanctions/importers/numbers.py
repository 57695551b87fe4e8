"""Numbers of documents in a text that says more of them: ``Libyan passport No. 96/184442 (expired)``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

#: A number may have capitals, stops, strokes, hyphens and single spaces. Before it, words that end with "number" or
#: "no" may say what it is; after it comes nothing, or something that is certainly no part of it.
_NUMBER: Final = re.compile(
    r"(?P<label>(?i:(?:[A-Za-z][A-Za-z'’() -]*\s)?(?:number|no)\b\.?\s?:?\s*))?"
    r"(?P<number>(?=[A-Z./ -]*\d)[A-Z0-9]+(?:[ ./-][A-Z0-9]+)*(?![A-Za-z]))"
    r"(?P<rest>(?:\s*[.,;(].*|\s+(?i:-\s|issued|expir|valid|dated|place of|date of|under|in name).*)?)"
)
#: Characters of a text in which a number is sought: the longest seen has a tenth of it.
_LONGEST: Final = 1_000
_WORD: Final = re.compile(r"(?i)\b(?:number|no)\b[.:\s]*\Z")


@dataclass(frozen=True, slots=True)
class Numbered:
    """A number, the words before it that say what it is, and what is told of it after."""

    number: str
    label: str = ""
    rest: str = ""


def number_in(text: str) -> Numbered | None:
    """Return the number in a text, or nothing if it is not certain what the number is."""
    found = _NUMBER.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        return None
    label = _WORD.sub("", found["label"] or "").strip()
    return Numbered(found["number"], label, found["rest"].strip().lstrip(".,;- "))
