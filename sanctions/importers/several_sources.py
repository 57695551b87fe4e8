"""What one source says of a record that others speak of too, in the words that the record has already.

Two lists spell one name differently, and write one date of birth in two ways. Such rows are one row of the record,
with a citation of each list; and a row is taken away only when no list says it any more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sanctions import edtf
from sanctions.exceptions import InvalidDate
from sanctions.importers.spelling import folded, is_better, is_same_spelling
from sanctions.records.base import CITATIONS, IDENTIFIERS, NAMES, Document
from sanctions.records.row_identity import cited_row
from sanctions.vocabulary import NameKind

_PARTICULARS: Final = "particulars"
#: Rows that several sources may say, each in its own words.
_SHARED: Final = (NAMES.name, IDENTIFIERS.name, _PARTICULARS, "relationships")
#: Values that are the source's own reading of a thing, and no matter of dispute with who read it before.
_READINGS: Final = ("kind", "reach")
#: Names that are the same thing whether strong or weak.
_ALIASES: Final = frozenset({str(NameKind.ALIAS), str(NameKind.WEAK_ALIAS)})
#: Keys of a row that spell the thing, and do not add to it.
_SPELLING: Final[Mapping[str, frozenset[str]]] = {
    NAMES.name: frozenset({"kind", "text", "script"}),
    IDENTIFIERS.name: frozenset({"scheme", "value"}),
    _PARTICULARS: frozenset({"kind", "text", "country"}),
    "relationships": frozenset(),
}


@dataclass(slots=True)
class InRecordsWords:
    """What a source says and what it said before, in the words of the record."""

    base: Document
    mine: Document


def in_records_words(
    base: Document | None,
    mine: Document,
    theirs: Document,
    others: Mapping[str, Document],
    own_sources: Collection[str] = (),
) -> InRecordsWords:
    """Return what a source says (``mine``), and what it said before, as far as others say the same in ``theirs``.

    ``others`` has what every other source last said of the record, ``own_sources`` the slugs of the files by which the
    source is cited. Without a ``base`` the source speaks of the record for the first time.
    """
    return _Wording(base, mine, theirs, others, own_sources).result()


@dataclass
class _Wording:
    base: Document | None
    mine: Document
    theirs: Document
    others: Mapping[str, Document]
    own_sources: Collection[str]
    citations: list[Document] = field(default_factory=list)

    def result(self) -> InRecordsWords:
        base: Document = dict(self.base) if self.base is not None else {"slug": self.mine["slug"]}
        mine = dict(self.mine)
        if self.base is None:
            mine |= {name: self.theirs[name] for name in _READINGS if name in self.theirs and name in mine}
        if self._has_other_name():
            self._give_name(mine, is_new=self.base is None)
            if self.base is not None:
                self._give_name(base, is_new=False)
            elif self._is_better_name(mine):
                base["name"], mine["name"] = self.theirs["name"], self.mine["name"]
        for name in _SHARED:
            if any(name in document for document in (base, mine)):
                base[name], mine[name] = self._rows(name, base.get(name, []), mine.get(name, []))
        cited = mine.get(CITATIONS.name, [])
        mine[CITATIONS.name] = [*cited, *self.citations]
        return InRecordsWords(*({name: value for name, value in one.items() if value} for one in (base, mine)))

    # --- The name of the record

    def _has_other_name(self) -> bool:
        """Whether the record goes by a name that is not this source's, which is one name more then."""
        if "name" not in self.mine or "name" not in self.theirs:
            return False
        if self.base is None:
            return True
        if self.theirs["name"] == self.base.get("name"):
            return False
        names = [row["text"] for row in self.theirs.get(NAMES.name, ())]
        is_an_alias = any(is_same_spelling(str(self.base.get("name", "")), text) for text in names)
        return is_an_alias or any(
            is_same_spelling(str(other.get("name", "")), self.theirs["name"]) for other in self.others.values()
        )

    def _is_better_name(self, mine: Document) -> bool:
        """Whether the source spells the name better than another one that gave it to the record."""
        own, name = str(self.mine["name"]), str(mine["name"])
        is_anothers = any(_name(other) == name for other in self.others.values())
        return is_anothers and is_same_spelling(own, name) and is_better(own, name)

    def _give_name(self, document: Document, *, is_new: bool) -> None:
        """Let a document go by the record's name, with its own as an alias unless it is the same."""
        own_name, name = str(document["name"]), str(self.theirs["name"])
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

    def _rows(self, name: str, base: list[Document], mine: list[Document]) -> tuple[list[Document], list[Document]]:
        """Return the rows of the source before and now, as the record has them where it has the same."""
        theirs = _Rows(name, self.theirs.get(name, []))
        cited = self._cited_by_source(name)
        shared = _Rows(
            name, [row for place, row in enumerate(theirs.rows) if place in cited or self._sayers(name, row)]
        )
        before: dict[int, Document] = {}
        for place, row in enumerate(base):
            before[place] = shared.same(row) or row
        former = {_frozen(row): before[place] for place, row in enumerate(base)}
        was, now = list(before.values()), []
        for row in mine:
            if (worded := former.get(_frozen(row))) is not None:
                now.append(worded)
                continue
            same = theirs.same(row)
            if same is None:
                now.append(row)
                continue
            merged = self._better(name, row, same)
            if merged != same:
                was.append(same)
            if not any(merged == other for other in now):
                now.append(merged)
            self._cite(f"{name}[{now.index(merged)}]", self._sayers(name, same))
        is_kept = {_frozen(row) for row in now}
        # What this source says no longer, and another does.
        now += [
            row
            for row in before.values()
            if _frozen(row) not in is_kept and row in shared.rows and self._sayers(name, row)
        ]
        return _once(was), _once(now)

    def _better(self, name: str, row: Document, same: Document) -> Document:
        """Return the row of the record, with what the source adds and the better spelling if a source wrote it."""
        merged = {**{key: value for key, value in row.items() if key not in _SPELLING[name]}, **same}
        if (
            name != IDENTIFIERS.name
            and self._sayers(name, same)
            and is_better(row.get("text", ""), same.get("text", ""))
        ):
            merged["text"] = row["text"]
        return merged

    def _sayers(self, name: str, row: Document) -> list[Document]:
        """Return what those sources said that say a row."""
        return [
            other
            for other in self.others.values()
            if any(_is_same(name, row, said) for said in _candidates(name, other, row))
        ]

    # --- Citations

    def _cited_by_source(self, name: str) -> set[int]:
        """Return the places of those rows of the record for which this source is cited."""
        rows = [cited_row(one) for one in self.theirs.get(CITATIONS.name, ()) if one.get("source") in self.own_sources]
        return {int(row[1]) for row in rows if row and row[0] == name and row[1].isdecimal()}

    def _cite(self, path: str, sayers: Iterable[Document]) -> None:
        """Let this source, and the others that say the same, be cited for a row or field."""
        for document in (*sayers, self.mine):
            cited = document.get(CITATIONS.name, [])[:1]
            self.citations += [{"source": row["source"], "field": path} for row in cited if "source" in row]


class _Rows:
    """Rows of a record, found by what they say."""

    def __init__(self, name: str, rows: Sequence[Document]) -> None:
        self.name, self.rows = name, list(rows)

    def same(self, row: Document) -> Document | None:
        """Return the row that says the same: the same word for word if there is one."""
        if row in self.rows:
            return row
        return next((other for other in self.rows if _is_same(self.name, row, other)), None)


def _candidates(name: str, document: Document, row: Document) -> Iterator[Document]:
    """Yield the rows of what a source said; its own name is an alias where another goes before it."""
    yield from document.get(name, ())
    if name == NAMES.name and row.get("kind") in _ALIASES and "name" in document:
        yield {"kind": row["kind"], "text": document["name"]}


def _is_same(name: str, row: Document, other: Document) -> bool:
    """Return whether two rows say the same thing, and nothing beside it on which they differ."""
    if row == other:
        return True
    beside = (row.keys() & other.keys()) - _SPELLING[name]
    if not _SPELLING[name] or any(row[key] != other[key] for key in beside if key != "dated_on"):
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
    """Return what a date means (EDTF), whatever it is written like."""
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
