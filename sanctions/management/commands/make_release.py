"""Make a numbered release: ``manage.py make_release [--title T] [--notes N] [--to FOLDER]``."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone
from tqdm import tqdm

from sanctions.exceptions import NothingToRelease
from sanctions.ledger.releases import make_release, manifest, versions
from sanctions.management.ledger_command import LedgerCommand
from sanctions.models import Release
from sanctions.records.registry import BY_NAME


class Command(LedgerCommand):
    """Make a release, and write its documents and manifest to a folder if one is given."""

    help = "Make a numbered release of all public records, with a manifest of checksums."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the title, the notes and the folder."""
        parser.add_argument("--title", default="", help="title of the release (default: Release and its number)")
        parser.add_argument("--notes", default="", help="what is new in it")
        parser.add_argument(
            "--to",
            type=Path,
            help="new or empty folder to write to: one document per record, and MANIFEST for sha256sum --check",
        )

    def handle(self, *, title: str, notes: str, to: Path | None, **options: Any) -> None:
        """Make the release, and write its files."""
        if to is not None and to.exists() and (not to.is_dir() or any(to.iterdir())):
            raise CommandError(f"{to} exists and is not an empty folder. Give another folder to --to.")
        try:
            release = make_release(timezone.now(), title=title, notes=notes)
        except NothingToRelease as refusal:
            raise CommandError(f"No release was made. {refusal}") from refusal
        if to is not None:
            self._write(release, to, quiet=options["verbosity"] == 0)
        total = sum(release.counts.values())
        self.stdout.write(
            self.style.SUCCESS(f"Release {release.number}: {total} records. Manifest: {release.manifest_sha256}")
        )

    def _write(self, release: Release, to: Path, *, quiet: bool) -> None:
        total = sum(release.counts.values())
        for version in tqdm(
            versions(release), total=total, unit=" records", desc="Writing", disable=True if quiet else None
        ):
            file = to / BY_NAME[version.record_type].plural / version.slug / "versions" / f"{version.number}.json"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(version.document.encode())
        to.mkdir(parents=True, exist_ok=True)
        with (to / "MANIFEST").open("w", encoding="utf-8", newline="") as lines:
            lines.writelines(map(str, manifest(release)))
