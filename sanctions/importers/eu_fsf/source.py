"""The consolidated list of the European Union: what it is, who publishes it, in which files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sanctions.importers.base import FileRole, Files, Form, ListEntry, ParsedList, PublishedList
from sanctions.importers.eu_fsf import parse_csv, parse_xml
from sanctions.importers.eu_fsf.entry import EuFile
from sanctions.importers.eu_fsf.to_entries import to_entry
from sanctions.vocabulary import ActorKind, IdentifierScheme


def _read_csv(files: Files) -> ParsedList:
    return _reading(parse_csv.read_file(files["list"]))


def _read_xml(files: Files) -> ParsedList:
    return _reading(parse_xml.read_file(files["list"]))


def _reading(found: EuFile) -> ParsedList:
    return ParsedList(_entries(found), found.as_of, found.faults, found.unread, found.unidentified, found.total)


def _entries(found: EuFile) -> Iterator[ListEntry]:
    for subject in found.subjects:
        if entry := to_entry(subject, found.faults, found.unread):
            yield entry


EU_FSF: Final = PublishedList(
    name="eu-fsf",
    title="EU consolidated list of persons, groups and entities subject to financial sanctions",
    abbreviation="eu",
    publisher={"slug": "european-union", "kind": str(ActorKind.INTERGOVERNMENTAL), "name": "European Union"},
    program_scheme=IdentifierScheme.EU_PROGRAMME,
    forms=(
        Form("csv", (FileRole("list", (".csv",)),), _read_csv),
        Form("xml", (FileRole("list", (".xml",)),), _read_xml),
    ),
)
