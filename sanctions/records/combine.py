"""Combine the documents of two records of the same thing, and move the references of other documents.

Pure functions on normalized documents. They also return notes about what is left out, so that a person can judge the
merge before it is made.
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
#: Rows that mean nothing if they refer to their own record, with the key that refers to it.
_NOT_TO_ITSELF: Final = {"relationships": "to", "relations": "to_order"}
_UNSUPPORTING: Final = "the citation of {} for {} is removed with the value that it supports."
#: New places of the rows of each key of a document: key → old place → new place; ``None`` if the row was removed.
_Places = dict[str, dict[int, int | None]]


@dataclass(frozen=True, slots=True)
class MergeNote:
    """A change by a merge that a reader would not expect: the record, the path in it, and a message."""

    record: str
    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.record}, {self.path}: {self.message}" if self.path else f"{self.record}: {self.message}"


@dataclass(frozen=True, slots=True)
class Combined:
    """A combined document, and notes about it."""

    document: Document
    notes: tuple[MergeNote, ...]


@dataclass(frozen=True, slots=True)
class Renaming:
    """A new slug for a record of the model."""

    model: type[Record]
    old: str
    new: str


def move_references(record_type: RecordType, document: Document, renaming: Renaming) -> Combined:
    """Return a document whose references to the old record point to the new one.

    Rows that become equal are combined into one; a row that would refer to its own record is removed.
    """
    work = _Work(f"{record_type.name} {document['slug']}", renaming)
    result: Document = {}
    places: _Places = {}
    for key in record_type.keys:
        if key.name not in document:
            continue
        if isinstance(key, Rows):
            model = part_model(record_type.model, key)
            rows = [_move_keys(model, key.keys, row, renaming) for row in document[key.name]]
            changed = [row != before for row, before in zip(rows, document[key.name], strict=True)]
            result[key.name], places[key.name] = work.rows(model, key, rows, changed, str(document["slug"]))
        else:
            result |= _move_keys(record_type.model, (key,), document, renaming)
    result = _move_citations(result, places, work)
    return Combined(normalise(record_type, result), tuple(work.notes))


def combine_documents(record_type: RecordType, kept: Document, dropped: Document) -> Combined:
    """Return the document of the kept record after the dropped one is merged into it.

    Values of the kept record win; values that only the dropped record has are added. Sets and rows are united, the rows
    of the kept record first. The dropped record's name becomes an alias if the noun has aliases.
    """
    renaming = Renaming(record_type.model, str(dropped["slug"]), str(kept["slug"]))
    moved_kept = move_references(record_type, kept, renaming)
    moved_dropped = move_references(record_type, dropped, renaming)
    work = _Work(f"{record_type.name} {kept['slug']}", renaming, [*moved_kept.notes, *moved_dropped.notes])
    return _Combination(record_type, moved_kept.document, moved_dropped.document, work).result()


class _Combination:
    """Two documents that are combined into one."""

    def __init__(self, record_type: RecordType, kept: Document, dropped: Document, work: _Work) -> None:
        self.record_type, self.kept, self.dropped, self.work = record_type, kept, dropped, work
        self.slug = str(kept["slug"])
        #: The new places of the dropped record's rows.
        self.places: _Places = {}
        #: The keys whose values in the dropped record are left out.
        self.left_out: set[str] = set()

    def result(self) -> Combined:
        document: Document = {}
        for key in self.record_type.keys:
            if key.name not in ("slug", "absences", CITATIONS.name):
                document[key.name] = self._content(key)
        self._keep_name()
        for name in sorted(self.left_out):
            self.work.note(name, f"stays {self.kept[name]!r}; {self.dropped[name]!r} is left out.")
        document = {name: value for name, value in document.items() if value not in (None, "", [], {})}
        document = {"slug": self.slug, **document}
        absences = {**self.dropped.get("absences", {}), **self.kept.get("absences", {})}
        document["absences"] = {name: code for name, code in absences.items() if name not in document}
        if CITATIONS in self.record_type.keys:
            document[CITATIONS.name] = self._rows(CITATIONS, self._citations())
        return Combined(normalise(self.record_type, document), tuple(self.work.notes))

    def _content(self, key: Key) -> Any:
        kept, dropped = self.kept.get(key.name), self.dropped.get(key.name)
        if isinstance(key, Rows):
            return self._rows(key, [*(dropped or ()), *(self._alias() if key == NAMES else ())])
        if isinstance(key, Refs | Codes):
            return sorted({*(kept or ()), *(dropped or ())})
        if None not in (kept, dropped) and kept != dropped:
            self.left_out.add(key.name)
        return dropped if kept is None else kept

    def _rows(self, key: Rows, added: Sequence[Document]) -> list[Document]:
        rows = self.kept.get(key.name, [])
        flags = [False] * len(rows) + [True] * len(added)
        model = part_model(self.record_type.model, key)
        found, places = self.work.rows(model, key, [*rows, *added], flags, self.slug)
        self.places[key.name] = {place - len(rows): new for place, new in places.items() if place >= len(rows)}
        return found

    def _alias(self) -> list[Document]:
        """Return the dropped record's name as an alias, unless the kept record has that name already."""
        text = self.dropped[self.record_type.label]
        known = {self.kept[self.record_type.label], *(row["text"] for row in self.kept.get(NAMES.name, ()))}
        return [] if text in known else [{"kind": str(NameKind.ALIAS), "text": text}]

    def _keep_name(self) -> None:
        """Store that the dropped record's name is not left out if it has become an alias."""
        label = self.record_type.label
        if label in self.left_out and NAMES in self.record_type.keys:
            self.left_out.discard(label)
            self.places[label] = {0: self.places[NAMES.name].get(len(self.dropped.get(NAMES.name, ())))}

    def _citations(self) -> list[Document]:
        """Return the citations of the dropped record, with the new places of the rows that they support.

        Citations of values that are left out are removed.
        """
        label, citations = self.record_type.label, []
        for row in self.dropped.get(CITATIONS.name, ()):
            name, place, rest = _parse_field(row)
            new_places = self.places.get(name, {})
            if name == label and label in self.places:
                alias = new_places[0]
                citations.append({**row, "field": NAMES.name if alias is None else f"{NAMES.name}[{alias}].text"})
            elif name in self.left_out or (place is not None and name in self.places and new_places.get(place) is None):
                self.work.note(CITATIONS.name, _UNSUPPORTING.format(row["source"], row["field"]))
            elif place is not None and name in self.places:
                citations.append({**row, "field": f"{name}[{new_places[place]}]{rest}"})
            else:
                citations.append(row)
        return citations


