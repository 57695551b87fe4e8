"""Prove that the ledger is whole, and that what is served is what it has: ``manage.py verify_ledger``."""

from __future__ import annotations

from argparse import ArgumentParser
from itertools import islice
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from sanctions.models import LedgerHead
from sanctions.verification.checks import CHECKS
from sanctions.verification.mismatches import Mismatch

#: How many places are named, unless told otherwise.
_MOST: Final = 100


class Command(BaseCommand):
    """Check the chain, and hold the tables, the stored answers, the search and the past to it."""

    help = (
        "Check the hash chain of all versions, and compare all that is served with it: the rows of records, their "
        "stored answers, what is searched, the past, releases and merges. Names every place that differs."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take which checks, and how many places to name."""
        parser.add_argument(
            "--only",
            action="append",
            choices=list(CHECKS),
            metavar="CHECK",
            help=f"only this one of {', '.join(CHECKS)}",
        )
        parser.add_argument("--most", type=int, default=_MOST, help=f"name so many places at most (default: {_MOST})")

    def handle(self, *, only: list[str] | None, most: int, **options: Any) -> None:
        """Verify; anything that differs is a failure."""
        if most < 1:
            raise CommandError("--most must be 1 or more.")
        found: list[Mismatch] = []
        quiet = True if options["verbosity"] == 0 else None
        for name in only or CHECKS:
            with tqdm(desc=f"Checking {name}", unit=" rows", disable=quiet, leave=False) as bar:
                found += islice(CHECKS[name](bar.update), most + 1 - len(found))
            if len(found) > most:
                break
        if found:
            more = [f"And more than these {most}."] if len(found) > most else []
            raise CommandError("\n".join(["The ledger does not hold:", *map(str, found[:most]), *more]))
        head = LedgerHead.objects.get(pk=1)
        self.stdout.write(self.style.SUCCESS(f"{head.sequence} versions hold. Digest of the last: {head.digest}"))
