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
    """Report the links of sources that are malformed, and those that are broken."""

    help = (
        "Check the form of the links of sources, and report the results of the last run with --online. Only --online "
        "sends requests."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add ``--online`` and its options."""
        parser.add_argument("--online", action="store_true", help="request every link, and store the results")
        parser.add_argument(
            "--pause",
            type=seconds,
            default=1.0,
            metavar="SECONDS",
            help="pause between two requests to one host (default: 1)",
        )
        add_network_options(parser)

    def handle(
        self, *, online: bool, pause: float, timeout: float, allow_network: list[Network], **options: Any
    ) -> None:
        """Report the links; fail if one is malformed or broken."""
        sources = list(Source.objects.exclude(state=State.RETRACTED).defer("rendering").order_by("slug"))
        findings = check_form(sources, timezone.localdate(), allow_network)
        if online:
            fetch_options = network_options(timeout, allow_network)
            checked = sum(1 for _ in check_online(sources, timezone.now, fetch_options, pause=pause))
            self.stdout.write(f"{checked} links requested.")
        broken = list(
            LinkCheck.objects.of_current_links().broken().select_related("source").order_by("source__slug", "url")
        )
        self._remarks([finding for finding in findings if not finding.fault], options["verbosity"])
        if rows := [*_faults(findings), *_broken(broken)]:
            raise CommandError(f"{len(rows)} links must be corrected:\n{table(rows)}")
        self.stdout.write(self.style.SUCCESS(f"{len(sources)} sources: no link is known to be broken."))

    def _remarks(self, remarks: list[Finding], verbosity: int) -> None:
        if verbosity > 1:
            for remark in remarks:
                self.stdout.write(f"{remark.slug}: {remark.message} {remark.url}")
        elif remarks:
            uncopied = sum(remark.message == NO_COPY for remark in remarks)
            self.stdout.write(
                f"{uncopied} links without an archived copy, {len(remarks) - uncopied} links that another source has "
                "too; --verbosity 2 lists them."
            )


def _faults(findings: Iterable[Finding]) -> Iterable[tuple[str, ...]]:
    return ((item.slug, "form", "", item.url, item.message) for item in findings if item.fault)


def _broken(checks: Iterable[LinkCheck]) -> Iterable[tuple[str, ...]]:
    for check in checks:
        fault = f"{check.error}, {check.checked_at:%Y-%m-%d}, {check.failures} in a row"
        yield check.source.slug, "answer", str(check.status or "none"), check.url, fault


def table(rows: list[tuple[str, ...]]) -> str:
    """Format rows as a table with a header."""
    lines = [("source", "check", "status", "link", "what is wrong"), *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )
