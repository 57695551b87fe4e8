"""The lists of OFAC: what they are, who publishes them, in which files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Final

from sanctions.importers.base import FileRole, Files, Form, ListEntry, ParsedList, PublishedList
from sanctions.importers.ofac.parse_csv import read_parties
from sanctions.importers.ofac.parse_enhanced import EnhancedParties
from sanctions.importers.ofac.parse_xml import XmlParties
from sanctions.importers.ofac.party import OfacParty
from sanctions.importers.ofac.to_entries import to_entry
from sanctions.records.base import Document
from sanctions.vocabulary import ActorKind, IdentifierScheme


def _read_csv(files: Files) -> ParsedList:
    # The files do not state their day: it is given with the import.
    reading = ParsedList(iter(()))
    found = read_parties(files, reading.faults, reading.unread, reading.unidentified)
    reading.entries = _entries(found, reading)
    return reading


def _read_xml(files: Files) -> ParsedList:
    reading = ParsedList(iter(()))
    found = XmlParties(files["main"], reading.faults, reading.unread, reading.unidentified)
    reading.as_of, reading.total = found.published, found.total
    reading.entries = _entries(found, reading)
    return reading


def _read_enhanced(listed: str, files: Files) -> ParsedList:
    reading = ParsedList(iter(()))
    found = EnhancedParties(files["main"], reading.faults, reading.unread, listed, reading.unidentified)
    reading.as_of = found.published
    reading.entries = _entries(found, reading)
    return reading


def _entries(found: Iterable[OfacParty], reading: ParsedList) -> Iterator[ListEntry]:
    return (entry for party in found if (entry := to_entry(party, reading.faults, reading.unread)))


def _forms(main: str, prefix: str, xml: str, enhanced: str, listed: str) -> tuple[Form, ...]:
    return (
        Form(
            "csv",
            (
                FileRole("main", (main,)),
                FileRole("addresses", (f"{prefix}add.csv",), is_needed=False),
                FileRole("aliases", (f"{prefix}alt.csv",), is_needed=False),
                FileRole("comments", (f"{prefix}comments.csv",), is_needed=False),
            ),
            _read_csv,
        ),
        Form("xml", (FileRole("main", (xml,)),), _read_xml),
        Form("enhanced xml", (FileRole("main", (enhanced,)),), partial(_read_enhanced, listed)),
    )


_PUBLISHER: Final[Document] = {
    "slug": "us-ofac",
    "kind": str(ActorKind.GOVERNMENT_BODY),
    "name": "Office of Foreign Assets Control",
}
SDN: Final = PublishedList(
    name="ofac-sdn",
    title="Specially Designated Nationals and Blocked Persons List",
    abbreviation="ofac",
    publisher=_PUBLISHER,
    program_scheme=IdentifierScheme.OFAC_PROGRAM,
    forms=_forms("sdn.csv", "", "sdn.xml", "sdn_enhanced.xml", "SDN List"),
)
CONSOLIDATED: Final = PublishedList(
    name="ofac-consolidated",
    title="OFAC Consolidated Sanctions List (non-SDN)",
    abbreviation="ofac",
    publisher=_PUBLISHER,
    program_scheme=IdentifierScheme.OFAC_PROGRAM,
    forms=_forms("prim.csv", "cons_", "consolidated.xml", "cons_enhanced.xml", "Consolidated List"),
)
