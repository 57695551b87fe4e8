"""Write fixtures from the seeds: ``manage.py build_fixtures [--check]``."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone

from sanctions.exceptions import InvalidDocument
from sanctions.ledger.versions import Act
from sanctions.loading.documents import save_documents
from sanctions.loading.fixtures import fixture_files
from sanctions.loading.yaml_files import read_folder
from sanctions.management.generated_files import update_files


class Command(BaseCommand):
    """Load the seeds in a transaction that is rolled back, and write the rows as fixtures."""

    help = (
        "Write fixtures/ from the seeds: JSON with natural keys, for manage.py loaddata. The database is not changed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the folders and ``--check``."""
        parser.add_argument(
            "--seeds", type=Path, default=settings.BASE_DIR / "seeds", help="folder of the seeds (default: seeds/)"
        )
        parser.add_argument(
            "--to",
            type=Path,
            default=settings.BASE_DIR / "fixtures",
            help="folder of the fixtures (default: fixtures/)",
        )
        parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is not up to date")

    def handle(self, *, seeds: Path, to: Path, check: bool, **options: Any) -> None:
        """Build the fixtures."""
        try:
            with transaction.atomic():
                incoming = read_folder(seeds)
                save_documents(incoming, Act(at=timezone.now()))
                files = {
                    name: json.dumps(rows, indent=1, ensure_ascii=False, cls=DjangoJSONEncoder) + "\n"
                    for name, rows in fixture_files(incoming).items()
                }
                transaction.set_rollback(True)
        except InvalidDocument as error:
            raise CommandError(str(error)) from error
        self.stdout.write(update_files(to, "*.json", files, check=check, remake="manage.py build_fixtures"))
