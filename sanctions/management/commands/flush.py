"""Django's ``flush``, which the guard of the ledger would refuse."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import flush

from sanctions.ledger import guards


class Command(flush.Command):
    """Empty the whole database, the ledger with it; the guard is back when it is done."""

    def handle(self, **options: Any) -> None:
        """Take the guard away, empty the database, guard it again."""
        guards.remove(options["database"])
        try:
            super().handle(**options)
        finally:
            guards.install(options["database"])
