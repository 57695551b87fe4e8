"""Split the numbered values of one cell.

``(1) Tunis (2)-(3) Naples``, ``(1) to (6) Algeria (7) Morocco``, ``a) French, b) Tunisian``.
"""

from __future__ import annotations

import re
from typing import Final

_BRACKETED: Final = re.compile(r"\((\d{1,2}|[a-z])\)(?:(?:-| to )\((\d{1,2}|[a-z])\))?")
_HALF: Final = re.compile(r"(?<![\w(])(\d{1,2}|[a-z])\)()")
_ANY: Final = re.compile(r"\(?\b(?:\d{1,2}|[a-z])\)")
#: The mark of an unknown value.
_NOTHING: Final = "-"
_BETWEEN: Final = " ,;"


def split_numbered(text: str) -> list[str]:
    """Return the values of a cell, empty where the list has a dash for one.

    A text is split only if it begins with the first number and counts on from it without gaps.
    """
    for marks in (_BRACKETED, _HALF):
        if found := _taken_apart(text, marks):
            return found
    return [text]


def has_numbers(text: str) -> bool:
    """Return whether a text has anything like the numbers of several values."""
    return _ANY.search(text) is not None


def _taken_apart(text: str, marks: re.Pattern[str]) -> list[str]:
    matches = list(marks.finditer(text))
    if not matches or matches[0].start() != 0:
        return []
    values: dict[int, str] = {}
    waiting: list[int] = []
    ends = [*(match.start() for match in matches[1:]), len(text)]
    for match, end in zip(matches, ends, strict=True):
        waiting += _numbers(match)
        # "(1) (2) Egypt": the value that follows several numbers is that of each.
        if value := text[match.end() : end].strip(_BETWEEN):
            if any(number in values for number in waiting):
                return []
            values |= dict.fromkeys(waiting, "" if value == _NOTHING else value)
            waiting = []
    if waiting or len(values) < 2 or sorted(values) != list(range(1, len(values) + 1)):
        return []
    return [values[number] for number in sorted(values)]


def _numbers(match: re.Match[str]) -> list[int]:
    first, last = _number(match[1]), _number(match[2] or match[1])
    return list(range(first, last + 1))


def _number(mark: str) -> int:
    return int(mark) if mark.isdigit() else ord(mark) - ord("a") + 1
