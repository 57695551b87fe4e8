"""What every reader of XLSX needs: how to open a workbook, escaped characters, the errors of damaged files."""

from __future__ import annotations

import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, Final

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

#: The escape of a character that XML would drop, such as a carriage return (ECMA-376, ST_Xstring).
ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
#: Errors that damaged files cause in zipfile, the XML parser and openpyxl.
DAMAGED: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    InvalidFileException,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)


@contextmanager
def open_workbook(stream: BinaryIO) -> Iterator[Any]:
    """Open a workbook for reading, without following links or evaluating formulas.

    The size that a sheet states for itself is not trusted. Damaged files raise one of :data:`DAMAGED`, also later.
    """
    with warnings.catch_warnings():
        # openpyxl warns of styles and extensions that it leaves out.
        warnings.simplefilter("ignore")
        book = load_workbook(stream, read_only=True, data_only=False, keep_links=False)
        try:
            for sheet in book.worksheets:
                sheet.reset_dimensions()
            yield book
        finally:
            book.close()


def unescape(text: str) -> str:
    """Return the text of a cell with its escaped characters restored."""
    return ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
