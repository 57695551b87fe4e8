"""Describe the Federal Register as a source of executive orders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from sanctions.importers.base import RawFile
from sanctions.importers.federal_register.parse import ParsedDocuments, read_csv, read_json
from sanctions.records.base import Document
from sanctions.vocabulary import ActorKind


@dataclass(frozen=True, slots=True)
class DocumentForm:
    """A form in which the documents are published: how the names of its files end, and the function that reads them.

    The function raises :class:`~sanctions.exceptions.UnreadableList`.
    """

    name: str
    endings: tuple[str, ...]
    read: Callable[[Sequence[RawFile]], ParsedDocuments]


@dataclass(frozen=True, slots=True)
class PresidentialDocuments:
    """A source of the President's orders: its names, its publisher, the issuer of the orders, its forms.

    ``publisher`` and ``issuer`` are documents of actors, each written unless an actor with its slug exists.
    """

    name: str
    title: str
    publisher: Document
    issuer: Document
    forms: tuple[DocumentForm, ...]


#: The office that issues executive orders, proclamations and notices.
PRESIDENT: Final[Document] = {
    "slug": "us-president",
    "kind": ActorKind.GOVERNMENT_BODY.value,
    "name": "President of the United States (office)",
}

FEDERAL_REGISTER: Final = PresidentialDocuments(
    name="federal-register",
    title="Federal Register: presidential documents",
    publisher={
        "slug": "us-office-of-the-federal-register",
        "kind": ActorKind.GOVERNMENT_BODY.value,
        "name": "Office of the Federal Register",
    },
    issuer=PRESIDENT,
    forms=(
        DocumentForm("CSV", (".csv",), read_csv),
        DocumentForm("JSON", (".json",), read_json),
    ),
)
