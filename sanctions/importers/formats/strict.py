"""Strict interpretation: each field of a source is taken, or left for a written reason; any other is a fault.

An unknown code is a fault and never a default. The rule is OpenSanctions' ("strict interpretation", zavod).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, TypeVar

from sanctions.importers.base import Fault

Meaning = TypeVar("Meaning")
#: Characters of a value that a fault shows.
_SHOWN: Final = 200
_SPACE: Final = re.compile(r"\s+")
#: The longest value of a field that is read, in characters: ten times the longest seen.
LONGEST: Final = 100_000


class BadEntry(Exception):
    """An entry that cannot be used. Its faults have been reported."""


def collapse_spaces(text: str | None) -> str:
    """Return a text with one space for each run of white space, and none at its ends."""
    return _SPACE.sub(" ", text).strip() if text else ""


class StrictFields:
    """The fields of one row or element: each must be taken once, or left for a reason that the caller writes down.

    Texts are returned with their white space collapsed. ``finish`` reports the fields that were not taken.
    """

    __slots__ = ("_faults", "_fields", "place")

    def __init__(self, fields: Mapping[str, str | None], place: str, faults: list[Fault]) -> None:
        self._fields = {name: text for name, text in fields.items() if text}
        self._faults = faults
        self.place = place

    def take(self, name: str) -> str:
        """Take a field; empty if it is missing."""
        return collapse_spaces(self.raw(name))

    def raw(self, name: str) -> str:
        """Take a field with its white space; empty if it is missing.

        A value that is too long is cut off, with a fault.
        """
        text = self._fields.pop(name, "")
        if len(text) > LONGEST:
            message = f"A value has at most {LONGEST:,} characters, this one has {len(text):,}: the rest was not read."
            self.fault(name, text, message)
        return text[:LONGEST]

    def need(self, name: str) -> str:
        """Take a field that must have a value. Raise :class:`BadEntry` if it is empty."""
        return self.take(name) or self.refuse(name, "", "It must have a value.")

    def code(self, name: str, meanings: Mapping[str, Meaning]) -> Meaning:
        """Take a field with one of the codes, which include the empty one if it is allowed. Raise :class:`BadEntry`."""
        text = self.take(name)
        if text not in meanings:
            self.refuse(name, text, f"Allowed: {', '.join(repr(code) for code in meanings)}.")
        return meanings[text]

    def choice(self, name: str, meanings: Mapping[str, Meaning], otherwise: Meaning) -> Meaning:
        """Take a field with one of the codes; any other code is a fault and returns ``otherwise``."""
        text = self.take(name)
        if text not in meanings:
            self.fault(name, text, f"Allowed: {', '.join(repr(code) for code in meanings)}. It was not read.")
        return meanings.get(text, otherwise)

    def leave(self, names: Iterable[str]) -> None:
        """Leave fields unused. A comment at the call gives the reason."""
        for name in names:
            self._fields.pop(name, None)

    def fault(self, name: str, value: str, message: str) -> None:
        """Report a fault of a field. The entry is still used."""
        self._faults.append(Fault(self.place, name, value[:_SHOWN], message))

    def refuse(self, name: str, value: str, message: str) -> str:
        """Report a fault that makes the entry unusable, and raise :class:`BadEntry`."""
        self.fault(name, value, message)
        raise BadEntry(message)

    def finish(self) -> None:
        """Report every field that has a value and was not taken."""
        for name, text in self._fields.items():
            self.fault(name, text, "This field is not known, and was not read.")
        self._fields = {}
