"""Write the log of the desk as CSV: ``manage.py export_log [--from DAY] [--to DAY] FILE``."""

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
    """Read a day: YYYY-MM-DD; argparse tells what is wrong."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no day: write it as YYYY-MM-DD.") from error


class Command(BaseCommand):
    """Write the entries of a period, the oldest first."""

    help = "Write the log of the editorial desk to a CSV file, which a spreadsheet can open safely."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the period and the file."""
        parser.add_argument("--from", type=day, dest="first", metavar="DAY", help="first day, such as 2025-01-01")
        parser.add_argument("--to", type=day, dest="last", metavar="DAY", help="last day, which is included")
        parser.add_argument("file", type=Path, help="file to write; one that is there is replaced")

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


def _midnight(found: date) -> datetime:
    return timezone.make_aware(datetime.combine(found, time.min))
