"""Prove that the ledger is whole: ``manage.py verify_ledger``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sanctions.models import LedgerHead
from sanctions.records.ledger import verify


class Command(BaseCommand):
    """Read the whole chain and name every place where it does not hold."""

    help = "Check the hash chain of all versions: finds a changed byte, a missing row, exchanged rows, and says which."

    def handle(self, **options: Any) -> None:
        """Verify; any fault is a failure."""
        faults = [str(fault) for fault in verify()]
        if faults:
            raise CommandError("The ledger does not hold:\n" + "\n".join(faults))
        head = LedgerHead.objects.get(pk=1)
        self.stdout.write(self.style.SUCCESS(f"{head.sequence} versions hold. Digest of the last: {head.digest}"))
