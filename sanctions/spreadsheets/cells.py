"""The values of documents as the texts of cells, and back.

The text of a value is the same whatever the file: each format guards it in its own way against what spreadsheets do
to texts. The way back is the inverse of the way there for every value that a document can have.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

from sanctions.spreadsheets.layout import Column

_NUMBER: Final = re.compile(r"[+-]?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,2})?", re.ASCII)
_WHOLE: Final = re.compile(r"[+-]?\d{1,40}", re.ASCII)
_BETWEEN: Final = re.compile(r"[;,\s]+")
_TRUTH: Final = {"true": True, "yes": True, "false": False, "no": False}
#: Characters of a cell: what Excel takes. Nothing is cut; what is longer is refused.
LONGEST_CELL: Final = 32_767


class Unfit(ValueError):
    """A cell whose text is no value of its column; the text says what is allowed, for people."""


def text_of(column: Column, value: Any) -> str:
    """Return the text of a cell; empty for no value."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case list():
            return "; ".join(map(str, value))
        case dict():
            return "; ".join(f"{name}: {code}" for name, code in value.items())
        case float():
            return repr(value)
    return str(value)


def value_of(column: Column, text: str) -> Any:
    """Return the value of a cell that is not empty; :class:`Unfit` if the column has no such value.

    Whether the value is allowed, the document's own rules say.
    """
    match column.form:
        case "text":
            return text
        case "slug" | "code":
            return text.strip()
        case "slugs" | "codes":
            return [word for word in _BETWEEN.split(text) if word]
        case "true or false":
            if (truth := _TRUTH.get(text.strip().lower())) is None:
                raise Unfit("This is neither true nor false. Allowed: true, false, yes, no; empty for neither.")
            return truth
        case "whole number" | "place":
            if not _WHOLE.fullmatch(text.strip()):
                raise Unfit("This is no whole number. Allowed: digits, such as 12.")
            return int(text.strip())
        case "number":
            return _number(text.strip())
        case "pairs":
            return _pairs(text)


def _number(text: str) -> int | float:
    if not _NUMBER.fullmatch(text):
        raise Unfit("This is no number. Allowed: digits, with a point before the decimals, such as 3.67.")
    exact = Decimal(text)
    if exact == exact.to_integral_value():
        return int(exact)
    if Decimal(repr(float(exact))) != exact:
        raise Unfit("This number has more digits than are kept. Allowed: 15 digits.")
    return float(exact)


def _pairs(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in re.split(r"[;\r\n]+", text):
        if not line.strip():
            continue
        name, colon, code = (part.strip() for part in line.partition(":"))
        if not (name and colon and code):
            raise Unfit("This is not how pairs are written. Allowed: field: code, with semicolons between several.")
        if name in found:
            raise Unfit(f"{name[:60]!r} is there twice. Allowed: each field once.")
        found[name] = code
    return found
