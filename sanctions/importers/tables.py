"""Rows of CSV files as they were published, with their lines; what is no such file is refused."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO, Final

from sanctions.exceptions import UnreadableList
from sanctions.importers.base import BLOCK, Fault, RawFile
from sanctions.importers.strict import LONGEST

#: Control characters that no text has, but for the end-of-file mark that some of the files end with.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_END_MARK: Final = "\x1a"
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

    Rows with another number of cells than ``columns``, or with control characters, are told as faults and left out;
    they are put into ``lost``, so that a reader can say of which entries something is missing.
    :class:`UnreadableList` if the file is not in the encoding, or a quotation begins in it and does not end: then it
    is cut off.
    """
    # The process has one such limit, and whoever reads other CSV files may have set a higher one: it only grows, and
    # the cells are measured here too.
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_CELL))
    with file.open() as opened:
        reader = csv.reader(_lines(file, opened, encoding), delimiter=delimiter, strict=True)
        while True:
            try:
                row = next(reader, None)
            except csv.Error as error:
                why = f"{file.name}, line {reader.line_num}: {error}. Is the file cut off, or another format?"
                raise UnreadableList(why) from error
            if row is None:
                return
            place = f"{file.name}, line {reader.line_num}"
            if any(len(cell) > _LONGEST_CELL for cell in row):
                raise UnreadableList(
                    f"{place}: a cell has more than {_LONGEST_CELL:,} characters. Is it another format?"
                )
            if not row or row == [_END_MARK]:
                continue
            if found := next(filter(None, map(_CONTROL.search, row)), None):
                faults.append(Fault(place, "", "", f"The row holds the control character U+{ord(found[0]):04X}."))
                _lose(lost, row)
            elif columns is not None and len(row) != columns:
                faults.append(
                    Fault(place, "", ", ".join(row)[:200], f"The row has {len(row)} cells and must have {columns}.")
                )
                _lose(lost, row)
            else:
                yield reader.line_num, row


def _lose(lost: list[list[str]] | None, row: list[str]) -> None:
    if lost is not None:
        lost.append(row)


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
