"""Two changes of one document made apart, put together: field by field, row by row.

Pure functions on documents in their normal form. ``base`` is what both started from, ``theirs`` what stands
now, ``mine`` what somebody would have instead. Where only one of them changed something, that change stands.
Where both changed the same thing differently, it is a conflict, which a person decides. Rows that the database knows by
some of their keys are the same where those are; rows whose order says nothing stay in the order of ``theirs``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sanctions.records.base import CITATIONS, Codes, Document, Key, RecordType, Refs, Rows, part_model
from sanctions.records.row_identity import (
    citations_renamed,
    cited_row,
    named_by,
    row_renamed,
    same_rows,
    unique_keys,
)

Side = Literal["theirs", "mine"]


@dataclass(frozen=True, slots=True)
class Conflict:
    """What both changed, each in a way of its own; ``None`` where something is missing or was removed.

    ``path`` is written as in :mod:`sanctions.records.diff` and counts rows as ``mine`` does, or as ``theirs`` where
    ``mine`` has not the row.
    """

    path: str
    base: Any
    theirs: Any
    mine: Any


@dataclass(frozen=True, slots=True)
class Merged:
    """Both changes in one document. In an undecided conflict it has what ``theirs`` has."""

    document: Document
    conflicts: tuple[Conflict, ...]
    undecided: tuple[int, ...]


def merge(
    record_type: RecordType,
    base: Document,
    theirs: Document,
    mine: Document,
    choices: Mapping[int, Side] | None = None,
) -> Merged:
    """Put two changes together. ``choices`` decides conflicts by their place among all, counted from 0."""
    merging = _Merging(record_type, choices or {})
    documents = [base, theirs, mine]
    places: dict[str, _Weave] = {}
    for key in record_type.rows:
        if key.name != CITATIONS.name:
            places[key.name] = _Weave(record_type, key, *(document.get(key.name, []) for document in documents))
    # A citation names the row that it supports by its place, which is another one in each of the documents.
    named = [_renamed(document, places, side) for side, document in enumerate(documents)]
    document = merging.objects("", record_type.keys, *named)
    document = _replaced(document, merging.kept)
    undecided = tuple(number for number in range(len(merging.conflicts)) if number not in merging.choices)
    return Merged(document, tuple(_told(conflict, places) for conflict in merging.conflicts), undecided)


class _Weave:
    """The rows of one key in three documents, each row under one name in all that have it."""

    def __init__(
        self,
        record_type: RecordType,
        key: Rows,
        base: Sequence[Document],
        theirs: Sequence[Document],
        mine: Sequence[Document],
    ) -> None:
        self.is_ordered = key.is_ordered
        self.named_by = unique_keys(part_model(record_type.model, key), key)
        self.names: list[list[str]] = [[f"b{place}" for place in range(len(base))]]
        for letter, rows in (("t", theirs), ("m", mine)):
            former = {there: here for here, there in same_rows(record_type, key, base, rows, is_strict=True).items()}
            self.names.append(
                [f"b{former[place]}" if place in former else f"{letter}{place}" for place in range(len(rows))]
            )
        self._join_additions(theirs, mine)
        self.rows = [
            dict(zip(names, rows, strict=True)) for names, rows in zip(self.names, (base, theirs, mine), strict=True)
        ]
        self.places = [{name: place for place, name in enumerate(names)} for names in self.names]

    def _join_additions(self, theirs: Sequence[Document], mine: Sequence[Document]) -> None:
        """Give a row that both added, with the same keys where these name a row or word for word, one name."""
        added = {name: theirs[place] for place, name in enumerate(self.names[1]) if name.startswith("t")}
        for place, name in enumerate(self.names[2]):
            if not name.startswith("m"):
                continue
            row = mine[place]
            for other, its in added.items():
                if row == its or (self.named_by and named_by(row, self.named_by) == named_by(its, self.named_by)):
                    self.names[2][place] = other
                    del added[other]
                    break

    def order(self) -> list[str]:
        """Return the names of all rows of ``theirs`` and ``mine`` in one order.

        It is that of ``theirs``, unless the order says something and only ``mine`` has changed it; what only the
        other has follows the row that it follows there.
        """
        base, theirs, mine = self.names
        stayed = [name for name in theirs if name.startswith("b")]
        if self.is_ordered and stayed == sorted(stayed, key=base.index):
            theirs, mine = mine, theirs
        woven = list(theirs)
        for place, name in enumerate(mine):
            if name not in woven:
                before = next((other for other in reversed(mine[:place]) if other in woven), None)
                woven.insert(0 if before is None else woven.index(before) + 1, name)
        return woven


@dataclass
class _Merging:
    record_type: RecordType
    choices: Mapping[int, Side]
    conflicts: list[Conflict] = field(default_factory=list)
    #: Key of rows → names of the rows that the merged document has, in their order.
    kept: dict[str, list[str]] = field(default_factory=dict)

    def objects(self, path: str, keys: Iterable[Key], base: Document, theirs: Document, mine: Document) -> Document:
        known = {key.name: key for key in keys}
        others = sorted((base.keys() | theirs.keys() | mine.keys()) - known.keys())
        merged: Document = {}
        for name in (*known, *others):
            where = f"{path}.{name}" if path else name
            versions = base.get(name), theirs.get(name), mine.get(name)
            value: Any
            match known.get(name):
                case Rows() as key:
                    value = self.rows(where, key, *(version or [] for version in versions))
                case Refs() | Codes():
                    value = _sets(*(set(version or ()) for version in versions))
                case _:
                    value = self.value(where, *versions)
            # What is empty a document leaves out.
            if value not in (None, [], {}):
                merged[name] = value
        return merged

    def value(self, path: str, base: Any, theirs: Any, mine: Any) -> Any:
        if mine in (base, theirs):
            return theirs
        if theirs == base:
            return mine
        if all(isinstance(version, dict | None) for version in (base, theirs, mine)):
            base, theirs, mine = base or {}, theirs or {}, mine or {}
            names = sorted(base.keys() | theirs.keys() | mine.keys())
            found = {
                name: self.value(f"{path}.{name}", base.get(name), theirs.get(name), mine.get(name)) for name in names
            }
            return {name: value for name, value in found.items() if value is not None}
        return self.decided(Conflict(path, base, theirs, mine))

    def decided(self, conflict: Conflict) -> Any:
        side = self.choices.get(len(self.conflicts), "theirs")
        self.conflicts.append(conflict)
        return conflict.mine if side == "mine" else conflict.theirs

    def rows(
        self, path: str, key: Rows, base: list[Document], theirs: list[Document], mine: list[Document]
    ) -> list[Document]:
        weave = _Weave(self.record_type, key, base, theirs, mine)
        rows: list[Document] = []
        kept: list[str] = []
        for name in weave.order():
            former, stands, wanted = (found.get(name) for found in weave.rows)
            place = weave.places[2].get(name, weave.places[1].get(name))
            row = self.row(f"{path}[{place}]", key, former, stands, wanted)
            if row is not None:
                rows.append(row)
                kept.append(name)
        self.kept.setdefault(path, kept)
        return rows

    def row(
        self, path: str, key: Rows, base: Document | None, theirs: Document | None, mine: Document | None
    ) -> Document | None:
        if theirs is not None and mine is not None:
            return self.objects(path, key.keys, base or {}, theirs, mine)
        if base is None:
            return theirs if mine is None else mine
        if base in (theirs, mine):
            # One left it as it was, the other removed it.
            return None
        row: Document | None = self.decided(Conflict(path, base, theirs, mine))
        return row


def _sets(base: set[str], theirs: set[str], mine: set[str]) -> list[str]:
    return sorted((base & theirs & mine) | (theirs - base) | (mine - base))


def _renamed(document: Document, places: Mapping[str, _Weave], side: int) -> Document:
    """Return a document whose citations name rows by the names that they have in all three."""

    def name(key: str, row: str) -> str:
        names = places[key].names[side] if key in places else []
        return names[int(row)] if row.isdigit() and int(row) < len(names) else row

    return citations_renamed(document, name)


def _replaced(document: Document, kept: Mapping[str, Sequence[str]]) -> Document:
    """Return the merged document, whose citations name rows by their places again."""

    def place(key: str, row: str) -> str:
        names = kept.get(key, [])
        return str(names.index(row)) if row in names else row

    cited = citations_renamed(document, place)
    if CITATIONS.name in cited:
        # What supports a row that is gone supports nothing.
        cited[CITATIONS.name] = [row for row in cited[CITATIONS.name] if _stands(row)]
        if not cited[CITATIONS.name]:
            del cited[CITATIONS.name]
    return cited


def _told(conflict: Conflict, places: Mapping[str, _Weave]) -> Conflict:
    """Return a conflict over a citation as each document has it."""
    if not conflict.path.startswith(f"{CITATIONS.name}["):
        return conflict

    def told(value: Any, side: int) -> Any:
        def place(key: str, row: str) -> str:
            found = places[key].places[side].get(row) if key in places else None
            return row if found is None else str(found)

        if isinstance(value, dict):
            return citations_renamed({CITATIONS.name: [value]}, place)[CITATIONS.name][0]
        return row_renamed(value, place) if conflict.path.endswith("].field") and value is not None else value

    return Conflict(conflict.path, told(conflict.base, 0), told(conflict.theirs, 1), told(conflict.mine, 2))


def _stands(citation: Document) -> bool:
    row = cited_row(citation)
    return row is None or row[1].isdigit()
