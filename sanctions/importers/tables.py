"""Rows of CSV files as they were published, with their lines; what is no such file is refused."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO, Final

from sanctions.exceptions import UnreadableList
from sanctions.importers.base import BLOCK, Fault, RawFile
from sanctions.importers.strict import LONGEST

#: The mark at the end of some of the files.
_END_MARK: Final = "\x1a"
#: Bytes at the end of a file in which its mark is sought.
_TAIL: Final = 8
#: The line at which a row ends, and its cells.
_Row = tuple[int, list[str]]
#: More characters than a cell, or bytes than a line, of any list has.
_LONGEST_CELL: Final = LONGEST * 10
_LONGEST_LINE: Final = LONGEST * 50


def rows(
    file: RawFile,
    faults: list[Fault],
    *,
    encoding: str,
    columns: int | None,
    delimiter: str = ",",
    lost: list[list[str]] | None = None,
) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a file with the line at which each ends, counted from 1.

    Rows with another number of cells than ``columns`` are reported as faults and left out; they are put into ``lost``,
    so that a reader can say of which entries something is missing. Control characters are left in their cells: only the
    reader knows of which field they are.
    :class:`UnreadableList` if the file is not in the encoding, or is cut off: a quotation begins in it and does not
    end, or the last row lacks cells that others have.
    """
    # The process has one such limit, and whoever reads other CSV files may have set a higher one: it only grows, and
    # the cells are measured here too.
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_CELL))
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
                    demand_whole(file, reader.line_num, last, columns)
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
                faults.append(
                    Fault(place, "", ", ".join(row)[:200], f"The row has {len(row)} cells and must have {columns}.")
                )
                _lose(lost, row)
            else:
                is_form_known = True
                yield reader.line_num, row


def _lose(lost: list[list[str]] | None, row: list[str]) -> None:
    if lost is not None:
        lost.append(row)


def demand_end_mark(file: RawFile) -> None:
    """Refuse a file whose last row is not followed by the end of its line and the mark 0x1A: it is cut off."""
    with file.open() as opened:
        opened.seek(max(0, file.size - _TAIL))
        tail = opened.read().rstrip(b"\r\n")
    if not tail.endswith(_END_MARK.encode()):
        raise UnreadableList(
            f"{file.name}: it does not end with the mark 0x1A, with which every such file ends. Is the file cut off? "
            "Download it again, and hand it in as it is."
        )
    if len(tail) > 1 and tail[-2:-1] not in (b"\n", b"\r"):
        raise UnreadableList(f"{file.name}: the last row before the mark 0x1A is not whole. Is the file cut off?")


def with_whole_end(file: RawFile, numbered_rows: Iterable[_Row], columns: int) -> Iterator[_Row]:
    """Yield the rows of a file; refuse it if the last one has fewer cells than ``columns``: it is cut off."""
    line, last = 0, [""] * columns
    for number, row in numbered_rows:
        if any(map(str.strip, row)):
            line, last = number, row
        yield number, row
    demand_whole(file, line, last, columns)


def demand_whole(file: RawFile, line: int, row: Sequence[str], columns: int) -> None:
    """Refuse a file whose last row has fewer cells than ``columns``."""
    if len(row) < columns:
        raise UnreadableList(
            f"{file.name}, line {line}: the last row has {len(row)} cells and must have {columns}. Is the file cut off?"
        )


def encoding_of(file: RawFile) -> str:
    """Return ``utf-8`` if a file is UTF-8 from its first byte to its last, and ``cp1252`` if it is not.

    Text in cp1252 with letters beyond ASCII is hardly ever UTF-8 by accident; whether the file is cp1252, and not cut
    off or of yet another encoding, is seen when it is read.
    """
    decoder = codecs.getincrementaldecoder("utf-8")(errors="strict")
    with file.open() as opened:
        try:
            while block := opened.read(BLOCK):
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
                f"{file.name}, line {number}: byte 0x{error.object[error.start]:02X} is no {encoding}."
            ) from error
        yield text.removeprefix("\ufeff") if number == 1 else text
    if decoder.getstate()[0]:
        raise UnreadableList(f"{file.name}: It ends within a character of {encoding}. Is the file cut off?")


def demand_header(file: RawFile, row: Sequence[str], expected: Sequence[str]) -> None:
    """Refuse a file whose header is another list's: :class:`UnreadableList` names the first column that differs."""
    for number, wanted in enumerate(expected):
        there = row[number].strip() if number < len(row) else ""
        if there != wanted:
            raise UnreadableList(
                f"{file.name}: column {number + 1} is {there!r} and must be {wanted!r}. Is it another list, or form?"
            )
    if len(row) > len(expected):
        raise UnreadableList(f"{file.name}: column {len(expected) + 1}, {row[len(expected)]!r}, is not known.")
