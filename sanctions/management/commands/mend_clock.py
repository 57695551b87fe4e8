"""Correct instants that were recorded under a wrong clock: ``manage.py mend_clock``."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from sanctions.editorial.permissions import may_mend_clock
from sanctions.exceptions import ClockNotMended
from sanctions.management.account_lookup import find_active_account
from sanctions.verification.clock_repair import ClockRepair, mend_clock


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no instant, such as 2026-03-01T12:00:00+00:00.") from error
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


class Command(BaseCommand):
    """Move everything that was recorded at instants yet to come back, by two people, and say so in the ledger."""

    help = (
        "Correct what was recorded under a wrong clock: the first wrong instant becomes --to, all later ones are moved "
        "by as much. The ledger's chain has a link that says so; the instants as written stay under its digests."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the right instant, the reason, and two people."""
        parser.add_argument(
            "--to", type=_instant, required=True, help="when the first wrong entry was really recorded, in ISO 8601"
        )
        parser.add_argument("--reason", required=True, help="what was wrong with the clock, and how --to is known")
        parser.add_argument("--by", required=True, help="name of the account that corrects; one that may publish")
        parser.add_argument("--approved-by", required=True, help="name of another account that may publish and agrees")

    def handle(self, *, to: datetime, reason: str, by: str, approved_by: str, **options: Any) -> None:
        """Correct."""
        for user in (find_active_account(by), find_active_account(approved_by)):
            if not may_mend_clock(user):
                raise CommandError(f"Nothing was done. {user} may not: that needs who may publish all records.")
        try:
            correction = mend_clock(ClockRepair(to, reason, by, approved_by))
        except ClockNotMended as refusal:
            raise CommandError(f"Nothing was done. {refusal}") from refusal
        except ValidationError as error:
            raise CommandError(f"Nothing was done. {' '.join(error.messages)}") from error
        self.stdout.write(
            self.style.SUCCESS(
                f"Recorded as {correction}: what was recorded from {correction.wrong_from.isoformat()} on stands at "
                f"{correction.instant.isoformat()} and later. Digest: {correction.digest}"
            )
        )
