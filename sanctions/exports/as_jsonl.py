"""JSON Lines: one object a line, in UTF-8, its keys in the order of the columns; what has no value is null."""

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
