"""Which state everything public is in: what decides whether an answer may have changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Final

from sanctions.models import LedgerHead

#: The folders whose files decide what is answered: this package, and what serves it.
_CODE: Final = (Path(__file__).resolve().parents[1], Path(__file__).resolve().parents[2] / "api")
_SUFFIXES: Final = frozenset({".py", ".html"})


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


def public_state() -> PublicState:
    """Read the state: one row by its key. What is public changes with the head of the ledger, and only with it."""
    return PublicState(*LedgerHead.objects.values_list("sequence", "digest", "recorded_at").get(pk=1))


@cache
def code_stamp() -> str:
    """Return the digest of the code: the same records may be answered in another way by another version of it."""
    digest = blake2b(digest_size=16)
    for folder in _CODE:
        for path in sorted(path for path in folder.rglob("*") if path.suffix in _SUFFIXES):
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
