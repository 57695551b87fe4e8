"""Suggest possible duplicates: ``manage.py suggest_duplicates [--noun actors] [--least 85]``."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from sanctions.editorial.duplicates import LEAST, suggest
from sanctions.records.registry import BY_PLURAL, RECORD_TYPES


def score(text: str) -> int:
    """Parse a score, 50 to 100; argparse reports the error."""
    if not text.isascii() or not text.isdigit() or not 50 <= int(text[:4]) <= 100:
        raise ArgumentTypeError(f"{text[:40]!r} is not a score: give a whole number from 50 to 100.")
    return int(text)


class Command(BaseCommand):
    """Compare names and identifiers, and store similar pairs for people to decide."""

    help = "Suggest records that may be duplicates. Nothing is merged, and decided pairs are not suggested again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the noun and the score."""
        parser.add_argument("--noun", choices=sorted(BY_PLURAL), help="only records of this noun (default: all)")
        parser.add_argument(
            "--least", type=score, default=LEAST, help=f"least similarity of names, 50 to 100 (default: {LEAST})"
        )

    def handle(self, *, noun: str | None, least: int, **options: Any) -> None:
        """Search each noun, and report the counts."""
        for record_type in [BY_PLURAL[noun]] if noun else RECORD_TYPES:
            report = suggest(record_type, timezone.now(), least)
            if options["verbosity"]:
                self.stdout.write(
                    f"{record_type.plural}: {report.new} new, {report.waiting} waiting, {report.decided} decided, "
                    f"{report.removed} removed"
                )
