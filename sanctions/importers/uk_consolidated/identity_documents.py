"""Read passports and national identification numbers: the numbers in their columns, and the details.

The older form has both in one text, ``G827238 (Tunisian). Issued on 1 June 1996``, the newer has a column for each.
A text in which the number is not certain goes into the summary unchanged.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from sanctions.importers.snapshots.actor_builder import ActorBuilder
from sanctions.importers.texts.document_numbers import find_document_number
from sanctions.importers.uk_consolidated.group import UkGroup
from sanctions.importers.uk_consolidated.numbered_values import split_numbered
from sanctions.vocabulary import IdentifierScheme


@dataclass(frozen=True, slots=True)
class DocumentColumns:
    """A kind of document: its columns in both forms, its scheme, and words of labels that mean this kind."""

    name: str
    numbers: tuple[str, ...]
    details: str
    scheme: IdentifierScheme
    words: frozenset[str]


#: In the older form "Passport Details" holds the number too.
PASSPORT: Final = DocumentColumns(
    "Passport", ("Passport Number",), "Passport Details", IdentifierScheme.PASSPORT, frozenset({"passport"})
)
NATIONAL_ID: Final = DocumentColumns(
    "National identification",
    ("National Identification Number", "NI Number"),
    "NI Details",
    IdentifierScheme.NATIONAL_ID,
    frozenset({"national", "identification", "identity", "id", "ni", "civil"}),
)


def add_documents(group: UkGroup, document: DocumentColumns, actor: ActorBuilder) -> None:
    """Add the documents of one kind that a group has."""
    for *numbers, details in group.each(*document.numbers, document.details):
        texts = list(filter(None, numbers))
        for text in texts or [details]:
            _add_all(split_numbered(text), split_numbered(details) if texts and details else [], document, actor)


def _add_all(numbers: list[str], details: list[str], document: DocumentColumns, actor: ActorBuilder) -> None:
    """Add numbers with their details. If there is not one detail for each number, the details go into the summary."""
    if len(details) not in (0, len(numbers)):
        actor.add_to_summary(f"{document.name} details: {'; '.join(filter(None, details))}")
        details = []
    for number, detail in zip_longest(numbers, details, fillvalue=""):
        _add(number, detail, document, actor)


def _add(text: str, detail: str, document: DocumentColumns, actor: ActorBuilder) -> None:
    number = find_document_number(text)
    if number is None:
        if full_text := "; ".join(filter(None, (text, detail))):
            actor.add_to_summary(f"{document.name}: {full_text}")
        return
    is_other = bool(number.label) and document.words.isdisjoint(number.label.lower().split())
    actor.add_identifier(
        IdentifierScheme.OTHER_DOCUMENT if is_other else document.scheme,
        number.number,
        document.name,
        note="; ".join(filter(None, (number.label, number.rest, detail))),
    )
