"""Rules shared by all readers of XLSX: escaped characters, and the errors of damaged files."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from typing import Final

from openpyxl.utils.exceptions import InvalidFileException

#: The escape of a character that XML would drop, such as a carriage return (ECMA-376, ST_Xstring).
SIGN: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
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


def read_signs(text: str) -> str:
    """Return the text of a cell with its escaped characters restored."""
    return SIGN.sub(lambda match: chr(int(match[1], 16)), text)
