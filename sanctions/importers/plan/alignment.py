"""Align a source's statement with a record to which other sources contribute too.

Two lists spell one name differently, and write one date of birth in two ways. Such rows become one row of the record,
which cites each list; and a row is removed only when no list contains it any more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sanctions import edtf
from sanctions.exceptions import InvalidDate
from sanctions.importers.texts.spelling import folded, is_better, is_same_spelling
from sanctions.records.base import CITATIONS, IDENTIFIERS, NAMES, Document
from sanctions.records.row_identity import cited_row
from sanctions.vocabulary import NameKind

_PARTICULARS: Final = "particulars"
#: Keys with rows that several sources may have, each in its own spelling.
_SHARED: Final = (NAMES.name, IDENTIFIERS.name, _PARTICULARS, "relationships")
#: Values that are the importer's reading of the source: the reading of the first source is kept without a dispute.
_READINGS: Final = ("kind", "geographic_scope")
#: Kinds of names that count as equal: a list may call an alias weak that another calls strong.
_ALIASES: Final = frozenset({str(NameKind.ALIAS), str(NameKind.WEAK_ALIAS)})
#: Keys of a row that identify it and may be spelled differently; its other keys must be equal.
_SPELLING: Final[Mapping[str, frozenset[str]]] = {
    NAMES.name: frozenset({"kind", "text", "script"}),
    IDENTIFIERS.name: frozenset({"scheme", "value"}),
    _PARTICULARS: frozenset({"kind", "text", "country"}),
    "relationships": frozenset(),
}


@dataclass(slots=True)
class AlignedStatement:
    """A source's previous statement and its current one, each in the wording of the record."""

    base: Document
    current: Document


def align_with_record(
    base: Document | None,
    current: Document,
    record: Document,
    others: Mapping[str, Document],
    own_files: Collection[str] = (),
) -> AlignedStatement:
    """Return a source's statements in the wording of the ``record``, where it has equal rows.

    ``base`` is the source's previous statement, ``None`` if this is its first about the record. ``others`` has the last
    statement of every other source, ``own_files`` the slugs of the source's files, which records cite.
    """
    return _Alignment(base, current, record, others, own_files).result()


@dataclass
class _Alignment:
    base: Document | None
    current: Document
    record: Document
    others: Mapping[str, Document]
    own_files: Collection[str]
    citations: list[Document] = field(default_factory=list)

    def result(self) -> AlignedStatement:
        base: Document = dict(self.base) if self.base is not None else {"slug": self.current["slug"]}
        current = dict(self.current)
        if self.base is None:
            current |= {name: self.record[name] for name in _READINGS if name in self.record and name in current}
        if self._has_other_name():
            self._give_name(current, is_new=self.base is None)
            if self.base is not None:
                self._give_name(base, is_new=False)
            elif self._is_better_name(current):
                base["name"], current["name"] = self.record["name"], self.current["name"]
        for name in _SHARED:
            if any(name in document for document in (base, current)):
                base[name], current[name] = self._rows(name, base.get(name, []), current.get(name, []))
        cited = current.get(CITATIONS.name, [])
        current[CITATIONS.name] = [*cited, *self.citations]
        return AlignedStatement(*({name: value for name, value in one.items() if value} for one in (base, current)))

    # --- The name of the record

    def _has_other_name(self) -> bool:
        """Return whether the record has another name than the source gives it: the source's is then an alias."""
        if "name" not in self.current or "name" not in self.record:
            return False
        if self.base is None:
            return True
        if self.record["name"] == self.base.get("name"):
            return False
        names = [row["text"] for row in self.record.get(NAMES.name, ())]
        is_an_alias = any(is_same_spelling(str(self.base.get("name", "")), text) for text in names)
        return is_an_alias or any(
            is_same_spelling(str(other.get("name", "")), self.record["name"]) for other in self.others.values()
        )

    def _is_better_name(self, current: Document) -> bool:
        """Return whether the source spells the name better than the source that gave it to the record."""
        own, name = str(self.current["name"]), str(current["name"])
        is_from_other_source = any(_name(other) == name for other in self.others.values())
        return is_from_other_source and is_same_spelling(own, name) and is_better(own, name)

    def _give_name(self, document: Document, *, is_new: bool) -> None:
        """Give a document the record's name, and keep its own as an alias unless both are the same."""
        own_name, name = str(document["name"]), str(self.record["name"])
        document["name"] = name
        rows = [
            row
            for row in document.get(NAMES.name, ())
            if row["kind"] not in _ALIASES or not is_same_spelling(row["text"], name)
        ]
        is_same_name = is_same_spelling(own_name, name)
        aliases = [row["text"] for row in rows if row["kind"] in _ALIASES]
        if not is_same_name and not any(is_same_spelling(text, own_name) for text in aliases):
            rows.insert(0, {"kind": str(NameKind.ALIAS), "text": own_name})
        if is_new and is_same_name:
            self._cite("name", [other for other in self.others.values() if is_same_spelling(_name(other), name)])
        document[NAMES.name] = rows

    # --- Rows

    def _rows(self, name: str, base: list[Document], current: list[Document]) -> tuple[list[Document], list[Document]]:
        """Return the source's previous and current rows, with equal rows replaced by those of the record."""
        record = _Rows(name, self.record.get(name, []))
        cited = self._cited_by_source(name)
        shared = _Rows(
            name, [row for place, row in enumerate(record.rows) if place in cited or self._agreeing(name, row)]
        )
        before: dict[int, Document] = {}
        for place, row in enumerate(base):
            before[place] = shared.same(row) or row
        former = {_frozen(row): before[place] for place, row in enumerate(base)}
        was, now = list(before.values()), []
        for row in current:
            if (worded := former.get(_frozen(row))) is not None:
                now.append(worded)
                continue
            same = record.same(row)
            if same is None:
                now.append(row)
                continue
            merged = self._better(name, row, same)
            if merged != same:
                was.append(same)
            if not any(merged == other for other in now):
                now.append(merged)
            self._cite(f"{name}[{now.index(merged)}]", self._agreeing(name, same))
        is_kept = {_frozen(row) for row in now}
        # Keep the rows that this source has dropped and another source still has.
        now += [
            row
            for row in before.values()
            if _frozen(row) not in is_kept and row in shared.rows and self._agreeing(name, row)
        ]
        return _once(was), _once(now)

    def _better(self, name: str, row: Document, same: Document) -> Document:
        """Return the row of the record with what the source adds, and the better spelling if a source wrote the row."""
        merged = {**{key: value for key, value in row.items() if key not in _SPELLING[name]}, **same}
        if (
            name != IDENTIFIERS.name
            and self._agreeing(name, same)
            and is_better(row.get("text", ""), same.get("text", ""))
        ):
            merged["text"] = row["text"]
        return merged

    def _agreeing(self, name: str, row: Document) -> list[Document]:
        """Return the statements of other sources that contain a row."""
        return [
            other
            for other in self.others.values()
            if any(_is_same(name, row, candidate) for candidate in _candidates(name, other, row))
        ]

    # --- Citations

    def _cited_by_source(self, name: str) -> set[int]:
        """Return the places of the rows for which the record cites this source."""
        rows = [cited_row(one) for one in self.record.get(CITATIONS.name, ()) if one.get("source") in self.own_files]
        return {int(row[1]) for row in rows if row and row[0] == name and row[1].isdecimal()}

    def _cite(self, path: str, statements: Iterable[Document]) -> None:
        """Cite this source, and the others with the same statement, for a row or field."""
        for document in (*statements, self.current):
            cited = document.get(CITATIONS.name, [])[:1]
            self.citations += [{"source": row["source"], "field": path} for row in cited if "source" in row]


