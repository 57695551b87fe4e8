"""The difference of two versions as people read it: field by field, row by row, and in texts word by word.

Pure functions on documents; :mod:`sanctions.records.diff` finds what has changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Any, Final, Literal

from sanctions.records.base import Document, RecordType
from sanctions.records.diff import FieldChange, changes
from sanctions.records.three_way import Conflict

_COLOURS: Final = {"added": "success", "removed": "danger", "changed": "info", "moved": "default"}
#: A word or a sign with the space behind it, or the space before the first.
_WORD: Final = re.compile(r"(\w+|[^\w\s]|^)(\s*)")
_STEP: Final = re.compile(r"([^.\[\]]+)(?:\[(\d+)\])?")
#: Two texts that share less than this of the longer one are shown whole, one after the other.
_LEAST_SHARED: Final = 0.2


@dataclass(frozen=True)
class Piece:
    """Part of a text: in both, or in one of them only."""

    kind: Literal["kept", "deleted", "inserted"]
    text: str


@dataclass(frozen=True)
class Difference:
    """One change: where in words and as a path, of what kind, and each value of it in pieces.

    ``values`` has one value without a name, or, if a whole row came or went, one for each key of the row.
    """

    where: str
    path: str
    kind: str
    values: tuple[tuple[str, tuple[Piece, ...]], ...]

    @property
    def colour(self) -> str:
        """The colour of the badge of its kind."""
        return _COLOURS[self.kind]


def differences(record_type: RecordType, before: Document, after: Document) -> list[Difference]:
    """Return what is different in the later document of a record, in the order of the document's keys."""
    return [
        Difference(
            where=_where(change, before if change.kind == "removed" else after),
            path=change.path,
            kind=change.kind,
            values=tuple(_values(change)),
        )
        for change in changes(record_type, before, after)
    ]


@dataclass(frozen=True)
class Dispute:
    """A conflict: where, in words and as a path, and the current and the proposed values in pieces."""

    where: str
    path: str
    current: tuple[tuple[str, tuple[Piece, ...]], ...]
    proposed: tuple[tuple[str, tuple[Piece, ...]], ...]


def disputes(conflicts: Iterable[Conflict], theirs: Document, mine: Document) -> list[Dispute]:
    """Return the conflicts of two changed documents as people read them, in their order."""
    return [
        Dispute(
            where=_where(_made(conflict, conflict.proposed), mine if conflict.proposed is not None else theirs),
            path=conflict.path,
            current=tuple(_values(_made(conflict, conflict.current))),
            proposed=tuple(_values(_made(conflict, conflict.proposed))),
        )
        for conflict in conflicts
    ]


def _made(conflict: Conflict, after: Any) -> FieldChange:
    """Return what one of the two changed."""
    if conflict.base is None:
        return FieldChange(conflict.path, "added", None, after)
    return FieldChange(conflict.path, "removed" if after is None else "changed", conflict.base, after)


def word_pieces(before: str, after: str) -> tuple[Piece, ...]:
    """Return two texts as one: what both have, and what was deleted and inserted, word by word.

    What is kept and deleted makes the earlier text, what is kept and inserted the later one.
    """
    pieces = tuple(_joined(_matched(_words(before), _words(after))))
    shared = sum(len(piece.text) for piece in pieces if piece.kind == "kept")
    if shared < _LEAST_SHARED * max(len(before), len(after)):
        return tuple(_change(before, after))
    return pieces


def _words(text: str) -> list[tuple[str, str]]:
    """Return the words and signs of a text, each with the space behind it."""
    return _WORD.findall(text)


