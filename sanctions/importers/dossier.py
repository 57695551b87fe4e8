"""What one entry of a list tells of its actor, row by row, within what a record of an actor can hold.

Nothing is cut: what is longer than its row may be is told whole in the summary, where names and numbers that are left
out for their length stand too, with a fault.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from sanctions import edtf
from sanctions.exceptions import InvalidDate
from sanctions.importers.scripts import script_of
from sanctions.importers.strict import BadEntry, clean
from sanctions.models import Actor, Identifier, Name, Particular
from sanctions.models.fields import longest
from sanctions.records.base import Document
from sanctions.vocabulary import ActorKind, IdentifierScheme, NameKind, ParticularKind

#: Characters that the columns of an actor hold at most.
_NAME: Final = min(longest(Actor, "name"), longest(Name, "text"))
_IDENTIFIER: Final = longest(Identifier, "value")
_IDENTIFIER_NOTE: Final = longest(Identifier, "note")
_PARTICULAR: Final = longest(Particular, "text")
_COUNTRY: Final = longest(Particular, "country")
_NOTE: Final = longest(Particular, "note")
_PROSE: Final = longest(Actor, "summary")
#: Characters of a program's tag, which is part of the key under which a listing is known.
_PROGRAM: Final = 140
#: Characters that no text of a record may have; white space is made a space before.
_UNSTORABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
#: What stands in a text where whoever wrote the file had lost a character.
_LOST: Final = "\ufffd"

#: What makes a row another than the rows before.
_Key = tuple[object, ...]
#: Tells a fault: of which field, with which value, what is wrong.
Tell = Callable[[str, str, str], None]


def prose(paragraphs: Iterable[str], field: str, tell: Tell, between: str = "\n") -> str:
    """Return paragraphs as one text, each said once; one with which it would be too long is a fault and left out."""
    kept: list[str] = []
    length = 0
    for paragraph in dict.fromkeys(filter(None, paragraphs)):
        if length + len(paragraph) + len(between) > _PROSE:
            tell(field, paragraph, f"With this the text would have more than {_PROSE:,} characters.")
        elif is_storable(paragraph, field, tell):
            kept.append(paragraph)
            length += len(paragraph) + len(between)
    return between.join(kept)


def is_storable(text: str, field: str, tell: Tell) -> bool:
    """Return whether no character of a text is one that no record may have; tell the fault if one is."""
    if found := _UNSTORABLE.search(text):
        tell(field, ascii(text), f"It holds the character U+{ord(found[0]):04X}, which no text may have.")
        return False
    if _LOST in text:
        tell(field, text, "It holds U+FFFD: a character was lost before the file was published. The text is kept.")
    return True


def without_unstorable(text: str, field: str, tell: Tell) -> str:
    """Return a text without the characters that no record may have; report the fault if there are any."""
    return text if is_storable(text, field, tell) else clean(_UNSTORABLE.sub("", text))


def program_of(text: str, field: str, tell: Tell) -> str:
    """Return the tag of a program; empty, with a fault, if it cannot be one."""
    tag = without_unstorable(text, field, tell)
    if not tag:
        tell(field, text, "It must name a program: which one was not read.")
    elif len(tag) > _PROGRAM:
        tell(field, text, f"The tag of a program has at most {_PROGRAM} characters, this one has {len(tag):,}.")
        return ""
    return tag


class Dossier:
    """The document of an actor while it is gathered: its names, identifiers, particulars and summary.

    ``unread`` has the keys of the document of which something was left out.
    """

    __slots__ = ("_identifiers", "_kind", "_links", "_names", "_particulars", "_said", "_tell", "own_name", "unread")

    def __init__(self, kind: ActorKind | None, names: Iterable[str], tell: Tell, *, field: str = "name") -> None:
        """Begin with a kind, ``None`` if it could not be read, and names, the first of which should be the actor's own.

        The first that is not empty is taken. :class:`BadEntry` if all are.
        """
        self._kind = kind
        self._tell = tell
        self._names: dict[_Key, dict[str, str]] = {}
        self._identifiers: dict[_Key, dict[str, str]] = {}
        self._particulars: dict[_Key, dict[str, str]] = {}
        self._links: dict[str, None] = {}
        self._said: list[str] = []
        self.unread: set[str] = set() if kind else {"kind"}
        self.own_name = self._primary(list(names), field)

    def _primary(self, names: list[str], field: str) -> str:
        found = next(filter(None, (without_unstorable(name, field, self._tell) for name in names)), "")
        if not found:
            self._tell(field, "", "It has no name.")
            raise BadEntry(field)
        if not names[0] or _UNSTORABLE.search(names[0]):
            self._tell(field, names[0], f"It must be the name of the entry: {found[:_NAME]!r} was taken for it.")
            self.unread.add("name")
        if len(found) > _NAME:
            message = f"A name has at most {_NAME} characters, this one has {len(found):,}: it is whole in the summary."
            self._tell(field, found, message)
            self.say(f"Name: {found}")
            self.unread.add("name")
            return found[: _NAME - 1].rstrip() + "…"
        return found

    def name(self, kind: NameKind, text: str, field: str, *, language: str = "") -> None:
        """Add a name, unless it is there under its kind, or is an alias that is the actor's own name.

        Its script is told if its letters say so; of names that are not native ones only if it is not Latin.
        """
        if not text or (kind, text) in self._names:
            return
        if kind == NameKind.ALIAS and text == self.own_name:
            return
        if not is_storable(text, field, self._tell):
            self.unread.add("names")
            return
        if len(text) > _NAME:
            self._tell(field, text, f"A name has at most {_NAME} characters, this one has {len(text)}.")
            self.say(f"Name: {text}")
            return
        script = script_of(text)
        is_told = kind == NameKind.NATIVE or script != "Latn"
        self._names[kind, text] = _row(kind=kind, text=text, language=language, script=script if is_told else "")

    def identifier(self, scheme: IdentifierScheme, value: str, field: str, *, note: str = "") -> None:
        """Add a number, with what is told of it."""
        if not value:
            return
        if not is_storable(f"{value}{note}", field, self._tell):
            self.unread.add("identifiers")
            return
        if len(value) > _IDENTIFIER:
            self._tell(field, value, f"An identifier has at most {_IDENTIFIER} characters, this one has {len(value)}.")
            self.say(f"{scheme.label.capitalize()}: {value}{_bracketed(note)}")
            return
        if len(note) > _IDENTIFIER_NOTE:
            self.say(f"{scheme.label.capitalize()} {value}: {note}")
            note = ""
        _once(self._identifiers, _row(scheme=scheme, value=value, note=note))

    def particular(
        self, kind: ParticularKind, text: str, field: str, *, dated_on: str = "", country: str = "", note: str = ""
    ) -> None:
        """Add a particular. What has no text of its own is told by its country, or else by its note."""
        if not text:
            text, note = (country, note) if country else (note, "")
        if not text:
            return
        if not is_storable(f"{text}{country}{note}", field, self._tell):
            self.unread.add("particulars")
            return
        if len(text) > _PARTICULAR or len(country) > _COUNTRY:
            message = (
                f"It has more than {_PARTICULAR:,} characters, or its country more than {_COUNTRY}: see the summary."
            )
            self._tell(field, text, message)
            whole = ", ".join(dict.fromkeys(filter(None, (text, country))))
            self.say(f"{kind.label.capitalize()}: {whole}{_bracketed(note)}")
            return
        if len(note) > _NOTE:
            self.say(f"{kind.label.capitalize()} {text}: {note}")
            note = ""
        _once(self._particulars, _row(kind=kind, text=text, dated_on=dated_on, country=country, note=note))

    def link(self, name: str, field: str) -> None:
        """Add the name of somebody to whom the entry is linked."""
        if not name or not is_storable(name, field, self._tell):
            return
        if len(name) > _PARTICULAR:
            self._tell(field, name, f"It has more than {_PARTICULAR:,} characters: see the summary.")
            self.say(f"{ParticularKind.LINKED_TO.label.capitalize()}: {name}")
            return
        self._links[name] = None

    @property
    def links(self) -> tuple[str, ...]:
        """The names of those to whom the entry is linked, each once."""
        return tuple(self._links)

    def day(self, found: str, text: str, field: str) -> str:
        """Return a day in EDTF; if it is none, tell the fault of the source's text and return nothing."""
        try:
            return edtf.parse(found).text
        except InvalidDate as error:
            self._tell(field, text, f"{error} It was kept as a text.")
            return ""

    def fault(self, field: str, value: str, message: str) -> None:
        """Report something of the entry that was not understood."""
        self._tell(field, value, message)

    def say(self, paragraph: str) -> None:
        """Add a paragraph to the summary."""
        self._said.append(clean(paragraph))

    def document(self) -> Document:
        """Return the document of the actor, without keys that have nothing."""
        document: Document = {
            "kind": str(self._kind or ""),
            "name": self.own_name,
            "names": list(self._names.values()),
            "identifiers": list(self._identifiers.values()),
            "summary": prose(self._said, "summary", self._tell),
            "particulars": list(self._particulars.values()),
        }
        return {key: value for key, value in document.items() if value}


def _row(**columns: str) -> dict[str, str]:
    return {name: str(text) for name, text in columns.items() if text}


def _once(rows: dict[_Key, dict[str, str]], row: dict[str, str]) -> None:
    rows.setdefault(tuple(row.items()), row)


def _bracketed(note: str) -> str:
    return f" ({note})" if note else ""
