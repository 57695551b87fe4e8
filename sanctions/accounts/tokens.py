"""Making, taking and revoking the tokens of accounts.

A secret has 256 random bits, so one round of SHA-256 keeps it: there is nothing to guess from a digest.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Final

from django.contrib.auth.models import User

from sanctions.accounts.permissions import Action, has_on_any_record
from sanctions.exceptions import MoveRefused, NotPermitted
from sanctions.models import AccessToken
from sanctions.vocabulary import Scope

#: What every secret begins with: so that tools which look for secrets in code find it.
PREFIX: Final = "sanctions_"
#: Days that a token is taken.
LONGEST_LIFE: Final = 365
#: Tokens that an account can have at once.
MOST: Final = 20
_SHOWN: Final = 12


def issue(user: User, name: str, scope: Scope, days: int, at: datetime) -> tuple[AccessToken, str]:
    """Give an account a token for so many days, and return it with its secret, which nobody can tell again.

    Raises :class:`NotPermitted` for a scope that the account can make no use of, and :class:`MoveRefused` for too many
    tokens or too long a life.
    """
    if scope not in scopes_of(user):
        raise NotPermitted(f"{user} may not do what a token with the scope {scope} is for.")
    if not 1 <= days <= LONGEST_LIFE:
        raise MoveRefused(f"A token is taken for 1 to {LONGEST_LIFE} days.")
    if AccessToken.objects.filter(user=user, revoked_at=None, expires_at__gt=at).count() >= MOST:
        raise MoveRefused(f"An account has {MOST} tokens at most: revoke one that is not used.")
    secret = PREFIX + token_urlsafe(32)
    token = AccessToken(
        user=user,
        name=name,
        scope=scope,
        beginning=secret[: len(PREFIX) + 2],
        digest=_digest(secret),
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
    token.full_clean()
    token.save()
    return token, secret


def scopes_of(user: User) -> list[Scope]:
    """Return the scopes that are of use to an account: none to one that is not at the desk."""
    if not user.is_active or not user.is_staff:
        return []
    may_write = has_on_any_record(user, Action.CHANGE)
    may_publish = has_on_any_record(user, Action.PUBLISH)
    return [Scope.READ, *([Scope.DRAFT] if may_write else []), *([Scope.REVIEW] if may_publish else [])]


def taken(secret: str, at: datetime) -> AccessToken | None:
    """Return the token of a secret if it is taken at the instant, and its account may sign in; else ``None``.

    The day of its last use is noted, once a day.
    """
    token = AccessToken.objects.select_related("user").filter(digest=_digest(secret)).first()
    if token is None or not token.is_valid(at) or not token.user.is_active or not token.user.is_staff:
        return None
    if token.used_on != at.date():
        AccessToken.objects.filter(pk=token.pk).update(used_on=at.date())
    return token


def revoke(token: AccessToken, at: datetime) -> None:
    """Let a token be taken no more; one that is revoked already stays as it is."""
    AccessToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at)


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
