"""The difference of two documents of one record, field by field, for reviewers and for the history of versions.

Pure functions on normalized documents. Keys that the declaration does not know, such as those of a version written
before a key was renamed, are compared too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sanctions.records.base import CITATIONS, Codes, Document, Key, RecordType, Refs, Rows
from sanctions.records.row_identity import citations_renamed, same_rows


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One difference: path, kind, and the values before and after; ``None`` for a missing value.

    ``path`` is written as in the faults of documents (``effects[2].effective_on``) and counts rows in the later
    document; for a removal, in the earlier one. Each code or reference of a key with several (``programs``) is a
    difference with the path of the key. ``moved`` means that the rows that both documents have are in another order:
    ``before`` contains their places in the earlier document, ``after`` those of the same rows in the later one. A
    change of order alone is reported only if the order has a meaning.
    """

    path: str
    kind: Literal["added", "removed", "changed", "moved"]
    before: Any
    after: Any


def changes(record_type: RecordType, before: Document | None, after: Document | None) -> list[FieldChange]:
    """Return the differences between two documents of a type, in the order of its keys.

    ``None`` means that the record did not exist. The list is empty exactly if the documents have the same content:
    rows without a meaningful order may have changed places, with their citations.
    """
    return _Comparison(record_type, before or {}, after or {}).changes()


class _Comparison:
    """Two documents of one record, and which of their rows have only changed places."""

    def __init__(self, record_type: RecordType, before: Document, after: Document) -> None:
        self.record_type, self.before, self.after = record_type, before, after
        #: Key of rows that have only changed places → place in the earlier document → place in the later one.
        self.permuted: dict[str, dict[int, int]] = {}
        for key in record_type.rows:
            old, new = before.get(key.name, []), after.get(key.name, [])
            if old == new or key.is_ordered or key.name == CITATIONS.name:
                continue
            same = same_rows(record_type, key, old, new)
            if _is_permutation(same, old, new):
                self.permuted[key.name] = same

    def changes(self) -> list[FieldChange]:
        before = citations_renamed(self.before, self._later_place)
        return list(self._objects("", self.record_type.keys, before, self.after))

    def _later_place(self, name: str, row: str) -> str:
        places = self.permuted.get(name, {})
        return str(places.get(int(row), row)) if row.isdecimal() else row

    def _objects(self, path: str, keys: Iterable[Key], before: Document, after: Document) -> Iterator[FieldChange]:
        known = {key.name: key for key in keys}
        others = sorted((before.keys() | after.keys()) - known.keys())
        for name in (*known, *others):
            old, new = before.get(name), after.get(name)
            if old == new:
                continue
            where = f"{path}.{name}" if path else name
            match known.get(name):
                case Rows() as key:
                    yield from self._rows(where, key, old or [], new or [])
                case Refs() | Codes():
                    yield from _sets(where, old or [], new or [])
                case _:
                    yield from _values(where, old, new)

    def _rows(self, path: str, key: Rows, old: Sequence[Document], new: Sequence[Document]) -> Iterator[FieldChange]:
        same = same_rows(self.record_type, key, old, new)
        for place, row in enumerate(old):
            if place not in same:
                yield FieldChange(f"{path}[{place}]", "removed", row, None)
        before, after = sorted(same), [same[place] for place in sorted(same)]
        # If rows have changed too, code that applies the changes needs their new places.
        if after != sorted(after) and (key.is_ordered or not _is_permutation(same, old, new)):
            yield FieldChange(path, "moved", before, after)
        former = {there: here for here, there in same.items()}
        for place, row in enumerate(new):
            if place in former:
                yield from self._objects(f"{path}[{place}]", key.keys, old[former[place]], row)
            else:
                yield FieldChange(f"{path}[{place}]", "added", None, row)


def _is_permutation(same: Mapping[int, int], old: Sequence[Document], new: Sequence[Document]) -> bool:
    """Return whether two lists have the same rows, each as often."""
    return len(same) == len(old) == len(new) and all(old[here] == new[there] for here, there in same.items())


def _values(path: str, old: Any, new: Any) -> Iterator[FieldChange]:
    """Yield the change of a value; for a mapping, one change per name."""
    if isinstance(old, dict | None) and isinstance(new, dict | None):
        old, new = old or {}, new or {}
        for name in sorted(old.keys() | new.keys()):
            yield from _values(f"{path}.{name}", old.get(name), new.get(name))
    elif old is None:
        yield FieldChange(path, "added", None, new)
    elif new is None:
        yield FieldChange(path, "removed", old, None)
    elif old != new:
        yield FieldChange(path, "changed", old, new)


def _sets(path: str, old: Iterable[str], new: Iterable[str]) -> Iterator[FieldChange]:
    had, has = set(old), set(new)
    for item in sorted(had ^ has):
        yield FieldChange(path, "added", None, item) if item in has else FieldChange(path, "removed", item, None)
