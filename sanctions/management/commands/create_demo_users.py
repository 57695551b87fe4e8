"""Create a curator and a reviewer to try the admin with."""

import secrets
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

# Each is named for the group whose permissions it has: one who proposes, and one who approves.
DEMO_USERS: Final = ("curator", "reviewer")


class Command(BaseCommand):
    """Create the two users once; never touch a user that exists."""

    help = "Create the demonstration users curator and reviewer, and print their generated passwords once."

    def handle(self, *args: Any, **options: Any) -> None:
        """Create those that are missing, and say what was done."""
        if settings.PRODUCTION:
            raise CommandError("Demonstration users are not for production. Use: manage.py createsuperuser")
        for username in DEMO_USERS:
            password = self._create(username)
            if password is None:
                self.stdout.write(f"User {username} exists; nothing changed.")
            else:
                self.stdout.write(f"Created user {username} with password {password} (it is not shown again).")

    @transaction.atomic
    def _create(self, username: str) -> str | None:
        """Return the password of the user created, or None where the user exists."""
        if User.objects.filter(username=username).exists():
            return None
        password = secrets.token_urlsafe(12)
        user = User.objects.create_user(username=username, password=password, is_staff=True)
        user.groups.set(Group.objects.filter(name=username))
        return password
