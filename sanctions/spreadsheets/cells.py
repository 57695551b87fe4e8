"""Convert the values of documents to the texts of cells and back.

The text is the same in every file format; each format protects it in its own way from what spreadsheets do to texts.
Reading is the inverse of writing for every value that a document can have.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

from sanctions.spreadsheets.layout import SheetColumn

_NUMBER: Final = re.compile(r"[+-]?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,2})?", re.ASCII)
_WHOLE: Final = re.compile(r"[+-]?\d{1,40}", re.ASCII)
_BETWEEN: Final = re.compile(r"[;,\s]+")
_TRUTH: Final = {"true": True, "yes": True, "false": False, "no": False}
#: Characters that Excel allows in a cell. A longer text is refused, never cut.
LONGEST_CELL: Final = 32_767


class Unfit(ValueError):
    """A cell whose text is not a value of its column. The message names what is allowed."""


def text_of(column: SheetColumn, value: Any) -> str:
    """Return the text of a value; empty for ``None``."""
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


def value_of(column: SheetColumn, text: str) -> Any:
    """Return the value of a cell that is not empty. Raise :class:`Unfit` if the column has no such value.

    Whether the document allows the value is checked later, by the rules of documents.
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
                raise Unfit("This is not a whole number. Allowed: digits, such as 12.")
            return int(text.strip())
        case "number":
            return _number(text.strip())
        case "pairs":
            return _pairs(text)


def _number(text: str) -> int | float:
    if not _NUMBER.fullmatch(text):
        raise Unfit("This is not a number. Allowed: digits, with a point before the decimals, such as 3.67.")
    exact = Decimal(text)
    if exact == exact.to_integral_value():
        return int(exact)
    if Decimal(repr(float(exact))) != exact:
        raise Unfit("This number has more digits than are kept. Allowed: 15 digits.")
    return float(exact)


def _pairs(text: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for line in re.split(r"[;\r\n]+", text):
        if not line.strip():
            continue
        name, colon, code = (part.strip() for part in line.partition(":"))
        if not (name and colon and code):
            raise Unfit("This is not a list of pairs. Allowed: field: code, with semicolons between several.")
        if name in pairs:
            raise Unfit(f"{name[:60]!r} occurs twice. Allowed: each field once.")
        pairs[name] = code
    return pairs
