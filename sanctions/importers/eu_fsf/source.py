"""The consolidated list of the European Union: what it is, who publishes it, in which files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sanctions.importers.base import Entry, Files, Form, PublishedList, Reading, Role
from sanctions.importers.eu_fsf import parse_csv, parse_xml
from sanctions.importers.eu_fsf.entries import entry_of
from sanctions.importers.eu_fsf.subjects import Snapshot
from sanctions.vocabulary import ActorKind, IdentifierScheme


def _read_csv(files: Files) -> Reading:
    return _reading(parse_csv.snapshot(files["list"]))


def _read_xml(files: Files) -> Reading:
    return _reading(parse_xml.snapshot(files["list"]))


def _reading(found: Snapshot) -> Reading:
    return Reading(_entries(found), found.as_of, found.faults, found.unread, found.unidentified, found.total)


def _entries(found: Snapshot) -> Iterator[Entry]:
    for subject in found.subjects:
        if entry := entry_of(subject, found.faults, found.unread):
            yield entry


EU_FSF: Final = PublishedList(
    name="eu-fsf",
    title="EU consolidated list of persons, groups and entities subject to financial sanctions",
    abbreviation="eu",
    publisher={"slug": "european-union", "kind": str(ActorKind.INTERGOVERNMENTAL), "name": "European Union"},
    program_scheme=IdentifierScheme.EU_PROGRAMME,
    forms=(Form("csv", (Role("list", (".csv",)),), _read_csv), Form("xml", (Role("list", (".xml",)),), _read_xml)),
)
