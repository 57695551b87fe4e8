"""Three-way merge of documents: combine two independent changes of one document, field by field and row by row.

Pure functions on normalized documents. ``base`` is the document from which both changes started, ``current`` the one
that is stored now, ``proposed`` the one that a user wants instead. A change made on one side only is kept. If both
sides changed the same value differently, that is a conflict, which a person decides. Rows with a unique key are the
same if their keys are equal; rows without a meaningful order keep the order of ``current``.
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

Side = Literal["current", "proposed"]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A value that both sides changed differently; ``None`` if a side does not have it.

    ``path`` is written as in :mod:`sanctions.records.diff`. It counts rows in ``proposed``, or in ``current`` if
    ``proposed`` does not have the row.
    """

    path: str
    base: Any
    current: Any
    proposed: Any


@dataclass(frozen=True, slots=True)
class Merged:
    """Both changes in one document, with the conflicts and the numbers of the undecided ones.

    For an undecided conflict the document contains the value of ``current``.
    """

    document: Document
    conflicts: tuple[Conflict, ...]
    undecided: tuple[int, ...]


def merge(
    record_type: RecordType,
    base: Document,
    current: Document,
    proposed: Document,
    choices: Mapping[int, Side] | None = None,
) -> Merged:
    """Merge two changes. ``choices`` decides conflicts by their number, counted from 0 in the order of the keys."""
    merging = _Merging(record_type, choices or {})
    documents = [base, current, proposed]
    places: dict[str, _AlignedRows] = {}
    for key in record_type.rows:
        if key.name != CITATIONS.name:
            places[key.name] = _AlignedRows(record_type, key, *(document.get(key.name, []) for document in documents))
    # A citation refers to a row by its place, which differs between the documents: use the names of rows instead.
    named = [_with_names(document, places, side) for side, document in enumerate(documents)]
    document = merging.objects("", record_type.keys, *named)
    document = _with_final_places(document, merging.kept)
    undecided = tuple(number for number in range(len(merging.conflicts)) if number not in merging.choices)
    return Merged(document, tuple(_with_places(conflict, places) for conflict in merging.conflicts), undecided)


class _AlignedRows:
    """The rows of one key in three documents; a row has the same name in each document that contains it.

    Names are ``b``, ``c`` or ``p`` (first seen in base, current or proposed) and the place there.
    """

    def __init__(
        self,
        record_type: RecordType,
        key: Rows,
        base: Sequence[Document],
        current: Sequence[Document],
        proposed: Sequence[Document],
    ) -> None:
        self.is_ordered = key.is_ordered
        self.named_by = unique_keys(part_model(record_type.model, key), key)
        self.names: list[list[str]] = [[f"b{place}" for place in range(len(base))]]
        for letter, rows in (("c", current), ("p", proposed)):
            former = {there: here for here, there in same_rows(record_type, key, base, rows, is_strict=True).items()}
            self.names.append(
                [f"b{former[place]}" if place in former else f"{letter}{place}" for place in range(len(rows))]
            )
        self._join_additions(current, proposed)
        self.rows = [
            dict(zip(names, rows, strict=True))
            for names, rows in zip(self.names, (base, current, proposed), strict=True)
        ]
        self.places = [{name: place for place, name in enumerate(names)} for names in self.names]

    def _join_additions(self, current: Sequence[Document], proposed: Sequence[Document]) -> None:
        """Give a row that both sides added one name: if its unique keys are equal, or the whole row is."""
        added = {name: current[place] for place, name in enumerate(self.names[1]) if name.startswith("c")}
        for place, name in enumerate(self.names[2]):
            if not name.startswith("p"):
                continue
            row = proposed[place]
            for other, its in added.items():
                if row == its or (self.named_by and named_by(row, self.named_by) == named_by(its, self.named_by)):
                    self.names[2][place] = other
                    del added[other]
                    break

    def order(self) -> list[str]:
        """Return the names of all rows of ``current`` and ``proposed`` in one order.

        The order of ``current``, unless the order is meaningful and only ``proposed`` has changed it. A row that only
        the other side has follows the row that precedes it there.
        """
        base, current, proposed = self.names
        stayed = [name for name in current if name.startswith("b")]
        if self.is_ordered and stayed == sorted(stayed, key=base.index):
            current, proposed = proposed, current
        woven = list(current)
        for place, name in enumerate(proposed):
            if name not in woven:
                before = next((other for other in reversed(proposed[:place]) if other in woven), None)
                woven.insert(0 if before is None else woven.index(before) + 1, name)
        return woven


