"""What a command that writes to the ledger says when the clocks disagree."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sanctions.exceptions import ClocksDisagree


class LedgerCommand(BaseCommand):
    """A command that records instants: where it is refused for a wrong clock, it fails with the reason in words."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run, and turn the refusal into a failure of the command."""
        try:
            return super().execute(*args, **options)
        except ClocksDisagree as refusal:
            raise CommandError(str(refusal)) from refusal
