"""A group, as the list calls an entry, and its rows as the file has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Row:
    """A row: where it stands, and its cells by their columns, without those that are empty."""

    place: str = field(compare=False)
    cells: Mapping[str, str]

    def cell(self, column: str) -> str:
        """Return the text of a cell; empty if there is none."""
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class Group:
    """The rows with one Group ID, in their order.

    ``unread`` has the keys of the actor's document of which a row that could not be read may say more.
    """

    key: str
    rows: tuple[Row, ...]
    unread: frozenset[str] = frozenset()

    def each(self, *columns: str) -> Iterator[tuple[str, ...]]:
        """Yield what the rows have in some columns, each once, in their order; rows with none of them say nothing."""
        found = dict.fromkeys(tuple(row.cell(column) for column in columns) for row in self.rows)
        return (cells for cells in found if any(cells))
