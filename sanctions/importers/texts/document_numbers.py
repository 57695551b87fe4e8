"""Find the number of a document in a text with more details: ``Libyan passport No. 96/184442 (expired)``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

#: A number has digits, capitals, stops, strokes, hyphens and single spaces. Words that end with "number" or "no" may
#: precede it, as its label. What follows it must begin in a way that no number continues.
_NUMBER: Final = re.compile(
    r"(?P<label>(?i:(?:[A-Za-z][A-Za-z'’() -]*\s)?(?:number|no)\b\.?\s?:?\s*))?"
    r"(?P<number>(?=[A-Z./ -]*\d)[A-Z0-9]+(?:[ ./-][A-Z0-9]+)*(?![A-Za-z]))"
    r"(?P<rest>(?:\s*[.,;(].*|\s+(?i:-\s|issued|expir|valid|dated|place of|date of|under|in name).*)?)"
)
#: The longest text in which a number is searched for: ten times the longest seen.
_LONGEST: Final = 1_000
_WORD: Final = re.compile(r"(?i)\b(?:number|no)\b[.:\s]*\Z")


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """A number, the label before it, and the details after it."""

    number: str
    label: str = ""
    rest: str = ""


def find_document_number(text: str) -> DocumentNumber | None:
    """Return the number in a text; ``None`` if it is not certain what the number is."""
    match = _NUMBER.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        return None
    label = _WORD.sub("", match["label"] or "").strip()
    return DocumentNumber(match["number"], label, match["rest"].strip().lstrip(".,;- "))
