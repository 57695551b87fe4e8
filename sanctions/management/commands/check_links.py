"""Check the links of sources: ``manage.py check_links [--online]``."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from sanctions.links.check import check_online
from sanctions.links.form import NO_COPY, Finding, Network, check_form
from sanctions.management.network_options import add_network_options, network_options, seconds
from sanctions.models import LinkCheck, Source
from sanctions.vocabulary import State


class Command(BaseCommand):
    """Tell what is wrong with the links of sources as they are written, and which are broken."""

    help = (
        "Check how the links of sources are written, and report what the last run with --online found. "
        "Only --online asks anybody."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take whether and how to ask."""
        parser.add_argument("--online", action="store_true", help="ask for every link, and keep the results")
        parser.add_argument(
            "--pause", type=seconds, default=1.0, metavar="SECONDS", help="between two links of one host; 1 by default"
        )
        add_network_options(parser)

    def handle(
        self, *, online: bool, pause: float, timeout: float, allow_network: list[Network], **options: Any
    ) -> None:
        """Report; a fault or a broken link is a failure."""
        sources = list(Source.objects.exclude(state=State.RETRACTED).defer("rendering").order_by("slug"))
        findings = check_form(sources, timezone.localdate(), allow_network)
        if online:
            fetch_options = network_options(timeout, allow_network)
            asked = sum(1 for _ in check_online(sources, timezone.now, fetch_options, pause=pause))
            self.stdout.write(f"{asked} links asked for.")
        broken = list(LinkCheck.objects.standing().broken().select_related("source").order_by("source__slug", "url"))
        self._remarks([found for found in findings if not found.fault], options["verbosity"])
        if rows := [*_faults(findings), *_broken(broken)]:
            raise CommandError(f"{len(rows)} links are to be put right:\n{table(rows)}")
        self.stdout.write(self.style.SUCCESS(f"{len(sources)} sources: no link is known to be broken."))

    def _remarks(self, remarks: list[Finding], verbosity: int) -> None:
        if verbosity > 1:
            for found in remarks:
                self.stdout.write(f"{found.slug}: {found.message} {found.url}")
        elif remarks:
            uncopied = sum(found.message == NO_COPY for found in remarks)
            self.stdout.write(
                f"{uncopied} links without an archived copy, {len(remarks) - uncopied} links that another source has "
                "too; --verbosity 2 lists them."
            )


def _faults(findings: Iterable[Finding]) -> Iterable[tuple[str, ...]]:
    return ((found.slug, "form", "", found.url, found.message) for found in findings if found.fault)


def _broken(checks: Iterable[LinkCheck]) -> Iterable[tuple[str, ...]]:
    for check in checks:
        told = f"{check.error}, {check.checked_at:%Y-%m-%d}, {check.failures} in a row"
        yield check.source.slug, "answer", str(check.status or "none"), check.url, told


def table(rows: list[tuple[str, ...]]) -> str:
    """Return rows in columns as wide as their widest cell, under the names of the columns."""
    lines = [("source", "check", "status", "link", "what is wrong"), *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )
