"""Rebuild every rendered document: ``manage.py render``."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from sanctions.ledger.versions import advance_head
from sanctions.management.ledger_command import LedgerCommand
from sanctions.projections.renderings import render_everything, render_past


class Command(LedgerCommand):
    """Rebuild the stored renderings and derived dates from the records, those of the past too."""

    help = "Rebuild every stored rendering from the records. Renderings are derived data."

    def handle(self, **options: Any) -> None:
        """Render everything in one transaction."""
        with transaction.atomic():
            count = render_everything() + render_past()
            # Answers may be others from now on, and whoever keeps some shall ask again.
            advance_head(timezone.now())
        if options["verbosity"]:
            self.stdout.write(f"{count} rendered.")
