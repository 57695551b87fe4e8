"""Write the records of one noun as a spreadsheet: ``manage.py export_sheet FILE --noun orders [SLUG …]``."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from sanctions.exceptions import TooMuch
from sanctions.records.encode import chunks, encode_many
from sanctions.records.registry import BY_PLURAL
from sanctions.spreadsheets.files import written
from sanctions.vocabulary import State


class Command(BaseCommand):
    """Write a spreadsheet that a curator can edit and import_sheet can read: XLSX, or a ZIP of CSV files."""

    help = "Write the records of one noun as XLSX (FILE.xlsx) or as a ZIP of CSV files (FILE.zip), for import_sheet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the file, the noun and the records."""
        parser.add_argument("file", type=Path, help="file to write, .xlsx or .zip; an existing file is replaced")
        parser.add_argument("--noun", required=True, choices=sorted(BY_PLURAL), help="noun of the records")
        parser.add_argument("--state", choices=State.values, help="only records in this state (default: all)")
        parser.add_argument("slugs", nargs="*", metavar="slug", help="only these records (default: all)")

    def handle(self, *, file: Path, noun: str, state: str | None, slugs: list[str], **options: Any) -> None:
        """Write the file."""
        form = {".xlsx": "xlsx", ".zip": "csv"}.get(file.suffix.lower())
        if form is None:
            raise CommandError(f"The name of {file} must end in .xlsx or .zip.")
        record_type = BY_PLURAL[noun]
        rows = record_type.model._default_manager.order_by("slug")
        if state:
            rows = rows.filter(state=state)
        known = dict(rows.values_list("slug", "pk"))
        if missing := [slug for slug in slugs if slug not in known]:
            raise CommandError(f"Nothing was written. No {record_type.name} has the slug {', '.join(missing)}.")
        ids = [known[slug] for slug in dict.fromkeys(slugs or known)]
        documents = [
            document for chunk in chunks(ids) for document in _in_order(encode_many(record_type, chunk), chunk)
        ]
        try:
            file.write_bytes(written(record_type, documents, form, timezone.localtime()))
        except (TooMuch, OSError) as error:
            raise CommandError(f"Nothing was written: {error}") from error
        self.stdout.write(self.style.SUCCESS(f"{len(documents)} {noun} written to {file}"))


def _in_order(documents: dict[int, Any], ids: list[int]) -> list[Any]:
    return [documents[pk] for pk in ids]
