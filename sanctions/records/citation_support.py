"""Which fields of a record have a source: a citation supports the whole record, or the field or row at its path."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sanctions.records.base import CITATIONS, Document, RecordType

#: Record type → keys of rows that must each have a source before the record is public.
SOURCED_ROWS: Final = {"order": ("measures",), "event": ("effects", "positions")}
#: Keys that contain no fact that a source could support.
_NO_FACT: Final = frozenset({"slug", "citations", "note", "absences"})


def points_at(path: str, place: str) -> bool:
    """Whether a citation with this path names the place (``effects[2]``) or something in it."""
    return path == place or path.startswith((f"{place}.", f"{place}["))


def unsourced(record_type: RecordType, document: Document) -> list[str]:
    """Return the paths of what may not be public for want of a source; an empty path is the record itself.

    A source needs no other.
    """
    if record_type.name == "source":
        return []
    paths = _paths(document)
    if not paths:
        return [""]
    return list(_unsourced_rows(record_type, document, paths))


def _unsourced_rows(record_type: RecordType, document: Document, paths: list[str]) -> Iterator[str]:
    for key in SOURCED_ROWS.get(record_type.name, ()):
        if "" in paths or key in paths:
            continue
        for place in range(len(document.get(key, ()))):
            if not any(points_at(path, f"{key}[{place}]") for path in paths):
                yield f"{key}[{place}]"


@dataclass(frozen=True, slots=True)
class Support:
    """The citations of a field: how many are for it or a part of it, and how many for the whole record."""

    field: str
    specific: int
    general: int

    @property
    def missing(self) -> bool:
        """Whether no citation supports the field."""
        return not self.specific and not self.general


def support_of(record_type: RecordType, document: Document) -> list[Support]:
    """Return the support of each field of the document that has a value and contains a fact, in order."""
    paths = _paths(document)
    return [
        Support(key.name, sum(points_at(path, key.name) for path in paths), paths.count(""))
        for key in record_type.keys
        if key.name in document and key.name not in _NO_FACT
    ]


def _paths(document: Document) -> list[str]:
    return [str(row.get("field", "")) for row in document.get(CITATIONS.name, ())]
