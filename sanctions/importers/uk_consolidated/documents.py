"""Passports and national identification numbers: what in their columns is a number, and what is told of it.

The older form has both in one text, ``G827238 (Tunisian). Issued on 1 June 1996``, the newer has a column for each.
A text of which it is not certain what the number is stands in the summary, whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from sanctions.importers.dossier import Dossier
from sanctions.importers.numbers import number_in
from sanctions.importers.uk_consolidated.groups import Group
from sanctions.importers.uk_consolidated.numbered import numbered
from sanctions.vocabulary import IdentifierScheme


@dataclass(frozen=True, slots=True)
class Document:
    """A kind of document: its columns in both forms, its scheme, the words in a label that mean nothing else."""

    name: str
    numbers: tuple[str, ...]
    details: str
    scheme: IdentifierScheme
    words: frozenset[str]


#: In the older form "Passport Details" holds the number too.
PASSPORT: Final = Document(
    "Passport", ("Passport Number",), "Passport Details", IdentifierScheme.PASSPORT, frozenset({"passport"})
)
NATIONAL_ID: Final = Document(
    "National identification",
    ("National Identification Number", "NI Number"),
    "NI Details",
    IdentifierScheme.NATIONAL_ID,
    frozenset({"national", "identification", "identity", "id", "ni", "civil"}),
)


def add_documents(group: Group, document: Document, dossier: Dossier) -> None:
    """Add the documents of one kind that a group has."""
    for *numbers, details in group.each(*document.numbers, document.details):
        texts = list(filter(None, numbers))
        for text in texts or [details]:
            _add_all(numbered(text), numbered(details) if texts and details else [], document, dossier)


def _add_all(numbers: list[str], details: list[str], document: Document, dossier: Dossier) -> None:
    """Add numbers, with the details that are told in the same order; those that are not are told apart."""
    if len(details) not in (0, len(numbers)):
        dossier.say(f"{document.name} details: {'; '.join(filter(None, details))}")
        details = []
    for number, detail in zip_longest(numbers, details, fillvalue=""):
        _add(number, detail, document, dossier)


def _add(text: str, detail: str, document: Document, dossier: Dossier) -> None:
    found = number_in(text)
    if found is None:
        if told := "; ".join(filter(None, (text, detail))):
            dossier.say(f"{document.name}: {told}")
        return
    is_other = bool(found.label) and document.words.isdisjoint(found.label.lower().split())
    dossier.identifier(
        IdentifierScheme.OTHER_DOCUMENT if is_other else document.scheme,
        found.number,
        document.name,
        note="; ".join(filter(None, (found.label, found.rest, detail))),
    )
