"""Tell webhooks of changes: ``manage.py send_webhooks [--watch SECONDS]``."""

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
    """Put in the queue what has changed, and send what is due; once, or again and again."""

    help = (
        "Tell webhooks of what has changed, and send again what has not arrived, when it is due. Run it every minute, "
        "or let it run with --watch; several may run at once."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take how long to go on and to wait, and what to tell again."""
        parser.add_argument(
            "--watch", type=seconds, metavar="SECONDS", help="go on until it is ended, with so long a pause between"
        )
        add_network_options(parser)
        parser.add_argument("--replay", metavar="NAME", help="first tell this webhook again of what came after --after")
        parser.add_argument("--after", type=int, metavar="SEQUENCE", help="the last change that is not told again")

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
        """Send, and tell what came of it."""
        if (replay is None) != (after is None) or (after or 0) < 0:
            raise CommandError("--replay NAME needs --after SEQUENCE, 0 or more, and the other way round.")
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
        found = list(Webhook.objects.filter(name=name)[:2])
        if len(found) != 1:
            told = "no webhook" if not found else "more than one webhook"
            raise CommandError(f"There is {told} with the name {name!r}.")
        self.stdout.write(f"{queue.replay(found[0], after, timezone.now())} messages are queued again.")

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