def _matched(old: Sequence[tuple[str, str]], new: Sequence[tuple[str, str]]) -> Iterator[Piece]:
    """Yield the words of both texts in their order; words are the same whatever space is behind them."""
    # Frequent words of long texts begin no match (difflib's "autojunk"): without that a text of few different
    # words takes minutes.
    matcher = SequenceMatcher(None, [word for word, _ in old], [word for word, _ in new])
    for tag, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if tag != "equal":
            yield from _exchange(_written(old[old_start:old_end]), _written(new[new_start:new_end]))
            continue
        for (word, old_space), (_, new_space) in zip(old[old_start:old_end], new[new_start:new_end], strict=True):
            yield Piece("kept", word)
            yield from (Piece("kept", old_space),) if old_space == new_space else _change(old_space, new_space)


def _written(words: Sequence[tuple[str, str]]) -> str:
    return "".join(word + space for word, space in words)


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Join neighbours: between two kept texts there is at most one deletion and one insertion, in that order."""
    for kept, neighbours in groupby((piece for piece in pieces if piece.text), key=lambda piece: piece.kind == "kept"):
        run = list(neighbours)
        if kept:
            yield Piece("kept", "".join(piece.text for piece in run))
        else:
            deleted, inserted = (
                "".join(piece.text for piece in run if piece.kind == kind) for kind in ("deleted", "inserted")
            )
            yield from _change(deleted, inserted)


def _change(before: str, after: str) -> Iterator[Piece]:
    if before:
        yield Piece("deleted", before)
    if after:
        yield Piece("inserted", after)


def _exchange(before: str, after: str) -> Iterator[Piece]:
    """Yield other words for words, and the space behind both as kept where it is the same."""
    old, new = before.rstrip(), after.rstrip()
    if old and new and before[len(old) :] == after[len(new) :]:
        yield from (*_change(old, new), Piece("kept", before[len(old) :]))
    else:
        yield from _change(before, after)


# --- Where --------------------------------------------------------------------------------------


def _where(change: FieldChange, document: Document) -> str:
    """Return a path in words, with the slug of a row that has one: "Measures, row 2 (us-eo-1-ban): title"."""
    words: list[str] = []
    inside: Any = document
    for name, place in _STEP.findall(change.path):
        inside = inside.get(name) if isinstance(inside, dict) else None
        step = name.replace("_", " ")
        if place:
            inside = inside[int(place)] if isinstance(inside, list) and int(place) < len(inside) else None
            slug = inside.get("slug") if isinstance(inside, dict) else None
            step += f", row {int(place) + 1}" + (f" ({slug})" if slug else "")
        words.append(step)
    text = ": ".join(words)
    return text[:1].upper() + text[1:]


# --- What ---------------------------------------------------------------------------------------


def _values(change: FieldChange) -> Iterator[tuple[str, tuple[Piece, ...]]]:
    before, after = change.before, change.after
    if change.kind == "moved":
        yield "", (Piece("kept", _moved(before, after)),)
    elif change.kind == "changed":
        yield "", _changed(before, after)
    elif isinstance(row := after if change.kind == "added" else before, dict):
        for name, value in row.items():
            pieces = _change("", _shown(value)) if change.kind == "added" else _change(_shown(value), "")
            yield name.replace("_", " "), tuple(pieces)
    else:
        yield "", tuple(_change(_shown(before), _shown(after)))


def _moved(before: Sequence[int], after: Sequence[int]) -> str:
    """Return the rows' new order in words; rows are counted from 1."""
    moves = [f"{old + 1} is now {new + 1}" for old, new in zip(before, after, strict=True) if old != new]
    return f"The rows are in another order: row {', row '.join(moves)}."


def _changed(before: Any, after: Any) -> tuple[Piece, ...]:
    """Return a changed value in pieces: word by word if it is a text, whole if it is a date, a code or a number."""
    if isinstance(before, str) and isinstance(after, str) and " " in before and " " in after:
        return word_pieces(before, after)
    return tuple(_change(_shown(before), _shown(after)))


def _shown(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(map(_shown, value))
        case dict():
            return ", ".join(f"{name}: {_shown(inner)}" for name, inner in value.items())
    return str(value)
