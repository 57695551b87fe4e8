"""Undo what was done together: ``manage.py undo_batch NUMBER --by NAME --reason WHY``."""

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
    """Take back every move of a batch of the log, each by itself, by the rules of the desk; an import as a whole."""

    help = "Undo a batch of the log in the name of an account; that of an import is undone as by undo_import."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the batch, who undoes it and why."""
        parser.add_argument("number", type=int, help="the batch, by its number in the log")
        parser.add_argument("--by", required=True, metavar="NAME", help="account that undoes it")
        parser.add_argument("--reason", required=True, help="why, in words: public with what is retracted")

    def handle(self, *, number: int, by: str, reason: str, **options: Any) -> None:
        """Undo, and tell what was left alone."""
        if made := import_of(number):
            call_command(
                "undo_import", made.number, by=by, reason=reason, verbosity=options["verbosity"], stdout=self.stdout
            )
            return
        user, quiet = find_active_account(by), options["verbosity"] == 0
        many = entries_of(number).count()
        try:
            with tqdm(total=many, unit=" moves", desc="Undoing", disable=True if quiet else None) as bar:
                found = undo_batch(number, Act(timezone.now(), user, reason), progress=bar.update)
        except MoveRefused as refusal:
            raise CommandError(f"Nothing was done. {refusal}") from refusal
        if quiet:
            return
        for result in found.refused:
            self.stdout.write(self.style.WARNING(f"{result.item.record_type}: {result.why}"))
        where = f", batch {found.number} of the log" if found.number else ""
        told = f"{len(found.done)} moves taken back, {len(found.refused)} left alone{where}."
        self.stdout.write(self.style.SUCCESS(told))
