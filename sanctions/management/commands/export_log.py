"""Write the editorial log as CSV: ``manage.py export_log [--from DAY] [--to DAY] FILE``."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from sanctions.exports import as_csv
from sanctions.models import LogEntry

#: Column → its type.
_COLUMNS: Final = {
    "number": "integer",
    "at": "string",
    "move": "string",
    "record_type": "string",
    "slug": "string",
    "by": "string",
    "reason": "string",
    "address": "string",
    "proposal": "integer",
    "batch": "integer",
}


def day(text: str) -> date:
    """Parse a day, YYYY-MM-DD; argparse reports the error."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is not a day: write it as YYYY-MM-DD.") from error


class Command(BaseCommand):
    """Write the entries of a period, the oldest first."""

    help = "Write the editorial log to a CSV file that is safe to open in a spreadsheet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the period and the file."""
        parser.add_argument("--from", type=day, dest="first", metavar="DAY", help="first day, such as 2025-01-01")
        parser.add_argument("--to", type=day, dest="last", metavar="DAY", help="last day, included")
        parser.add_argument("file", type=Path, help="file to write; an existing file is replaced")

    def handle(self, *, first: date | None, last: date | None, file: Path, **options: Any) -> None:
        """Write the file."""
        if first and last and last < first:
            raise CommandError(f"The period ends before it begins: {first} to {last}.")
        entries = LogEntry.objects.order_by("number")
        if first:
            entries = entries.filter(at__gte=_midnight(first))
        if last and last < date.max:
            entries = entries.filter(at__lt=_midnight(last + timedelta(days=1)))
        rows = [row | {"at": row["at"].isoformat()} for row in entries.values(*_COLUMNS)]
        try:
            file.write_bytes(as_csv.write(_COLUMNS, rows))
        except OSError as error:
            raise CommandError(f"The log was not written: {error}") from error
        self.stdout.write(self.style.SUCCESS(f"{len(rows)} entries written to {file}"))


def _midnight(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, time.min))