def remaining_document(record_type: RecordType, dropped: Document) -> Document:
    """Return the document that a merged record keeps: all but its parts with slugs.

    The kept record gets these parts, so that references to them stay valid.
    """
    slugged = {key.name for key in record_type.rows if any(part.name == "slug" for part in key.keys)}
    rest = {name: value for name, value in dropped.items() if name not in slugged}
    if CITATIONS.name in rest:
        rest[CITATIONS.name] = [row for row in rest[CITATIONS.name] if _parse_field(row)[0] not in slugged]
    return normalise(record_type, rest)


def _parse_field(row: Document) -> tuple[str, int | None, str]:
    found = _FIELD.match(row.get("field", ""))
    if found is None:
        return "", None, ""
    name, place, rest = found.groups()
    return name, None if place is None else int(place), rest


def _move_citations(document: Document, places: _Places, work: _Work) -> Document:
    """Return a document whose citations refer to rows by their new places, without those of removed rows."""
    if CITATIONS.name not in document:
        return document
    rows = []
    for row in document[CITATIONS.name]:
        name, place, rest = _parse_field(row)
        if place is None or place not in places.get(name, {}):
            rows.append(row)
        elif (new := places[name][place]) is None:
            work.note(CITATIONS.name, _UNSUPPORTING.format(row["source"], row["field"]))
        else:
            rows.append({**row, "field": f"{name}[{new}]{rest}"})
    return {**document, CITATIONS.name: rows}


def _move_keys(model: type[models.Model], keys: Sequence[Key], document: Document, renaming: Renaming) -> Document:
    """Return an object with these keys and moved references."""
    moved: Document = {}
    for key in keys:
        if key.name not in document:
            continue
        value = document[key.name]
        if isinstance(key, Ref) and target(model, key) is renaming.model and value == renaming.old:
            value = renaming.new
        elif isinstance(key, Refs) and target(model, key) is renaming.model:
            value = sorted({renaming.new if slug == renaming.old else slug for slug in value})
        moved[key.name] = value
    return moved


@dataclass(slots=True)
class _Work:
    """The combination of rows in one record, and the notes about it."""

    record: str
    renaming: Renaming
    notes: list[MergeNote] = field(default_factory=list)

    def note(self, path: str, message: str) -> None:
        self.notes.append(MergeNote(self.record, path, message))

    def rows(
        self, model: type[models.Model], key: Rows, rows: Sequence[Document], changed: Sequence[bool], owner: str
    ) -> tuple[list[Document], dict[int, int | None]]:
        """Return the rows without duplicates, and the new place of each.

        ``changed`` marks rows that were added or changed; two rows that are both unmarked are not combined.
        """
        combined: list[Document] = []
        places: dict[int, int | None] = {}
        #: Identity of a row → its place, and whether it was added or changed.
        seen: dict[Any, tuple[int, bool]] = {}
        for place, (row, new) in enumerate(zip(rows, changed, strict=True)):
            if self._to_itself(key, row, owner):
                self.note(f"{key.name}[{place}]", "would refer to its own record, and is removed.")
                places[place] = None
                continue
            same = _identity(model, key, row)
            if same in seen and (new or seen[same][1]):
                where = seen[same][0]
                places[place] = where
                combined[where] = self._fill_row(f"{key.name}[{where}]", combined[where], row)
                continue
            seen.setdefault(same, (len(combined), new))
            places[place] = len(combined)
            combined.append(row)
        return combined, places

    def _to_itself(self, key: Rows, row: Document, owner: str) -> bool:
        return key.name in _NOT_TO_ITSELF and row.get(_NOT_TO_ITSELF[key.name]) == owner

    def _fill_row(self, path: str, row: Document, other: Document) -> Document:
        """Return a row with the values that only its duplicate has."""
        for name, value in other.items():
            if name in row and row[name] != value:
                self.note(f"{path}.{name}", f"stays {row[name]!r}; {value!r} is left out.")
        self.note(path, "exists twice, and becomes one row.")
        return {**other, **row}


def _identity(model: type[models.Model], key: Rows, row: Document) -> Any:
    """Return the identity of a row in its record: the values of its identity keys, or all its values."""
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
