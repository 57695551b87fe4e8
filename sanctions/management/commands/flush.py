"""Django's ``flush``, without the guards of the ledger, which would reject it."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import flush

from sanctions.ledger import guards


class Command(flush.Command):
    """Empty the whole database, including the ledger, and install its guards again."""

    def handle(self, **options: Any) -> None:
        """Remove the guards, empty the database, and install the guards again."""
        guards.remove(options["database"])
        try:
            super().handle(**options)
        finally:
            guards.install(options["database"])
