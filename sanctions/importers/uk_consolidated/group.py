"""A group, as the list calls an entry, and its rows as the file has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class UkRow:
    """A row: its place in the file, and its cells by column, without the empty ones."""

    place: str = field(compare=False)
    cells: Mapping[str, str]

    def cell(self, column: str) -> str:
        """Return the text of a cell; empty if the row has no such cell."""
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class UkGroup:
    """The rows with one Group ID, in their order.

    ``unread`` has the keys of the actor's document to which an unreadable row may belong.
    """

    key: str
    rows: tuple[UkRow, ...]
    unread: frozenset[str] = frozenset()

    def each(self, *columns: str) -> Iterator[tuple[str, ...]]:
        """Yield the cells that the rows have in some columns, each combination once; skip those that are all empty."""
        found = dict.fromkeys(tuple(row.cell(column) for column in columns) for row in self.rows)
        return (cells for cells in found if any(cells))
