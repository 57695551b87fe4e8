"""Prove that the ledger is whole: ``manage.py verify_ledger``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sanctions.models import LedgerHead
from sanctions.records.ledger import verify
from sanctions.records.releases import verify_releases


class Command(BaseCommand):
    """Read the whole chain and every release, and name every place where they do not hold."""

    help = (
        "Check the hash chain of all versions: finds a changed byte, a missing row, "
        "exchanged rows, and says which. Releases are checked too."
    )

    def handle(self, **options: Any) -> None:
        """Verify; any fault is a failure."""
        faults = [str(fault) for fault in (*verify(), *verify_releases())]
        if faults:
            raise CommandError("The ledger does not hold:\n" + "\n".join(faults))
        head = LedgerHead.objects.get(pk=1)
        self.stdout.write(self.style.SUCCESS(f"{head.sequence} versions hold. Digest of the last: {head.digest}"))