class _Rows:
    """Rows of a record, to be searched for an equal one."""

    def __init__(self, name: str, rows: Sequence[Document]) -> None:
        self.name, self.rows = name, list(rows)

    def same(self, row: Document) -> Document | None:
        """Return an equal row, preferably an identical one; ``None`` if the record has none."""
        if row in self.rows:
            return row
        return next((other for other in self.rows if _is_same(self.name, row, other)), None)


def _candidates(name: str, document: Document, row: Document) -> Iterator[Document]:
    """Yield the rows of a source's statement, and its name as an alias: the record may have another name."""
    yield from document.get(name, ())
    if name == NAMES.name and row.get("kind") in _ALIASES and "name" in document:
        yield {"kind": row["kind"], "text": document["name"]}


def _is_same(name: str, row: Document, other: Document) -> bool:
    """Return whether two rows are equal but for spelling, and agree in every other key that both have."""
    if row == other:
        return True
    shared_keys = (row.keys() & other.keys()) - _SPELLING[name]
    if not _SPELLING[name] or any(row[key] != other[key] for key in shared_keys if key != "dated_on"):
        return False
    if name == NAMES.name:
        kinds = {row["kind"], other["kind"]}
        return (len(kinds) == 1 or kinds <= _ALIASES) and is_same_spelling(row["text"], other["text"])
    if name == IDENTIFIERS.name:
        return bool(row["scheme"] == other["scheme"] and row["value"] == other["value"])
    if row["kind"] != other["kind"]:
        return False
    days = [_day(one.get("dated_on", "")) for one in (row, other)]
    if any(days):
        return days[0] == days[1]
    return is_same_spelling(row["text"], other["text"]) and folded(row.get("country", "")) == folded(
        other.get("country", "")
    )


def _day(text: str) -> tuple[Any, ...] | None:
    """Return the meaning of a date in EDTF, by which different notations compare equal; ``None`` if empty."""
    if not text:
        return None
    try:
        extent = edtf.parse(text)
    except InvalidDate:
        return (text,)
    return (extent.earliest, extent.latest, extent.approximate, extent.uncertain)


def _name(document: Document) -> str:
    return str(document.get("name", ""))


def _frozen(row: Document) -> tuple[tuple[str, Any], ...]:
    return tuple(sorted((name, repr(value)) for name, value in row.items()))


def _once(rows: Iterable[Document]) -> list[Document]:
    return list({_frozen(row): row for row in rows}.values())
