"""Build the document of an actor from the fields of a list's entry, within the limits of its columns.

Nothing is cut off: what is longer than its column is whole in the summary. Names and numbers that are left out for
their length are there too, with a fault.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from sanctions import edtf
from sanctions.exceptions import InvalidDate
from sanctions.importers.formats.strict import BadEntry, collapse_spaces
from sanctions.importers.texts.paragraphs import fit_paragraphs
from sanctions.importers.texts.scripts import script_of
from sanctions.importers.texts.spelling import LOST
from sanctions.models import Actor, Identifier, Name, Particular
from sanctions.models.fields import longest
from sanctions.records.base import Document
from sanctions.vocabulary import ActorKind, IdentifierScheme, NameKind, ParticularKind

#: The most characters that the columns of an actor hold.
_NAME: Final = min(longest(Actor, "name"), longest(Name, "text"))
_IDENTIFIER: Final = longest(Identifier, "value")
_IDENTIFIER_NOTE: Final = longest(Identifier, "note")
_PARTICULAR: Final = longest(Particular, "text")
_COUNTRY: Final = longest(Particular, "country")
_NOTE: Final = longest(Particular, "note")
_SUMMARY: Final = longest(Actor, "summary")
#: Characters of a program's tag, which is part of the key of a listing (200 characters).
_PROGRAM: Final = 140
#: Characters that no text of a record may have. White space was collapsed before.
_UNSTORABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

#: The values of a row: an equal row is added once.
_RowKey = tuple[object, ...]
#: Report a fault: its field, the value, what is wrong and what is allowed.
ReportFault = Callable[[str, str, str], None]


def join_paragraphs(paragraphs: Iterable[str], field: str, report_fault: ReportFault, separator: str = "\n") -> str:
    """Return paragraphs as one text, each once; what cannot be stored or does not fit is reported and left out."""
    storable = [text for text in dict.fromkeys(filter(None, paragraphs)) if is_storable(text, field, report_fault)]
    fitting, left_out = fit_paragraphs(storable, _SUMMARY, separator)
    for paragraph in left_out:
        report_fault(field, paragraph, f"With this the text would have more than {_SUMMARY:,} characters.")
    return separator.join(fitting)


def is_storable(text: str, field: str, report_fault: ReportFault) -> bool:
    """Return whether a record may have every character of a text; report the first that it may not have."""
    if match := _UNSTORABLE.search(text):
        report_fault(field, ascii(text), f"It holds the character U+{ord(match[0]):04X}, which no text may have.")
        return False
    if LOST in text:
        report_fault(
            field, text, "It holds U+FFFD: a character was lost before the file was published. The text is kept."
        )
    return True


def without_unstorable(text: str, field: str, report_fault: ReportFault) -> str:
    """Return a text without the characters that no record may have; report the fault if there are any."""
    return text if is_storable(text, field, report_fault) else collapse_spaces(_UNSTORABLE.sub("", text))


def read_program(text: str, field: str, report_fault: ReportFault) -> str:
    """Return the tag of a program; empty, with a fault, if it cannot be one."""
    tag = without_unstorable(text, field, report_fault)
    if not tag:
        report_fault(field, text, "It must name a program: which one was not read.")
    elif len(tag) > _PROGRAM:
        report_fault(field, text, f"The tag of a program has at most {_PROGRAM} characters, this one has {len(tag):,}.")
        return ""
    return tag


class ActorBuilder:
    """Build the document of an actor from its names, identifiers, other details and summary.

    ``unread`` has the keys of the document of which something was left out.
    """

    __slots__ = (
        "_identifiers",
        "_kind",
        "_links",
        "_names",
        "_particulars",
        "_report_fault",
        "_summary",
        "own_name",
        "unread",
    )

    def __init__(
        self, kind: ActorKind | None, names: Iterable[str], report_fault: ReportFault, *, field: str = "name"
    ) -> None:
        """Begin with a kind, ``None`` if it could not be read, and names. The first name should be the actor's own.

        The first name that is not empty becomes the actor's. Raise :class:`BadEntry` if all are empty.
        """
        self._kind = kind
        self._report_fault = report_fault
        self._names: dict[_RowKey, dict[str, str]] = {}
        self._identifiers: dict[_RowKey, dict[str, str]] = {}
        self._particulars: dict[_RowKey, dict[str, str]] = {}
        self._links: dict[str, None] = {}
        self._summary: list[str] = []
        self.unread: set[str] = set() if kind else {"kind"}
        self.own_name = self._choose_name(list(names), field)

    def _choose_name(self, names: list[str], field: str) -> str:
        name = next(filter(None, (without_unstorable(text, field, self._report_fault) for text in names)), "")
        if not name:
            self._report_fault(field, "", "It has no name.")
            raise BadEntry(field)
        if not names[0] or _UNSTORABLE.search(names[0]):
            self._report_fault(field, names[0], f"It must be the name of the entry: {name[:_NAME]!r} was taken for it.")
            self.unread.add("name")
        if len(name) > _NAME:
            message = f"A name has at most {_NAME} characters, this one has {len(name):,}: it is whole in the summary."
            self._report_fault(field, name, message)
            self.add_to_summary(f"Name: {name}")
            self.unread.add("name")
            return name[: _NAME - 1].rstrip() + "…"
        return name

    def add_name(self, kind: NameKind, text: str, field: str, *, language: str = "") -> None:
        """Add a name, unless the actor has it under its kind, or it is an alias that is the actor's own name.

        A name has a script where all its letters are of one; Latin is stored for native names only.
        """
        if not text or (kind, text) in self._names:
            return
        if kind == NameKind.ALIAS and text == self.own_name:
            return
        if not is_storable(text, field, self._report_fault):
            self.unread.add("names")
            return
        if len(text) > _NAME:
            self._report_fault(field, text, f"A name has at most {_NAME} characters, this one has {len(text)}.")
            self.add_to_summary(f"Name: {text}")
            return
        script = script_of(text)
        has_script = kind == NameKind.NATIVE or script != "Latn"
        self._names[kind, text] = _row(kind=kind, text=text, language=language, script=script if has_script else "")

    def add_identifier(self, scheme: IdentifierScheme, value: str, field: str, *, note: str = "") -> None:
        """Add a number with its note, unless it is empty."""
        if not value:
            return
        if not is_storable(f"{value}{note}", field, self._report_fault):
            self.unread.add("identifiers")
            return
        if len(value) > _IDENTIFIER:
            self._report_fault(
                field, value, f"An identifier has at most {_IDENTIFIER} characters, this one has {len(value)}."
            )
            self.add_to_summary(f"{scheme.label.capitalize()}: {value}{_bracketed(note)}")
            return
        if len(note) > _IDENTIFIER_NOTE:
            self.add_to_summary(f"{scheme.label.capitalize()} {value}: {note}")
            note = ""
        _add_once(self._identifiers, _row(scheme=scheme, value=value, note=note))

    def add_particular(
        self, kind: ParticularKind, text: str, field: str, *, dated_on: str = "", country: str = "", note: str = ""
    ) -> None:
        """Add a particular. Where it has no text, its country becomes the text, or else its note."""
        if not text:
            text, note = (country, note) if country else (note, "")
        if not text:
            return
        if not is_storable(f"{text}{country}{note}", field, self._report_fault):
            self.unread.add("particulars")
            return
        if len(text) > _PARTICULAR or len(country) > _COUNTRY:
            message = (
                f"It has more than {_PARTICULAR:,} characters, or its country more than {_COUNTRY}: see the summary."
            )
            self._report_fault(field, text, message)
            full_text = ", ".join(dict.fromkeys(filter(None, (text, country))))
            self.add_to_summary(f"{kind.label.capitalize()}: {full_text}{_bracketed(note)}")
            return
        if len(note) > _NOTE:
            self.add_to_summary(f"{kind.label.capitalize()} {text}: {note}")
            note = ""
        _add_once(self._particulars, _row(kind=kind, text=text, dated_on=dated_on, country=country, note=note))

    def add_link(self, name: str, field: str) -> None:
        """Add the name of somebody to whom the entry is linked."""
        if not name or not is_storable(name, field, self._report_fault):
            return
        if len(name) > _PARTICULAR:
            self._report_fault(field, name, f"It has more than {_PARTICULAR:,} characters: see the summary.")
            self.add_to_summary(f"{ParticularKind.LINKED_TO.label.capitalize()}: {name}")
            return
        self._links[name] = None

    @property
    def links(self) -> tuple[str, ...]:
        """The names of those to whom the entry is linked, each once."""
        return tuple(self._links)

    def parse_day(self, day: str, text: str, field: str) -> str:
        """Return a day in EDTF; empty if it is not one, with a fault that shows ``text``, as the source wrote it."""
        try:
            return edtf.parse(day).text
        except InvalidDate as error:
            self._report_fault(field, text, f"{error} It was kept as a text.")
            return ""

    def report_fault(self, field: str, value: str, message: str) -> None:
        """Report a fault of the entry."""
        self._report_fault(field, value, message)

    def add_to_summary(self, paragraph: str) -> None:
        """Add a paragraph to the summary."""
        self._summary.append(collapse_spaces(paragraph))

    def document(self) -> Document:
        """Return the document of the actor, without empty keys."""
        document: Document = {
            "kind": str(self._kind or ""),
            "name": self.own_name,
            "names": list(self._names.values()),
            "identifiers": list(self._identifiers.values()),
            "summary": join_paragraphs(self._summary, "summary", self._report_fault),
            "particulars": list(self._particulars.values()),
        }
        return {key: value for key, value in document.items() if value}


def _row(**columns: str) -> dict[str, str]:
    return {name: str(text) for name, text in columns.items() if text}


def _add_once(rows: dict[_RowKey, dict[str, str]], row: dict[str, str]) -> None:
    rows.setdefault(tuple(row.items()), row)


def _bracketed(note: str) -> str:
    return f" ({note})" if note else ""
