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
        raise ArgumentTypeError(f"{text!r} is not an instant, such as 2026-03-01T12:00:00+00:00.") from error
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


class Command(BaseCommand):
    """Move instants that were recorded in the future back, with two accounts, and record that in the ledger."""

    help = (
        "Correct instants that were recorded while the clock was ahead: the first wrong one becomes --to, and all "
        "later ones are moved by the same span. The ledger records the correction; its digests keep the original ones."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the right instant, the reason and the two accounts."""
        parser.add_argument(
            "--to", type=_instant, required=True, help="the true instant of the first wrong entry, in ISO 8601"
        )
        parser.add_argument("--reason", required=True, help="what was wrong with the clock, and how --to is known")
        parser.add_argument(
            "--by", required=True, help="account that makes the correction; it must be allowed to publish all records"
        )
        parser.add_argument("--approved-by", required=True, help="another such account, which approves it")

    def handle(self, *, to: datetime, reason: str, by: str, approved_by: str, **options: Any) -> None:
        """Make the correction."""
        for user in (find_active_account(by), find_active_account(approved_by)):
            if not may_mend_clock(user):
                raise CommandError(
                    f"Nothing was done. {user} is not allowed to: it needs the permission to publish all records."
                )
        try:
            correction = mend_clock(ClockRepair(to, reason, by, approved_by))
        except ClockNotMended as refusal:
            raise CommandError(f"Nothing was done. {refusal}") from refusal
        except ValidationError as error:
            raise CommandError(f"Nothing was done. {' '.join(error.messages)}") from error
        self.stdout.write(
            self.style.SUCCESS(
                f"Recorded as {correction}: instants from {correction.wrong_from.isoformat()} on were moved to "
                f"{correction.instant.isoformat()} and later. Digest: {correction.digest}"
            )
        )
