"""Read the rows of published CSV files with their line numbers, and refuse other or damaged files."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO, Final

from sanctions.exceptions import UnreadableList
from sanctions.importers.base import BLOCK_SIZE, Fault, RawFile
from sanctions.importers.formats.strict import LONGEST

#: The mark at the end of OFAC's files.
_END_MARK: Final = "\x1a"
#: The number of bytes at the end of a file in which the mark is searched for.
_TAIL: Final = 8
#: The line at which a row ends, and its cells.
_Row = tuple[int, list[str]]
#: More characters than any list has in a cell, and more bytes than any has in a line.
_LONGEST_CELL: Final = LONGEST * 10
_LONGEST_LINE: Final = LONGEST * 50


def read_rows(
    file: RawFile,
    faults: list[Fault],
    *,
    encoding: str,
    columns: int | None,
    delimiter: str = ",",
    lost: list[list[str]] | None = None,
) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a file with the line at which each ends, counted from 1.

    A row with another number of cells than ``columns`` is a fault. It is left out and added to ``lost``, so that the
    reader can mark its entry as not fully read. Control characters stay in their cells: only the reader knows the
    field. Raise :class:`UnreadableList` if the file is not in the encoding, or is cut off: a quotation does not end, or
    the last row lacks cells that others have.
    """
    raise_field_limit(_LONGEST_CELL)
    with file.open() as opened:
        reader = csv.reader(_lines(file, opened, encoding), delimiter=delimiter, strict=True)
        last: list[str] = []
        is_form_known = False
        while True:
            try:
                row = next(reader, None)
            except csv.Error as error:
                why = f"{file.name}, line {reader.line_num}: {error}. Is the file cut off, or another format?"
                raise UnreadableList(why) from error
            if row is None:
                if columns is not None and is_form_known:
                    require_whole_row(file, reader.line_num, last, columns)
                return
            place = f"{file.name}, line {reader.line_num}"
            if any(len(cell) > _LONGEST_CELL for cell in row):
                raise UnreadableList(
                    f"{place}: a cell has more than {_LONGEST_CELL:,} characters. Is it another format?"
                )
            if not row or row == [_END_MARK]:
                continue
            last = row
            if columns is not None and len(row) != columns:
                faults.append(wrong_width(place, row, columns))
                if lost is not None:
                    lost.append(row)
            else:
                is_form_known = True
                yield reader.line_num, row


def raise_field_limit(characters: int) -> None:
    """Let the csv module read cells of this length. The limit is one for the whole process, so it may only grow."""
    csv.field_size_limit(max(csv.field_size_limit(), characters))


def wrong_width(place: str, cells: Sequence[str], columns: int, separator: str = ", ") -> Fault:
    """Return the fault of a row with another number of cells than the file has columns."""
    return Fault(place, "", separator.join(cells)[:200], f"The row has {len(cells)} cells and must have {columns}.")


def require_end_mark(file: RawFile) -> None:
    """Raise :class:`UnreadableList` unless a file ends with a complete line and the mark 0x1A: it is cut off."""
    with file.open() as opened:
        opened.seek(max(0, file.size - _TAIL))
        tail = opened.read().rstrip(b"\r\n")
    if not tail.endswith(_END_MARK.encode()):
        raise UnreadableList(
            f"{file.name}: it does not end with the mark 0x1A, as every such file must. Is the file cut off? "
            "Download it again, and import it unchanged."
        )
    if len(tail) > 1 and tail[-2:-1] not in (b"\n", b"\r"):
        raise UnreadableList(f"{file.name}: the last row before the mark 0x1A is not whole. Is the file cut off?")


def require_whole_end(file: RawFile, numbered_rows: Iterable[_Row], columns: int) -> Iterator[_Row]:
    """Yield the rows of a file. Raise :class:`UnreadableList` if the last has too few cells: the file is cut off."""
    line, last = 0, [""] * columns
    for number, row in numbered_rows:
        if any(map(str.strip, row)):
            line, last = number, row
        yield number, row
    require_whole_row(file, line, last, columns)


def require_whole_row(file: RawFile, line: int, row: Sequence[str], columns: int) -> None:
    """Raise :class:`UnreadableList` if a file's last row has fewer cells than ``columns``."""
    if len(row) < columns:
        raise UnreadableList(
            f"{file.name}, line {line}: the last row has {len(row)} cells and must have {columns}. Is the file cut off?"
        )


def detect_encoding(file: RawFile) -> str:
    """Return ``utf-8`` if a file is UTF-8 from its first byte to its last, and ``cp1252`` if it is not.

    Text in cp1252 with letters beyond ASCII is hardly ever valid UTF-8. Reading the file shows whether it really is
    cp1252.
    """
    decoder = codecs.getincrementaldecoder("utf-8")(errors="strict")
    with file.open() as opened:
        try:
            while block := opened.read(BLOCK_SIZE):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def _lines(file: RawFile, opened: BinaryIO, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
    for number, line in enumerate(iter(lambda: opened.readline(_LONGEST_LINE), b""), start=1):
        if len(line) == _LONGEST_LINE:
            raise UnreadableList(f"{file.name}, line {number}: it has more than {_LONGEST_LINE:,} bytes. Is it a list?")
        try:
            text = decoder.decode(line)
        except UnicodeDecodeError as error:
            raise UnreadableList(
                f"{file.name}, line {number}: byte 0x{error.object[error.start]:02X} is not {encoding}."
            ) from error
        yield text.removeprefix("\ufeff") if number == 1 else text
    if decoder.getstate()[0]:
        raise UnreadableList(f"{file.name}: It ends within a character of {encoding}. Is the file cut off?")


def require_header(file: RawFile, row: Sequence[str], expected: Sequence[str]) -> None:
    """Raise :class:`UnreadableList`, which names the first wrong column, if the header is not the expected one."""
    for number, wanted in enumerate(expected):
        heading = row[number].strip() if number < len(row) else ""
        if heading != wanted:
            raise UnreadableList(
                f"{file.name}: column {number + 1} is {heading!r} and must be {wanted!r}. Is it another list, or form?"
            )
    if len(row) > len(expected):
        raise UnreadableList(f"{file.name}: column {len(expected) + 1}, {row[len(expected)]!r}, is not known.")
