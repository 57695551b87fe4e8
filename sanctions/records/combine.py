"""The documents of two records of the same thing, put into one; and those of others, with their references moved.

Pure functions on documents in their normal form. What is left out on the way is told, so that a person can judge
whether two records may be merged before they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import models

from sanctions.models import Record
from sanctions.records.base import (
    CITATIONS,
    NAMES,
    Codes,
    Document,
    Key,
    RecordType,
    Ref,
    Refs,
    Rows,
    part_model,
    target,
)
from sanctions.records.encode import normalise
from sanctions.records.row_identity import identity_keys
from sanctions.vocabulary import NameKind

#: The row or field that a citation supports, as in "effects[2].effective_on".
_FIELD: Final = re.compile(r"\A(\w+)(?:\[(\d+)\])?(.*)\Z", re.DOTALL)
#: Rows that say nothing if they lead from a record to itself, by the key that leads there.
_NOT_TO_ITSELF: Final = {"relationships": "to", "relations": "to_order"}
_UNSUPPORTING: Final = "the citation of {} for {} goes with what it was for."
#: Where the rows of each key of a document went: key → old place → new place; ``None`` if the row is gone.
_Places = dict[str, dict[int, int | None]]


@dataclass(frozen=True, slots=True)
class MergeNote:
    """What a merge does that nobody would guess: in which record, where in it, and what."""

    record: str
    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.record}, {self.path}: {self.message}" if self.path else f"{self.record}: {self.message}"


@dataclass(frozen=True, slots=True)
class Combined:
    """A document that was put together, and what is to be told of it."""

    document: Document
    notes: tuple[MergeNote, ...]


@dataclass(frozen=True, slots=True)
class Renaming:
    """One record of the model that goes by another slug from now on."""

    model: type[Record]
    old: str
    new: str


def move_references(record_type: RecordType, document: Document, renaming: Renaming) -> Combined:
    """Return a document whose references to the old record point to the new one.

    Rows that have become the same are one row then; a row that leads from its record to itself is gone.
    """
    work = _Work(f"{record_type.name} {document['slug']}", renaming)
    found: Document = {}
    places: _Places = {}
    for key in record_type.keys:
        if key.name not in document:
            continue
        if isinstance(key, Rows):
            model = part_model(record_type.model, key)
            rows = [_renamed(model, key.keys, row, renaming) for row in document[key.name]]
            changed = [row != before for row, before in zip(rows, document[key.name], strict=True)]
            found[key.name], places[key.name] = work.rows(model, key, rows, changed, str(document["slug"]))
        else:
            found |= _renamed(record_type.model, (key,), document, renaming)
    found = _cited(found, places, work)
    return Combined(normalise(record_type, found), tuple(work.notes))


def combine_documents(record_type: RecordType, kept: Document, dropped: Document) -> Combined:
    """Return what the kept record says once the other is merged into it.

    What the kept record says stands; where it is silent the other speaks. Sets and rows are those of both, the rows of
    the kept record first; the other's name becomes an alias where the noun has such.
    """
    renaming = Renaming(record_type.model, str(dropped["slug"]), str(kept["slug"]))
    own, other = move_references(record_type, kept, renaming), move_references(record_type, dropped, renaming)
    work = _Work(f"{record_type.name} {kept['slug']}", renaming, [*own.notes, *other.notes])
    return _Combination(record_type, own.document, other.document, work).result()


class _Combination:
    """Two documents becoming one."""

    def __init__(self, record_type: RecordType, own: Document, other: Document, work: _Work) -> None:
        self.record_type, self.own, self.other, self.work = record_type, own, other, work
        self.slug = str(own["slug"])
        #: Where the other's rows went.
        self.places: _Places = {}
        #: The keys whose values of the other are left out.
        self.gone: set[str] = set()

    def result(self) -> Combined:
        found: Document = {}
        for key in self.record_type.keys:
            if key.name not in ("slug", "absences", CITATIONS.name):
                found[key.name] = self._content(key)
        self._keep_name()
        for name in sorted(self.gone):
            self.work.tell(name, f"stays {self.own[name]!r}; {self.other[name]!r} is left out.")
        found = {"slug": self.slug} | {name: value for name, value in found.items() if value not in (None, "", [], {})}
        absences = {**self.other.get("absences", {}), **self.own.get("absences", {})}
        found["absences"] = {name: code for name, code in absences.items() if name not in found}
        if CITATIONS in self.record_type.keys:
            found[CITATIONS.name] = self._rows(CITATIONS, self._citations())
        return Combined(normalise(self.record_type, found), tuple(self.work.notes))

    def _content(self, key: Key) -> Any:
        mine, theirs = self.own.get(key.name), self.other.get(key.name)
        if isinstance(key, Rows):
            return self._rows(key, [*(theirs or ()), *(self._alias() if key == NAMES else ())])
        if isinstance(key, Refs | Codes):
            return sorted({*(mine or ()), *(theirs or ())})
        if None not in (mine, theirs) and mine != theirs:
            self.gone.add(key.name)
        return theirs if mine is None else mine

    def _rows(self, key: Rows, come: Sequence[Document]) -> list[Document]:
        rows = self.own.get(key.name, [])
        flags = [False] * len(rows) + [True] * len(come)
        model = part_model(self.record_type.model, key)
        found, places = self.work.rows(model, key, [*rows, *come], flags, self.slug)
        self.places[key.name] = {place - len(rows): new for place, new in places.items() if place >= len(rows)}
        return found

    def _alias(self) -> list[Document]:
        """Return the name of the other as an alias, unless the kept record goes by it anyway."""
        text = self.other[self.record_type.label]
        known = {self.own[self.record_type.label], *(row["text"] for row in self.own.get(NAMES.name, ()))}
        return [] if text in known else [{"kind": str(NameKind.ALIAS), "text": text}]

    def _keep_name(self) -> None:
        """Take note that the name of the other is not left out, where it has become an alias."""
        label = self.record_type.label
        if label in self.gone and NAMES in self.record_type.keys:
            self.gone.discard(label)
            self.places[label] = {0: self.places[NAMES.name].get(len(self.other.get(NAMES.name, ())))}

    def _citations(self) -> list[Document]:
        """Return the citations of the other as those of the kept record: for the rows where they stand now.

        A citation for a value that is left out supports nothing that is said.
        """
        label, found = self.record_type.label, []
        for row in self.other.get(CITATIONS.name, ()):
            name, place, rest = _parsed(row)
            went = self.places.get(name, {})
            if name == label and label in self.places:
                found.append({**row, "field": NAMES.name if went[0] is None else f"{NAMES.name}[{went[0]}].text"})
            elif name in self.gone or (place is not None and name in self.places and went.get(place) is None):
                self.work.tell(CITATIONS.name, _UNSUPPORTING.format(row["source"], row["field"]))
            elif place is not None and name in self.places:
                found.append({**row, "field": f"{name}[{went[place]}]{rest}"})
            else:
                found.append(row)
        return found


def remaining_document(record_type: RecordType, dropped: Document) -> Document:
    """Return what a record still says that was merged into another: all but the parts that have slugs of their own.

    These go over, so that references to them stay right.
    """
    slugged = {key.name for key in record_type.rows if any(part.name == "slug" for part in key.keys)}
    rest = {name: value for name, value in dropped.items() if name not in slugged}
    if CITATIONS.name in rest:
        rest[CITATIONS.name] = [row for row in rest[CITATIONS.name] if _parsed(row)[0] not in slugged]
    return normalise(record_type, rest)


def _parsed(row: Document) -> tuple[str, int | None, str]:
    found = _FIELD.match(row.get("field", ""))
    if found is None:
        return "", None, ""
    name, place, rest = found.groups()
    return name, None if place is None else int(place), rest


def _cited(document: Document, places: _Places, work: _Work) -> Document:
    """Return a document whose citations name rows by their new places; what supports a row that is gone goes too."""
    if CITATIONS.name not in document:
        return document
    rows = []
    for row in document[CITATIONS.name]:
        name, place, rest = _parsed(row)
        if place is None or place not in places.get(name, {}):
            rows.append(row)
        elif (new := places[name][place]) is None:
            work.tell(CITATIONS.name, _UNSUPPORTING.format(row["source"], row["field"]))
        else:
            rows.append({**row, "field": f"{name}[{new}]{rest}"})
    return {**document, CITATIONS.name: rows}


def _renamed(model: type[models.Model], keys: Sequence[Key], document: Document, renaming: Renaming) -> Document:
    """Return the keys of an object, its references moved."""
    found: Document = {}
    for key in keys:
        if key.name not in document:
            continue
        value = document[key.name]
        if isinstance(key, Ref) and target(model, key) is renaming.model and value == renaming.old:
            value = renaming.new
        elif isinstance(key, Refs) and target(model, key) is renaming.model:
            value = sorted({renaming.new if slug == renaming.old else slug for slug in value})
        found[key.name] = value
    return found


@dataclass(slots=True)
class _Work:
    """Rows being put together, and what is told of it."""

    record: str
    renaming: Renaming
    notes: list[MergeNote] = field(default_factory=list)

    def tell(self, path: str, message: str) -> None:
        self.notes.append(MergeNote(self.record, path, message))

    def rows(
        self, model: type[models.Model], key: Rows, rows: Sequence[Document], changed: Sequence[bool], owner: str
    ) -> tuple[list[Document], dict[int, int | None]]:
        """Return the rows without those that say what another says, and where each went.

        Rows that neither came in nor were changed stay as they are.
        """
        found: list[Document] = []
        places: dict[int, int | None] = {}
        #: What makes a row the same as another → its place, and whether it came in or was changed.
        seen: dict[Any, tuple[int, bool]] = {}
        for place, (row, new) in enumerate(zip(rows, changed, strict=True)):
            if self._to_itself(key, row, owner):
                self.tell(f"{key.name}[{place}]", "leads from the record to itself now, and goes.")
                places[place] = None
                continue
            same = _identity(model, key, row)
            if same in seen and (new or seen[same][1]):
                where = seen[same][0]
                places[place] = where
                found[where] = self._filled(f"{key.name}[{where}]", found[where], row)
                continue
            seen.setdefault(same, (len(found), new))
            places[place] = len(found)
            found.append(row)
        return found, places

    def _to_itself(self, key: Rows, row: Document, owner: str) -> bool:
        return key.name in _NOT_TO_ITSELF and row.get(_NOT_TO_ITSELF[key.name]) == owner

    def _filled(self, path: str, row: Document, other: Document) -> Document:
        """Return a row with what the other of the same says beyond it."""
        for name, value in other.items():
            if name in row and row[name] != value:
                self.tell(f"{path}.{name}", f"stays {row[name]!r}; {value!r} is left out.")
        self.tell(path, "was there twice, and is one row now.")
        return {**other, **row}


def _identity(model: type[models.Model], key: Rows, row: Document) -> Any:
    """Return what makes a row the same as another of its record: by the database's rules, or all that it says."""
    if names := identity_keys(model, key):
        return tuple(_frozen(row.get(name)) for name in names)
    return _frozen(row)


def _frozen(value: Any) -> Any:
    match value:
        case dict():
            return tuple(sorted((name, _frozen(inner)) for name, inner in value.items()))
        case list():
            return tuple(map(_frozen, value))
    return (type(value).__name__, value)
