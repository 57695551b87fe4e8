"""Send changes to webhooks: ``manage.py send_webhooks [--watch SECONDS]``."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from sanctions.links.fetch import FetchOptions
from sanctions.links.form import Network
from sanctions.management.network_options import add_network_options, network_options, seconds
from sanctions.models import Webhook
from sanctions.webhooks import queue
from sanctions.webhooks.sending import send_due


class Command(BaseCommand):
    """Queue new changes and send due messages, once or repeatedly."""

    help = (
        "Send changes to webhooks, and repeat failed messages when they are due. Run it every minute, or let it run "
        "with --watch. Several processes may run at once."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add how long to run and to wait, and what to send again."""
        parser.add_argument(
            "--watch", type=seconds, metavar="SECONDS", help="run until it is stopped, with this pause between rounds"
        )
        add_network_options(parser)
        parser.add_argument(
            "--replay", metavar="NAME", help="first queue all changes after --after again for this webhook"
        )
        parser.add_argument(
            "--after", type=int, metavar="SEQUENCE", help="sequence of the last change that is not sent again"
        )

    def handle(
        self,
        *,
        watch: float | None,
        timeout: float,
        allow_network: list[Network],
        replay: str | None,
        after: int | None,
        **options: Any,
    ) -> None:
        """Send, and report the result."""
        if (replay is None) != (after is None) or (after or 0) < 0:
            raise CommandError("--replay NAME and --after SEQUENCE, 0 or more, must be given together.")
        if replay is not None:
            self._replay(replay, after or 0)
        fetch_options = network_options(timeout, allow_network)
        while True:
            self._round(fetch_options, options["verbosity"])
            if watch is None:
                return
            connection.close()
            time.sleep(watch)

    def _replay(self, name: str, after: int) -> None:
        webhooks = list(Webhook.objects.filter(name=name)[:2])
        if len(webhooks) != 1:
            raise CommandError(f"{'More than one' if webhooks else 'No'} webhook has the name {name!r}.")
        self.stdout.write(f"{queue.replay(webhooks[0], after, timezone.now())} messages are queued again.")

    def _round(self, fetch_options: FetchOptions, verbosity: int) -> None:
        queued = queue.enqueue(timezone.now())
        arrived = failed = 0
        for delivery, attempt in send_due(timezone.now, fetch_options):
            arrived, failed = arrived + (not attempt.error), failed + bool(attempt.error)
            if verbosity > 1 or attempt.error:
                self.stdout.write(f"{delivery}: {attempt}")
        queue.delete_old(timezone.now())
        if queued or arrived or failed or verbosity > 1:
            self.stdout.write(f"{queued} queued, {arrived} arrived, {failed} failed.")
