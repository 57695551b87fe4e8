"""What every reader of XLSX files must know: how they write characters that XML drops, and how damaged ones fail."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from typing import Final

from openpyxl.utils.exceptions import InvalidFileException

#: How a workbook writes a character that XML would drop, such as a carriage return (ECMA-376, ST_Xstring).
SIGN: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
#: What damaged files have been seen to raise on their way through zip, XML and openpyxl.
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


def read_signs(text: str) -> str:
    """Return the text of a cell with the characters that are written as their numbers."""
    return SIGN.sub(lambda found: chr(int(found[1], 16)), text)
