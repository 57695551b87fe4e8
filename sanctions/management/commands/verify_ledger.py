"""Verify the ledger and everything that is derived from it: ``manage.py verify_ledger``."""

from __future__ import annotations

from argparse import ArgumentParser
from itertools import islice
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from sanctions.models import LedgerHead
from sanctions.verification.checks import CHECKS
from sanctions.verification.mismatches import Mismatch

#: Default of ``--most``.
_MOST: Final = 100


class Command(BaseCommand):
    """Check the chain, and compare tables, stored responses, search entries and history with it."""

    help = (
        "Check the hash chain of all versions, and compare everything that is served with it: rows of records, stored "
        "responses, search entries, history, releases and merges. Lists every difference."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the checks to run, and how many differences to list."""
        parser.add_argument(
            "--only",
            action="append",
            choices=list(CHECKS),
            metavar="CHECK",
            help=f"run only this check; may be repeated. Checks: {', '.join(CHECKS)}",
        )
        parser.add_argument(
            "--most", type=int, default=_MOST, help=f"list at most so many differences (default: {_MOST})"
        )

    def handle(self, *, only: list[str] | None, most: int, **options: Any) -> None:
        """Verify; fail if anything differs."""
        if most < 1:
            raise CommandError("--most must be 1 or more.")
        mismatches: list[Mismatch] = []
        quiet = True if options["verbosity"] == 0 else None
        for name in only or CHECKS:
            with tqdm(desc=f"Checking {name}", unit=" rows", disable=quiet, leave=False) as bar:
                mismatches += islice(CHECKS[name](bar.update), most + 1 - len(mismatches))
            if len(mismatches) > most:
                break
        if mismatches:
            more = [f"… and more than these {most}."] if len(mismatches) > most else []
            raise CommandError("\n".join(["The ledger is not consistent:", *map(str, mismatches[:most]), *more]))
        head = LedgerHead.objects.get(pk=1)
        self.stdout.write(
            self.style.SUCCESS(f"{head.sequence} versions are consistent. Digest of the last: {head.digest}")
        )
