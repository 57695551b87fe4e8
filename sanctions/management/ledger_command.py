"""The base of commands that write to the ledger."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sanctions.exceptions import ClocksDisagree


class LedgerCommand(BaseCommand):
    """A command that writes to the ledger; if a clock is wrong, it fails and reports the reason."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run the command; raise :class:`CommandError` if the clocks disagree."""
        try:
            return super().execute(*args, **options)
        except ClocksDisagree as refusal:
            raise CommandError(str(refusal)) from refusal
