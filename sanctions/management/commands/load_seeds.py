"""Load curated records from YAML: ``manage.py load_seeds [folder]``."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import timezone
from tqdm import tqdm

from sanctions.exceptions import InvalidDocument
from sanctions.management.refusals import LedgerCommand
from sanctions.records.bulk import update_statistics
from sanctions.records.ledger import Act
from sanctions.records.store import after_merges, held_back, save_documents
from sanctions.records.yaml_files import read_folder
from sanctions.vocabulary import VersionKind


class Command(LedgerCommand):
    """Load every YAML file below a folder in one transaction; what is the same already, or retracted, is left alone."""

    help = "Load curated records from the YAML files of a folder: all or nothing, and idempotent."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the folder, the project's seeds if none is given."""
        parser.add_argument("--reason", default="Loaded from seeds.", help="why, in words: kept with each version")
        parser.add_argument(
            "--correction",
            action="store_true",
            help="what has changed was wrong before (otherwise: the world, or what we know of it, has changed)",
        )
        parser.add_argument("folder", nargs="?", type=Path, default=settings.BASE_DIR / "seeds", help="default: seeds/")

    def handle(self, *, folder: Path, reason: str, correction: bool, **options: Any) -> None:
        """Load, and say what was created, changed and left alone."""
        try:
            incoming, merged = after_merges(read_folder(folder))
            held = held_back(incoming)
            left = {(item.record_type.name, item.slug) for item in held}
            incoming = [item for item in incoming if (item.record_type.name, item.slug) not in left]
            kind = VersionKind.CORRECTION if correction else VersionKind.UPDATE
            act = Act(at=timezone.now(), reason=reason, kind=kind)
            quiet = options["verbosity"] == 0
            with tqdm(total=len(incoming), unit=" records", desc="Loading", disable=True if quiet else None) as bar:
                report = save_documents(incoming, act, bar.update)
            update_statistics(report.written)
        except InvalidDocument as error:
            raise CommandError(f"Nothing was loaded: {len(error.problems)} fault(s).\n{error}") from error
        if not options["verbosity"]:
            return
        for (name, old), new in merged.items():
            self.stdout.write(f"left merged: {name} {old}, which is {new} now")
        for item in held:
            self.stdout.write(f"left retracted: {item.record_type.name} {item.slug}")
        for word, found in (("created", report.created), ("changed", report.changed)):
            for name, slugs in found.items():
                self.stdout.write(f"{word} {len(slugs)} {name} records")
        if report.written == 0:
            self.stdout.write(f"Nothing to do: all {report.unchanged} records are there as the files have them.")
        else:
            self.stdout.write(self.style.SUCCESS(f"{report.written} written, {report.unchanged} left alone."))
