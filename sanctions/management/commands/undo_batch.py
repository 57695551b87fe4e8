"""Undo a bulk operation: ``manage.py undo_batch NUMBER --by NAME --reason WHY``."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from sanctions.editorial.undo import entries_of, import_of, undo_batch
from sanctions.exceptions import MoveRefused
from sanctions.ledger.versions import Act
from sanctions.management.account_lookup import find_active_account


class Command(BaseCommand):
    """Undo every move of a batch by the editorial rules, or an import as a whole."""

    help = (
        "Undo a batch of the editorial log in the name of an account. A batch of an import is undone as by undo_import."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the batch, the account and the reason."""
        parser.add_argument("number", type=int, help="number of the batch in the log")
        parser.add_argument("--by", required=True, metavar="NAME", help="account in whose name it is undone")
        parser.add_argument("--reason", required=True, help="why it is undone; public if records are retracted")

    def handle(self, *, number: int, by: str, reason: str, **options: Any) -> None:
        """Undo the batch, and report moves that were not undone."""
        if made := import_of(number):
            call_command(
                "undo_import", made.number, by=by, reason=reason, verbosity=options["verbosity"], stdout=self.stdout
            )
            return
        user, quiet = find_active_account(by), options["verbosity"] == 0
        many = entries_of(number).count()
        try:
            with tqdm(total=many, unit=" moves", desc="Undoing", disable=True if quiet else None) as bar:
                results = undo_batch(number, Act(timezone.now(), user, reason), progress=bar.update)
        except MoveRefused as refusal:
            raise CommandError(f"Nothing was done. {refusal}") from refusal
        if quiet:
            return
        for result in results.refused:
            self.stdout.write(self.style.WARNING(f"{result.item.record_type}: {result.why}"))
        where = f", batch {results.number} of the log" if results.number else ""
        summary = f"{len(results.done)} moves undone, {len(results.refused)} not undone{where}."
        self.stdout.write(self.style.SUCCESS(summary))
