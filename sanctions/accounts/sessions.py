"""End the sessions of an account.

Not needed after a change of the password, because Django invalidates the sessions itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


def end_sessions(user: AbstractBaseUser) -> int:
    """Delete all sessions of the account, and return how many there were.

    A disabled account cannot use its sessions, but enabling it again would bring them back.
    """
    keys = [
        session.pk
        for session in Session.objects.iterator()
        if str(session.get_decoded().get(SESSION_KEY, "")) == str(user.pk)
    ]
    count, _ = Session.objects.filter(pk__in=keys).delete()
    return count
