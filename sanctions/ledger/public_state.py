"""Which state everything public is in: what decides whether an answer may have changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Final

from django.db import DEFAULT_DB_ALIAS, connections

from sanctions.models import LedgerHead

#: The folders whose files decide what is answered: this package, and what serves it.
_CODE: Final = (Path(__file__).resolve().parents[1], Path(__file__).resolve().parents[2] / "api")
_SUFFIXES: Final = frozenset({".py", ".html"})
_HEAD: Final = f"SELECT sequence, digest, recorded_at FROM {LedgerHead._meta.db_table} WHERE id = 1"  # noqa: S608


@dataclass(frozen=True, slots=True)
class PublicState:
    """The end of the ledger and when anything public was last written: a version, a release, a rendering."""

    sequence: int
    digest: str
    written_at: datetime | None

    @property
    def stamp(self) -> str:
        """Return a text that is another one in every other state."""
        written = self.written_at.isoformat() if self.written_at else ""
        return f"{self.sequence} {self.digest} {written}"


def public_state(using: str = DEFAULT_DB_ALIAS) -> PublicState:
    """Read the state of a database: one row by its key.

    What is public changes with the head of the ledger, and only with it.
    """
    # Every answer begins with it, so that it is worth a statement that nobody has to put together.
    with connections[using].cursor() as cursor:
        cursor.execute(_HEAD)
        sequence, digest, recorded_at = cursor.fetchone()
    return PublicState(sequence, digest, _written_at(recorded_at))


def _written_at(value: datetime | None) -> datetime | None:
    """Return an instant with its zone, which SQLite does not tell: it is UTC."""
    return value and (value if value.tzinfo else value.replace(tzinfo=UTC))


@cache
def code_stamp() -> str:
    """Return the digest of the code: the same records may be answered in another way by another version of it."""
    digest = blake2b(digest_size=16)
    for folder in _CODE:
        for path in sorted(path for path in folder.rglob("*") if path.suffix in _SUFFIXES):
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
