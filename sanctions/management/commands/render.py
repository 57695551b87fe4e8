"""Rebuild all stored renderings: ``manage.py render``."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from sanctions.ledger.versions import advance_head
from sanctions.management.ledger_command import LedgerCommand
from sanctions.projections.renderings import render_everything, render_past


class Command(LedgerCommand):
    """Rebuild the stored renderings and derived dates from the records, including past versions."""

    help = "Rebuild all stored renderings and search entries from the records. Run it after an upgrade."

    def handle(self, **options: Any) -> None:
        """Render everything in one transaction."""
        with transaction.atomic():
            count = render_everything() + render_past()
            # Responses may differ from now on: this changes the ETags, so that caches fetch them again.
            advance_head(timezone.now())
        if options["verbosity"]:
            self.stdout.write(f"{count} rendered.")
