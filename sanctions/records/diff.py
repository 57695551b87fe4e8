"""The difference of two documents of one record, field by field: what a reviewer reads, and what a version changed.

Pure functions on documents. Documents are in their normal form, as the codec writes them; keys that the
declaration does not know, as in a version written before a key was renamed, are compared as they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import orjson

from sanctions.records.base import Codes, Document, Key, RecordType, Refs, Rows

#: The share of their keys that two rows must have in common to be the same row, changed.
_ALIKE: Final = 0.5
#: Rows without a slug are compared with this many neighbours in either direction: more, and long lists take long.
_NEIGHBOURS: Final = 50


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: where, what kind, and what stood there before and after; ``None`` where nothing did.

    ``path`` is written as in the faults of documents (``effects[2].effective_on``) and counts rows as the
    later document does; where something was removed, as the earlier one does. Several codes or references
    in one key (``programs``) are told one by one under the path of the key. ``moved`` says that the rows of a
    list that are in both documents stand in another order: ``before`` has their places in the earlier
    document, ``after`` those of the same rows in the later one.
    """

    path: str
    kind: Literal["added", "removed", "changed", "moved"]
    before: Any
    after: Any


def changes(record_type: RecordType, before: Document | None, after: Document | None) -> list[Change]:
    """Return what leads from one document of the type to another, in the order of the document's keys.

    ``None`` is a record that was not there. Two documents are equal exactly if nothing is returned.
    """
    return list(_objects("", record_type.keys, before or {}, after or {}))


def _objects(path: str, keys: Iterable[Key], before: Document, after: Document) -> Iterator[Change]:
    known = {key.name: key for key in keys}
    others = sorted((before.keys() | after.keys()) - known.keys())
    for name in (*known, *others):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        where = f"{path}.{name}" if path else name
        match known.get(name):
            case Rows(keys=within):
                yield from _rows(where, within, old or [], new or [])
            case Refs() | Codes():
                yield from _sets(where, old or [], new or [])
            case _:
                yield from _values(where, old, new)


def _values(path: str, old: Any, new: Any) -> Iterator[Change]:
    """Yield the change of a value; that of a mapping name by name."""
    if isinstance(old, dict | None) and isinstance(new, dict | None):
        old, new = old or {}, new or {}
        for name in sorted(old.keys() | new.keys()):
            yield from _values(f"{path}.{name}", old.get(name), new.get(name))
    elif old is None:
        yield Change(path, "added", None, new)
    elif new is None:
        yield Change(path, "removed", old, None)
    elif old != new:
        yield Change(path, "changed", old, new)


def _sets(path: str, old: Iterable[str], new: Iterable[str]) -> Iterator[Change]:
    had, has = set(old), set(new)
    for item in sorted(had ^ has):
        yield Change(path, "added", None, item) if item in has else Change(path, "removed", item, None)


def _rows(path: str, keys: tuple[Key, ...], old: Sequence[Document], new: Sequence[Document]) -> Iterator[Change]:
    same = same_rows(old, new)
    for place, row in enumerate(old):
        if place not in same:
            yield Change(f"{path}[{place}]", "removed", row, None)
    before, after = sorted(same), [same[place] for place in sorted(same)]
    if after != sorted(after):
        yield Change(path, "moved", before, after)
    former = {there: here for here, there in same.items()}
    for place, row in enumerate(new):
        if place in former:
            yield from _objects(f"{path}[{place}]", keys, old[former[place]], row)
        else:
            yield Change(f"{path}[{place}]", "added", None, row)


# --- Which rows are the same --------------------------------------------------------------------


def same_rows(old: Sequence[Document], new: Sequence[Document]) -> dict[int, int]:
    """Return the rows that are in both lists: place in the earlier → place in the later.

    A row with a slug is the same where the slug is. Others are where they are equal, the first with the
    first; and of what remains, those that are most alike.
    """
    if any("slug" in row for row in (*old, *new)):
        return _matched([row.get("slug") for row in old], [row.get("slug") for row in new])
    written = [[orjson.dumps(row, option=orjson.OPT_SORT_KEYS) for row in rows] for rows in (old, new)]
    found = _matched(*written)
    taken = set(found.values())
    return found | _likest(
        [(place, row) for place, row in enumerate(old) if place not in found],
        [(place, row) for place, row in enumerate(new) if place not in taken],
    )


def _matched(old: Sequence[Any], new: Sequence[Any]) -> dict[int, int]:
    """Return the places of equal names, the first with the first."""
    places: dict[Any, list[int]] = defaultdict(list)
    for place, name in enumerate(new):
        places[name].append(place)
    found = {}
    for place, name in enumerate(old):
        if places[name]:
            found[place] = places[name].pop(0)
    return found


def _likest(old: Sequence[tuple[int, Document]], new: Sequence[tuple[int, Document]]) -> dict[int, int]:
    """Return the places of rows that are alike enough, the likest and nearest first.

    What decides between two candidates is the same in either direction, so that the way back is the way there.
    """
    candidates = []
    for here, (_, row) in enumerate(old):
        for there in range(max(0, here - _NEIGHBOURS), min(len(new), here + _NEIGHBOURS + 1)):
            share = _alike(row, new[there][1])
            if share >= _ALIKE:
                candidates.append((-share, abs(here - there), here + there, here, there))
    found: dict[int, int] = {}
    taken = set()
    for *_, here, there in sorted(candidates):
        if old[here][0] not in found and there not in taken:
            found[old[here][0]] = new[there][0]
            taken.add(there)
    return found


def _alike(row: Document, other: Document) -> float:
    """Return the share of the keys of either row that have the same value in both."""
    keys = row.keys() | other.keys()
    return sum(bool(row.get(key) == other.get(key)) for key in keys) / len(keys)
