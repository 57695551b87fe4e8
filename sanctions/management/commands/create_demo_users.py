"""Create a curator and a reviewer to try the admin with."""

import secrets
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

# Each has the name of its group: one proposes, the other approves.
DEMO_USERS: Final = ("curator", "reviewer")


class Command(BaseCommand):
    """Create the two users once; a user that exists is not changed, and one that was deleted is not created again."""

    help = "Create the demonstration users curator and reviewer, and print their generated passwords once."

    def handle(self, *args: Any, **options: Any) -> None:
        """Create those that are missing."""
        if settings.PRODUCTION:
            raise CommandError("Demonstration users are not for production. Use: manage.py createsuperuser")
        # After the first login, users may have been renamed or deleted on purpose.
        in_use = User.objects.filter(last_login__isnull=False).exists()
        for username in DEMO_USERS:
            if User.objects.filter(username=username).exists():
                self.stdout.write(f"User {username} exists; nothing changed.")
            elif in_use:
                self.stdout.write(f"User {username} does not exist, and the accounts are in use: nothing changed.")
            else:
                password = self._create(username)
                self.stdout.write(f"Created user {username} with password {password} (it is not shown again).")

    @transaction.atomic
    def _create(self, username: str) -> str:
        """Create a user and return the password."""
        password = secrets.token_urlsafe(12)
        user = User.objects.create_user(username=username, password=password, is_staff=True)
        user.groups.set(Group.objects.filter(name=username))
        return password
