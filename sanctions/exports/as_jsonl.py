"""JSON Lines: one object per line, in UTF-8, keys in the order of the columns; a missing value is null."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson


def write(columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return a table; ``columns`` maps the names of the columns, in order, to their types."""
    return b"".join(
        orjson.dumps({name: row.get(name) for name in columns}, default=str, option=orjson.OPT_APPEND_NEWLINE)
        for row in rows
    )
