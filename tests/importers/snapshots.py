"""Import snapshots of a small OFAC list."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final

from django.contrib.auth.models import User

from sanctions.importers.base import RawFile
from sanctions.importers.registry import SOURCES
from sanctions.importers.running import PreparedImport, carry_out, prepare
from sanctions.importers.write import Consent
from sanctions.ledger.versions import Act

FIRST: Final = date(2024, 5, 1)


SECOND: Final = date(2024, 5, 3)


THIRD: Final = date(2024, 5, 4)


AT: Final = datetime(2025, 2, 7, 12, tzinfo=UTC)


SDN: Final = SOURCES["ofac-sdn"]


#: Number → name, programs, remarks.
Rows = Mapping[str, tuple[str, str] | tuple[str, str, str]]


ADA: Final = ("TESTOV, Ada", "SYRIA")


BO: Final = ("ACME TRADING", "SDGT] [SYRIA")


def csv(rows: Rows, name: str = "sdn.csv") -> RawFile:
    """Return the file of a list with these entries, all of them individuals."""
    lines = []
    for number, (called, programs, *remarks) in rows.items():
        told = f'"{remarks[0]}"' if remarks else "-0- "
        lines.append(f'{number},"{called}","individual","{programs}"{",-0- " * 7},{told}\r\n')
    return RawFile.of_bytes(name, ("".join(lines) + "\x1a").encode())


def seen(day: date, *files: RawFile, public: bool = True) -> PreparedImport:
    return prepare(SDN, list(files), as_of=day, is_public=public)


def imported(by: User, day: date, *files: RawFile, public: bool = True) -> PreparedImport:
    found = seen(day, *files, public=public)
    carry_out(found, Consent(Act(AT + timedelta(days=(day - FIRST).days), by, f"Import of {day}."), is_public=public))
    return found
