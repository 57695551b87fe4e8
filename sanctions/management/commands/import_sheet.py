"""Import a spreadsheet as drafts and proposals.

``manage.py import_sheet FILE --noun orders --by NAME --reason WHY [--dry-run]``.
"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from sanctions.exceptions import InvalidDocument, MoveRefused, UnreadableSheet
from sanctions.ledger.versions import Act
from sanctions.management.account_lookup import find_active_account
from sanctions.records.diff import changes
from sanctions.records.registry import BY_PLURAL
from sanctions.spreadsheets.files import tables_in
from sanctions.spreadsheets.importing import SheetConsent, write
from sanctions.spreadsheets.limits import MOST_BYTES
from sanctions.spreadsheets.preview import Outcome, Preview, preview
from sanctions.vocabulary import VersionKind

#: Characters of a value in the preview.
_SHOWN = 70


class Command(BaseCommand):
    """Import a file as drafts of an account, and as proposals for public records: all of it or nothing."""

    help = "Import a spreadsheet (XLSX or CSV) as drafts and proposals, all or nothing. --dry-run writes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the file, the noun, the account and the reason."""
        parser.add_argument("file", type=Path, help="XLSX, one CSV file of the records, or a ZIP of CSV files")
        parser.add_argument("--noun", required=True, choices=sorted(BY_PLURAL), help="noun of the records")
        parser.add_argument("--by", required=True, metavar="NAME", help="account in whose name they are written")
        parser.add_argument("--reason", default="", help="why they are imported; required without --dry-run")
        parser.add_argument(
            "--correction", action="store_true", help="public records were wrong (default: the world has changed)"
        )
        parser.add_argument(
            "--leave-out-faulty", action="store_true", help="import the rest if some records have faults"
        )
        parser.add_argument("--dry-run", action="store_true", help="report what would be imported, and write nothing")

    def handle(self, *, file: Path, noun: str, by: str, reason: str, **options: Any) -> None:
        """Preview the import, report it, and write it."""
        user, at = find_active_account(by), timezone.now()
        try:
            planned = preview(BY_PLURAL[noun], tables_in(BY_PLURAL[noun], _content(file)), user, at)
            self._report(planned, quiet=options["verbosity"] == 0)
            if options["dry_run"]:
                return
            kind = VersionKind.CORRECTION if options["correction"] else VersionKind.UPDATE
            consent = SheetConsent(planned.seal, kind, without_faulty=options["leave_out_faulty"])
            done = write(planned, consent, Act(at, user, reason))
        except (UnreadableSheet, MoveRefused, InvalidDocument, OSError) as error:
            raise CommandError(f"Nothing was written. {error}") from error
        summary = f"{done.drafts} drafts and {done.proposals} proposals written"
        batch = f", batch {done.batch} of the log" if done.batch else ""
        self.stdout.write(self.style.SUCCESS(f"{summary}{batch}."))

    def _report(self, planned: Preview, *, quiet: bool) -> None:
        if quiet:
            return
        for item in planned.items:
            if item.outcome == Outcome.UNCHANGED:
                continue
            self.stdout.write(f"{item.outcome.value}: {item.slug}{' (proposal)' if item.is_proposal else ''}")
            if item.outcome == Outcome.CHANGED:
                for change in changes(planned.record_type, item.before, item.document):
                    before, after = _short(change.before), _short(change.after)
                    self.stdout.write(f"  {change.path}: {change.kind}: {before} -> {after}")
        for fault in planned.faults:
            place = f"{fault.sheet}, row {fault.row}" + (f", column {fault.column}" if fault.column else "")
            value = f" {_short(fault.value)}" if fault.value else ""
            self.stdout.write(self.style.ERROR(f"fault: {place}:{value} {fault.message}"))
        self.stdout.write(", ".join(f"{count} {name}" for name, count in planned.counts.items()))


def _content(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(MOST_BYTES + 1)


def _short(value: Any) -> str:
    text = "nothing" if value is None else repr(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
