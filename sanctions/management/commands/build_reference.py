"""Write the reference: ``manage.py build_reference [--check]``."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from sanctions.management.generated_files import update_files
from sanctions.management.reference_pages import data_dictionary, standings, vocabularies
from sanctions.records.registry import RECORD_TYPES
from sanctions.records.schema import json_schema


class Command(BaseCommand):
    """Write docs/reference/, or check that it is up to date."""

    help = "Write docs/reference/: JSON Schemas of the documents, data dictionary, standings and vocabularies."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the folder and ``--check``."""
        parser.add_argument(
            "--to",
            type=Path,
            default=settings.BASE_DIR / "docs" / "reference",
            help="folder to write to (default: docs/reference/)",
        )
        parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is not up to date")

    def handle(self, *, to: Path, check: bool, **options: Any) -> None:
        """Write the files."""
        files = {
            f"{record_type.name}.schema.json": json.dumps(json_schema(record_type), indent=2, ensure_ascii=False) + "\n"
            for record_type in RECORD_TYPES
        }
        files["data-dictionary.md"] = data_dictionary()
        files["standings.md"] = standings()
        files["vocabularies.md"] = vocabularies()
        self.stdout.write(update_files(to, "*", files, check=check, remake="manage.py build_reference"))
