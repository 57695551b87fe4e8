"""Checksums of files as text, in the form that ``sha256sum --check`` reads (GNU coreutils)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

MEDIA_TYPE: Final = "text/plain"


def write(records: Iterable[Mapping[str, Any]]) -> bytes:
    """Return a line for each record: its ``sha256``, two spaces, its ``path``."""
    return "".join(f"{record['sha256']}  {record['path']}\n" for record in records).encode()
