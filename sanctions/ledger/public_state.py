"""The state of everything public: while it is the same, no public answer has changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Final

from django.db import DEFAULT_DB_ALIAS, connections

from sanctions.models import LedgerHead

#: Folders whose files determine the answers: this package and the API.
_CODE: Final = (Path(__file__).resolve().parents[1], Path(__file__).resolve().parents[2] / "api")
_SUFFIXES: Final = frozenset({".py", ".html"})
_HEAD: Final = f"SELECT sequence, digest, recorded_at FROM {LedgerHead._meta.db_table} WHERE id = 1"  # noqa: S608


@dataclass(frozen=True, slots=True)
class PublicState:
    """The head of the ledger; ``written_at`` is when a version, a release or a rendering was last written."""

    sequence: int
    digest: str
    written_at: datetime | None

    @property
    def stamp(self) -> str:
        """A text that differs between any two states."""
        written = self.written_at.isoformat() if self.written_at else ""
        return f"{self.sequence} {self.digest} {written}"


def public_state(using: str = DEFAULT_DB_ALIAS) -> PublicState:
    """Read the state of a database: one row by its primary key."""
    # Every request begins with this query: a constant statement saves the ORM's time to build one.
    with connections[using].cursor() as cursor:
        cursor.execute(_HEAD)
        sequence, digest, recorded_at = cursor.fetchone()
    return PublicState(sequence, digest, _written_at(recorded_at))


def _written_at(value: datetime | None) -> datetime | None:
    """Add the time zone, which SQLite does not store: UTC."""
    return value and (value if value.tzinfo else value.replace(tzinfo=UTC))


@cache
def code_stamp() -> str:
    """Return the digest of the code, because another version of it may answer differently from the same records."""
    digest = blake2b(digest_size=16)
    for folder in _CODE:
        for path in sorted(path for path in folder.rglob("*") if path.suffix in _SUFFIXES):
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