@dataclass
class _Merging:
    record_type: RecordType
    choices: Mapping[int, Side]
    conflicts: list[Conflict] = field(default_factory=list)
    #: Key of rows → names of the rows of the merged document, in their order.
    kept: dict[str, list[str]] = field(default_factory=dict)

    def objects(
        self, path: str, keys: Iterable[Key], base: Document, current: Document, proposed: Document
    ) -> Document:
        known = {key.name: key for key in keys}
        others = sorted((base.keys() | current.keys() | proposed.keys()) - known.keys())
        merged: Document = {}
        for name in (*known, *others):
            where = f"{path}.{name}" if path else name
            versions = base.get(name), current.get(name), proposed.get(name)
            value: Any
            match known.get(name):
                case Rows() as key:
                    value = self.rows(where, key, *(version or [] for version in versions))
                case Refs() | Codes():
                    value = _sets(*(set(version or ()) for version in versions))
                case _:
                    value = self.value(where, *versions)
            # Documents leave out empty values.
            if value not in (None, [], {}):
                merged[name] = value
        return merged

    def value(self, path: str, base: Any, current: Any, proposed: Any) -> Any:
        if proposed in (base, current):
            return current
        if current == base:
            return proposed
        if all(isinstance(version, dict | None) for version in (base, current, proposed)):
            base, current, proposed = base or {}, current or {}, proposed or {}
            names = sorted(base.keys() | current.keys() | proposed.keys())
            merged = {
                name: self.value(f"{path}.{name}", base.get(name), current.get(name), proposed.get(name))
                for name in names
            }
            return {name: value for name, value in merged.items() if value is not None}
        return self.decided(Conflict(path, base, current, proposed))

    def decided(self, conflict: Conflict) -> Any:
        side = self.choices.get(len(self.conflicts), "current")
        self.conflicts.append(conflict)
        return conflict.proposed if side == "proposed" else conflict.current

    def rows(
        self, path: str, key: Rows, base: list[Document], current: list[Document], proposed: list[Document]
    ) -> list[Document]:
        aligned = _AlignedRows(self.record_type, key, base, current, proposed)
        rows: list[Document] = []
        kept: list[str] = []
        for name in aligned.order():
            former, now, new = (found.get(name) for found in aligned.rows)
            place = aligned.places[2].get(name, aligned.places[1].get(name))
            row = self.row(f"{path}[{place}]", key, former, now, new)
            if row is not None:
                rows.append(row)
                kept.append(name)
        self.kept.setdefault(path, kept)
        return rows

    def row(
        self, path: str, key: Rows, base: Document | None, current: Document | None, proposed: Document | None
    ) -> Document | None:
        if current is not None and proposed is not None:
            return self.objects(path, key.keys, base or {}, current, proposed)
        if base is None:
            return current if proposed is None else proposed
        if base in (current, proposed):
            # One side did not change the row, the other removed it.
            return None
        row: Document | None = self.decided(Conflict(path, base, current, proposed))
        return row


def _sets(base: set[str], current: set[str], proposed: set[str]) -> list[str]:
    return sorted((base & current & proposed) | (current - base) | (proposed - base))


def _with_names(document: Document, places: Mapping[str, _AlignedRows], side: int) -> Document:
    """Return a document whose citations refer to rows by their common names instead of their places."""

    def name(key: str, row: str) -> str:
        names = places[key].names[side] if key in places else []
        return names[int(row)] if row.isdigit() and int(row) < len(names) else row

    return citations_renamed(document, name)


def _with_final_places(document: Document, kept: Mapping[str, Sequence[str]]) -> Document:
    """Return the merged document with citations that refer to rows by their places again."""

    def place(key: str, row: str) -> str:
        names = kept.get(key, [])
        return str(names.index(row)) if row in names else row

    cited = citations_renamed(document, place)
    if CITATIONS.name in cited:
        # Leave out citations of rows that were removed.
        cited[CITATIONS.name] = [row for row in cited[CITATIONS.name] if _supports_a_row(row)]
        if not cited[CITATIONS.name]:
            del cited[CITATIONS.name]
    return cited


def _with_places(conflict: Conflict, places: Mapping[str, _AlignedRows]) -> Conflict:
    """Return a conflict over a citation with the places of rows in each document instead of their names."""
    if not conflict.path.startswith(f"{CITATIONS.name}["):
        return conflict

    def with_places(value: Any, side: int) -> Any:
        def place(key: str, row: str) -> str:
            found = places[key].places[side].get(row) if key in places else None
            return row if found is None else str(found)

        if isinstance(value, dict):
            return citations_renamed({CITATIONS.name: [value]}, place)[CITATIONS.name][0]
        return row_renamed(value, place) if conflict.path.endswith("].field") and value is not None else value

    return Conflict(
        conflict.path,
        with_places(conflict.base, 0),
        with_places(conflict.current, 1),
        with_places(conflict.proposed, 2),
    )


def _supports_a_row(citation: Document) -> bool:
    row = cited_row(citation)
    return row is None or row[1].isdigit()
