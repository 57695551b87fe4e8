"""Load curated records from YAML: ``manage.py load_seeds [folder]``."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import timezone
from tqdm import tqdm

from sanctions.database.bulk_writes import update_statistics
from sanctions.exceptions import InvalidDocument
from sanctions.importers.seeds.items import SeedOutcome, SeedsLoaded
from sanctions.importers.seeds.load import load_seeds
from sanctions.ledger.versions import Act
from sanctions.loading.yaml_files import read_folder
from sanctions.management.ledger_command import LedgerCommand
from sanctions.vocabulary import VersionKind


class Command(LedgerCommand):
    """Load changes in the YAML files of a folder into the database, in one transaction.

    Records that people have changed are not overwritten: the change becomes a proposal, or is listed.
    """

    help = (
        "Load curated records from the YAML files of a folder, all or nothing. Loading them again changes nothing. "
        "Records that people have changed are not overwritten: changes in the files become proposals, or are listed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the folder, the reason and the kind of change."""
        parser.add_argument(
            "--reason", default="Loaded from seeds.", help="why they are loaded; stored with each version"
        )
        parser.add_argument(
            "--correction",
            action="store_true",
            help="the records were wrong before (default: the world, or our knowledge of it, has changed)",
        )
        parser.add_argument(
            "folder",
            nargs="?",
            type=Path,
            default=settings.BASE_DIR / "seeds",
            help="folder with YAML files (default: seeds/)",
        )

    def handle(self, *, folder: Path, reason: str, correction: bool, **options: Any) -> None:
        """Load the files, and list what was created, changed, proposed and left unchanged."""
        try:
            incoming = read_folder(folder)
            kind = VersionKind.CORRECTION if correction else VersionKind.UPDATE
            act = Act(at=timezone.now(), reason=reason, kind=kind)
            quiet = options["verbosity"] == 0
            with tqdm(total=len(incoming), unit=" records", desc="Loading", disable=True if quiet else None) as bar:
                loaded = load_seeds(incoming, act, bar.update)
            update_statistics(loaded.report.written)
        except InvalidDocument as error:
            raise CommandError(f"Nothing was loaded: {len(error.problems)} fault(s).\n{error}") from error
        if not quiet:
            self._list(loaded)

    def _list(self, loaded: SeedsLoaded) -> None:
        for line in loaded.standing:
            self.stdout.write(line)
        proposed, left = loaded.of(SeedOutcome.PROPOSED), [item for item in loaded.of(SeedOutcome.LEFT) if item.why]
        for item in proposed:
            name = " ".join(item.record_key)
            self.stdout.write(f"proposed: {name}, proposal {item.number}: {', '.join(item.paths)}")
        for item in left:
            self.stdout.write(f"left as it is: {' '.join(item.record_key)}. {item.why}")
        written = loaded.report.written
        for word, records in (("created", loaded.report.created), ("changed", loaded.report.changed)):
            for noun, slugs in records.items():
                self.stdout.write(f"{word} {len(slugs)} {noun} records")
        if not (written or proposed or left):
            self.stdout.write(f"Nothing to do: the files contain nothing new about their {loaded.total} records.")
            return
        counts = [f"{written} written", *([f"{len(proposed)} proposed"] if proposed else [])]
        rest = loaded.total - written - len(proposed)
        self.stdout.write(self.style.SUCCESS(f"{', '.join(counts)}, {rest} left alone."))
