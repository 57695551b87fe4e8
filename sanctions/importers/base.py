"""What a source says, in one shape: whatever the format, a reader yields entries of a list or documents of records.

Nothing here or in a reader touches the database. :mod:`sanctions.importers.plan` compares what was read with what is
there, and :mod:`sanctions.importers.write` writes it.
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

#: The beginning of keys of records that are named by their slug: the publisher, and the files of a snapshot.
FIXED: Final = "="
#: Stands among the unread keys of an entry for the programs that it is listed under.
PROGRAMS: Final = "programs"
#: How the reasons of what imports write begin.
REASON: Final = "Import of "
#: Bytes that are read at once where a whole file is gone through.
BLOCK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class RawFile:
    """A file as it was published: its name, how to open it, its length in bytes and its SHA-256."""

    name: str
    open: Callable[[], AbstractContextManager[BinaryIO]]
    size: int
    sha256: str

    @classmethod
    def of_path(cls, path: Path) -> RawFile:
        """Return the file at a path; raise `OSError`."""
        digest, size = hashlib.sha256(), 0
        with path.open("rb") as opened:
            while block := opened.read(BLOCK):
                digest.update(block)
                size += len(block)
        return cls(path.name, lambda: path.open("rb"), size, digest.hexdigest())

    @classmethod
    def of_bytes(cls, name: str, content: bytes) -> RawFile:
        """Return a file whose content is in memory."""
        return cls(name, lambda: BytesIO(content), len(content), hashlib.sha256(content).hexdigest())


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in a file that was not understood: where, in which field, what stands there, what is allowed."""

    place: str
    field: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class Listing:
    """That an entry stands on its list under one program (its tag; empty if the list names none).

    ``listed_on`` is the day of listing that the list itself states (EDTF), empty if it states none.
    """

    program: str
    listed_on: str = ""
    remarks: str = ""


@dataclass(frozen=True, slots=True)
class Cited:
    """A file of the snapshot that says something of an entry: its role, of which field, and where it says it."""

    role: str
    field: str = ""
    pinpoint: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list: its id there, its actor, under which programs it is listed.

    ``actor`` is the document of an actor without slug and citations. ``links`` are the names of those that the list
    says it is linked to; what no entry of the list is called by becomes a particular. ``place`` tells where it stands.
    ``unread`` has the keys of the actor's document, and :data:`PROGRAMS`, of which something could not be read: there
    what the source said before stands. A kind that could not be read is missing in the document.
    """

    key: str
    actor: Document
    listings: tuple[Listing, ...]
    place: str
    links: tuple[str, ...] = ()
    cited: tuple[Cited, ...] = ()
    unread: frozenset[str] = frozenset()


@dataclass(slots=True)
class Reading:
    """What was read of a list: the day of the snapshot if the files state one, its entries one by one, the faults.

    ``entries`` must be exhausted before ``faults``, ``unread`` and ``unidentified`` are complete. ``unread`` has the
    ids of entries that are in the files and could not be read: they are still on the list. ``unidentified`` has the
    names, empty if there is none, of those whose ids could not be read.
    """

    entries: Iterator[Entry]
    as_of: date | None = None
    faults: list[Fault] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    unidentified: list[str] = field(default_factory=list)
    #: How many entries the files have, where this is known beforehand.
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """One of the files that make a snapshot: its name here, the ends of names it is known by, whether it must be there.

    All are in lower case.
    """

    name: str
    endings: tuple[str, ...]
    is_needed: bool = True


#: The files of a snapshot by their role.
Files = Mapping[str, RawFile]


@dataclass(frozen=True, slots=True)
class PublishedList:
    """A list of designations that somebody publishes: how it is called, who publishes it, in which forms it is read.

    ``publisher`` is the document of an actor, used where there is none with its slug. ``abbreviation`` begins the
    slugs of what the list brings. A list comes in several ``forms``; each is a set of roles and the function that reads
    their files, which raises :class:`~sanctions.exceptions.UnreadableList`.
    """

    name: str
    title: str
    abbreviation: str
    publisher: Document
    program_scheme: IdentifierScheme
    forms: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """A form in which a source is published: the roles of its files, and the function that reads them."""

    name: str
    roles: tuple[Role, ...]
    read: Callable[[Files], Reading]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a source says of one record: under which key of its own, of which type, in which document.

    The document has the slug that the record is to have if it is new, and refers to others by those slugs. ``place``
    tells where the source says it.
    """

    key: str
    record_type: RecordType
    document: Document
    place: str


#: Told of which stage how many more are done, of how many if this is known.
Progress = Callable[[str, int, int | None], object]


def silent(what: str, done: int, total: int | None) -> None:
    """Tell nobody of the progress."""


@dataclass(slots=True)
class Spoken:
    """What a source says: its contributions, its files by role, its day, how many entries, what was not understood.

    ``unread`` has the ids of entries that are in the files and could not be read, ``unread_entries`` counts these and
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


#: The files that somebody hands in: in any order, known by their names, or each by its role.
Given = Sequence[RawFile] | Mapping[str, RawFile]


@dataclass(frozen=True, slots=True)
class Importable:
    """A source that can be imported: its name, its title, what it expects, and how to let it speak.

    ``speak`` takes the files, the day of the snapshot if somebody gives one, and whom to tell of the progress; it
    raises :class:`~sanctions.exceptions.UnreadableList`.
    """

    name: str
    title: str
    expects: str
    speak: Callable[[Given, date | None, Progress], Spoken]


def by_role(roles: Sequence[Role], files: Sequence[RawFile]) -> dict[str, RawFile] | None:
    """Return the files by their roles, each known by the end of its name; ``None`` if they are not what is needed."""
    found: dict[str, RawFile] = {}
    for file in files:
        fitting = [role for role in roles if file.name.lower().endswith(role.endings)]
        # The longest ending decides: "cons_prim.csv" ends with "prim.csv".
        role = max(fitting, key=lambda one: max(len(end) for end in one.endings), default=None)
        if role is None or role.name in found:
            return None
        found[role.name] = file
    missing = [role for role in roles if role.is_needed and role.name not in found]
    return None if missing else found
