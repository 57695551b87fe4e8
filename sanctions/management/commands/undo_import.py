"""Undo an import: ``manage.py undo_import NUMBER --by NAME --reason WHY --approved-by SOMEBODY_ELSE``."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from tqdm import tqdm

from sanctions.exceptions import MoveRefused
from sanctions.importers.undo.items import UndoFate, UndoPlan
from sanctions.importers.undo.planning import plan_undo
from sanctions.importers.undo.undo_import import request_undo, undo_import
from sanctions.ledger.versions import Act
from sanctions.management.account_lookup import find_active_account
from sanctions.models import Import

#: Records that are listed; the report in the admin has more.
_SHOWN = 50


class Command(BaseCommand):
    """Undo the last import of a source: with one account if nothing was published at once, else with two."""

    help = (
        "Undo the last import of a source. Records that were not changed since are restored, the others are proposed "
        "or listed. An import that was published at once needs two accounts: --by requests the undo, --approved-by "
        "confirms it, in one call or in two."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the import, the accounts and the reason."""
        parser.add_argument("number", type=int, help="number of the import in the admin, under Imports")
        parser.add_argument(
            "--by", metavar="NAME", help="account that requests the undo, or undoes an import that was not published"
        )
        parser.add_argument("--reason", default="", help="why it is undone; public with the corrections")
        parser.add_argument("--approved-by", metavar="NAME", help="another account, which confirms the request")
        parser.add_argument("--dry-run", action="store_true", help="report what would be done, and write nothing")

    def handle(self, *, number: int, by: str | None, reason: str, approved_by: str | None, **options: Any) -> None:
        """Request the undo, confirm it, or both, and report the result."""
        made, at, quiet = _import(number), timezone.now(), options["verbosity"] == 0
        if not (by or approved_by or options["dry_run"]):
            raise CommandError(
                "Give the account that requests (--by NAME) or confirms (--approved-by NAME), or --dry-run."
            )
        try:
            if options["dry_run"]:
                self._report(plan_undo(made), "would be")
                return
            with transaction.atomic():
                if by and made.is_public:
                    request_undo(made, Act(at, find_active_account(by), reason))
                name = approved_by or (None if made.is_public else by)
                done = self._undo(made, Act(at, find_active_account(name), reason), quiet=quiet) if name else None
        except MoveRefused as refusal:
            raise CommandError(f"Nothing was done. {refusal}") from refusal
        if quiet:
            return
        if done is None:
            self._report(plan_undo(made), "would be")
            self.stdout.write(
                f"Requested. Another account must confirm it: manage.py undo_import {number} --approved-by NAME."
            )
            return
        self._report(done, "is")

    def _undo(self, made: Import, act: Act, *, quiet: bool) -> UndoPlan:
        bar = tqdm(unit=" records", desc="Undoing", disable=True if quiet else None)

        def advance(what: str, more: int, total: int | None) -> None:
            bar.total = total
            bar.update(more)

        with bar:
            return undo_import(made, act, progress=advance)

    def _report(self, plan: UndoPlan, verb: str) -> None:
        special = plan.of(UndoFate.LEFT, UndoFate.PROPOSED)
        for item in special[:_SHOWN]:
            conflicts = f" Changed by both: {', '.join(item.conflicts)}." if item.conflicts else ""
            self.stdout.write(
                self.style.WARNING(f"{item.record_type.name} {item.slug}: {item.fate}. {item.why}{conflicts}")
            )
        if len(special) > _SHOWN:
            self.stdout.write(self.style.WARNING(f"… and {len(special) - _SHOWN:,} more, in the admin."))
        for noun, fates in plan.counts.items():
            counts = ", ".join(f"{count:,} {fate}" for fate, count in fates.items())
            self.stdout.write(f"{noun}: {counts}")
        self.stdout.write(self.style.SUCCESS(f"Import {plan.made.number} ({plan.made}) {verb} undone."))


def _import(number: int) -> Import:
    made = Import.objects.filter(number=number).first()
    if made is None:
        raise CommandError(f"Import {number} does not exist.")
    return made
