"""Look up the accounts in whose name commands work."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.core.management.base import CommandError


def find_active_account(name: str) -> User:
    """Return the active account with this name; raise :class:`CommandError` if it does not exist."""
    user = User.objects.filter(username=name, is_active=True).first() if "\0" not in name else None
    if user is None:
        raise CommandError(f"No active account is named {name!r}.")
    return user
