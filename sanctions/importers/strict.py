"""Strict interpretation: every field of a source is taken, or declared unused with the reason; the rest is a fault.

An unknown code is a fault and never a default. The habit is that of OpenSanctions ("strict interpretation", zavod).
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
#: The longest value that a field of a source may have, in characters: the longest seen has a tenth of it.
LONGEST: Final = 100_000


class BadEntry(Exception):
    """An entry that cannot be used; its faults are told already."""


def clean(text: str | None) -> str:
    """Return a text with each run of white space as one space, and none at its ends."""
    return _SPACE.sub(" ", text).strip() if text else ""


class Fields:
    """The fields of one row or element: each is to be taken once, or left with a reason.

    The texts are handed out cleaned of surrounding and doubled white space. ``finish`` tells what nobody took.
    """

    __slots__ = ("_faults", "_fields", "place")

    def __init__(self, fields: Mapping[str, str | None], place: str, faults: list[Fault]) -> None:
        self._fields = {name: text for name, text in fields.items() if text}
        self._faults = faults
        self.place = place

    def take(self, name: str) -> str:
        """Take a field; empty if it is not there."""
        return clean(self.raw(name))

    def raw(self, name: str) -> str:
        """Take a field as it stands, with the space around it; empty if it is not there.

        Of a monstrously long one the beginning is taken, with a fault.
        """
        text = self._fields.pop(name, "")
        if len(text) > LONGEST:
            message = f"A value has at most {LONGEST:,} characters, this one has {len(text):,}: the rest was not read."
            self.fault(name, text, message)
        return text[:LONGEST]

    def need(self, name: str) -> str:
        """Take a field that must have a value; raise :class:`BadEntry`."""
        return self.take(name) or self.refuse(name, "", "It must have a value.")

    def code(self, name: str, meanings: Mapping[str, Meaning]) -> Meaning:
        """Take a field that has one of the codes, empty among them if it may be; raise :class:`BadEntry`."""
        text = self.take(name)
        if text not in meanings:
            self.refuse(name, text, f"Allowed: {', '.join(repr(code) for code in meanings)}.")
        return meanings[text]

    def choice(self, name: str, meanings: Mapping[str, Meaning], otherwise: Meaning) -> Meaning:
        """Take a field that has one of the codes; another code is a fault, and means what is given for it."""
        text = self.take(name)
        if text not in meanings:
            self.fault(name, text, f"Allowed: {', '.join(repr(code) for code in meanings)}. It was not read.")
        return meanings.get(text, otherwise)

    def leave(self, names: Iterable[str]) -> None:
        """Leave fields unused; where this is called the reason is told."""
        for name in names:
            self._fields.pop(name, None)

    def fault(self, name: str, value: str, message: str) -> None:
        """Tell a fault of a field; the entry is used all the same."""
        self._faults.append(Fault(self.place, name, value[:_SHOWN], message))

    def refuse(self, name: str, value: str, message: str) -> str:
        """Tell a fault of a field because of which the entry cannot be used: raise :class:`BadEntry`."""
        self.fault(name, value, message)
        raise BadEntry(message)

    def finish(self) -> None:
        """Tell every field that has a value and that nobody took."""
        for name, text in self._fields.items():
            self.fault(name, text, "This field is not known, and was not read.")
        self._fields = {}
