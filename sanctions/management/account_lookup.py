"""Accounts in whose name a command works."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.core.management.base import CommandError


def find_active_account(name: str) -> User:
    """Return the active account of a name; :class:`CommandError` if there is none."""
    user = User.objects.filter(username=name, is_active=True).first() if "\0" not in name else None
    if user is None:
        raise CommandError(f"There is no active account {name!r}.")
    return user
