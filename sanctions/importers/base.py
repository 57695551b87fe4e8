"""The shapes that every source is read into, whatever its format: entries of a list, or documents of records.

Nothing here and no reader touches the database. :mod:`sanctions.importers.plan.planning` compares what was read with
the records, and :mod:`sanctions.importers.write` writes it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Final

from sanctions.records.base import Document, RecordType
from sanctions.vocabulary import IdentifierScheme

#: Keys that begin so belong to records which a source needs and does not describe: its publisher, programs and files.
FIXED: Final = "="
#: A member of the unread keys of an entry: the programs that it is listed under.
PROGRAMS: Final = "programs"
#: The beginning of the reason of everything that an import writes.
REASON: Final = "Import of "
#: Bytes per read where a file is read from beginning to end.
BLOCK_SIZE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class RawFile:
    """A published file: its name, a function that opens it, its length in bytes and its SHA-256."""

    name: str
    open: Callable[[], AbstractContextManager[BinaryIO]]
    size: int
    sha256: str

    @classmethod
    def of_path(cls, path: Path) -> RawFile:
        """Return the file at a path. Raise `OSError`."""
        digest, size = hashlib.sha256(), 0
        with path.open("rb") as opened:
            while block := opened.read(BLOCK_SIZE):
                digest.update(block)
                size += len(block)
        return cls(path.name, lambda: path.open("rb"), size, digest.hexdigest())

    @classmethod
    def of_bytes(cls, name: str, content: bytes) -> RawFile:
        """Return a file whose content is in memory."""
        return cls(name, lambda: BytesIO(content), len(content), hashlib.sha256(content).hexdigest())


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in a file that was not understood: its place and field, the value found, what is allowed."""

    place: str
    field: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class EntryListing:
    """The listing of an entry under one program, given by its tag; empty if the list names none.

    ``listed_on`` is the day of listing that the list itself states (EDTF), empty if it states none.
    """

    program: str
    listed_on: str = ""
    remarks: str = ""


@dataclass(frozen=True, slots=True)
class EntryCitation:
    """A citation of one of the snapshot's files: its role, the field that it supports, the place within the file."""

    role: str
    field: str = ""
    pinpoint: str = ""


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One entry of a list: its id there, its actor, and its listings under programs.

    ``actor`` is the document of an actor without slug and citations. A kind that could not be read is missing in it.
    ``links`` are names of others on the list; a name that no entry has becomes a particular. ``place`` is its place in
    the file. ``unread`` has the keys of the actor's document that could not be fully read, or :data:`PROGRAMS`: for
    these the statement of the previous snapshot is kept.
    """

    key: str
    actor: Document
    listings: tuple[EntryListing, ...]
    place: str
    links: tuple[str, ...] = ()
    cited: tuple[EntryCitation, ...] = ()
    unread: frozenset[str] = frozenset()


@dataclass(slots=True)
class ParsedList:
    """A list as it was read: its entries one by one, the faults, and the day of the snapshot if the files state one.

    ``faults``, ``unread`` and ``unidentified`` are complete once ``entries`` is exhausted. ``unread`` has the ids of
    entries that are in the files and could not be read: they are still listed. ``unidentified`` has one name, perhaps
    empty, for each entry whose id could not be read.
    """

    entries: Iterator[ListEntry]
    as_of: date | None = None
    faults: list[Fault] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    unidentified: list[str] = field(default_factory=list)
    #: The number of entries, if the files state it.
    total: int | None = None


@dataclass(frozen=True, slots=True)
class FileRole:
    """One of the files of a snapshot: the name of the role, the endings of file names that have it, in lower case."""

    name: str
    endings: tuple[str, ...]
    is_needed: bool = True


#: The files of a snapshot by their role.
Files = Mapping[str, RawFile]


@dataclass(frozen=True, slots=True)
class PublishedList:
    """A published list of designations: its names, its publisher, the forms in which it is published.

    ``publisher`` is the document of an actor, written unless an actor with its slug exists. Slugs of imported records
    begin with the ``abbreviation``.
    """

    name: str
    title: str
    abbreviation: str
    publisher: Document
    program_scheme: IdentifierScheme
    forms: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """A form in which a list is published: the roles of its files, and the function that reads them.

    The function raises :class:`~sanctions.exceptions.UnreadableList`.
    """

    name: str
    roles: tuple[FileRole, ...]
    read: Callable[[Files], ParsedList]


@dataclass(frozen=True, slots=True)
class Contribution:
    """The document that a source gives for one record, under a key of the source.

    The document has the slug that the record gets if it is new, and refers to others by those slugs. ``place`` is its
    place in the files.
    """

    key: str
    record_type: RecordType
    document: Document
    place: str


#: Called with a stage, how many more of it are done, and the total if it is known.
Progress = Callable[[str, int, int | None], object]


def no_progress(stage: str, done: int, total: int | None) -> None:
    """Ignore the progress."""


@dataclass(slots=True)
class SourceContent:
    """The content of a source: its contributions, its files by role, its day, the number of entries, the faults.

    ``unread`` has the ids of entries that are in the files and could not be read; ``unread_entries`` counts these and
    those without an id. ``more`` has figures that only this source has.
    """

    contributions: Iterable[Contribution]
    files: Files
    faults: list[Fault]
    entries: int
    as_of: date | None = None
    unread_entries: int = 0
    more: dict[str, Any] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()


#: The files to import: in any order, recognised by their names, or by role.
GivenFiles = Sequence[RawFile] | Mapping[str, RawFile]


@dataclass(frozen=True, slots=True)
class ImportSource:
    """A source that can be imported: its name, its title, the files that it expects, and the function that reads them.

    ``read`` takes the files, the day of the snapshot if it was given, and a progress callback. It raises
    :class:`~sanctions.exceptions.UnreadableList`.
    """

    name: str
    title: str
    expects: str
    read: Callable[[GivenFiles, date | None, Progress], SourceContent]


def match_roles(roles: Sequence[FileRole], files: Sequence[RawFile]) -> dict[str, RawFile] | None:
    """Return the files by their roles, recognised by their names; ``None`` if a file is missing or too many."""
    by_role: dict[str, RawFile] = {}
    for file in files:
        matching = [role for role in roles if file.name.lower().endswith(role.endings)]
        # The longest ending decides: "cons_prim.csv" ends with "prim.csv".
        role = max(matching, key=lambda role: max(map(len, role.endings)), default=None)
        if role is None or role.name in by_role:
            return None
        by_role[role.name] = file
    is_complete = all(role.name in by_role for role in roles if role.is_needed)
    return by_role if is_complete else None
