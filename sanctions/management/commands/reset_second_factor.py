"""Remove the second factor of an account: ``manage.py reset_second_factor USERNAME``."""

from __future__ import annotations

import logging
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from sanctions.accounts import second_factor
from sanctions.accounts.sessions import end_sessions

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Let a user who has lost both app and recovery codes sign in again, if no other administrator can."""

    help = "Remove the second factor of an account and end its sessions. The user sets up a new one at the next login."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the name of the account."""
        parser.add_argument("username", help="name of the account")

    def handle(self, *args: Any, **options: Any) -> None:
        """Remove the second factor and end the sessions."""
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"No account is named {options['username'][:150]!r}.")
        if not second_factor.remove(user):
            raise CommandError(f"{user} has no second factor.")
        end_sessions(user)
        logger.warning("The second factor of %s was reset by a command.", user.get_username())
        self.stdout.write(f"The second factor of {user} is reset.")
