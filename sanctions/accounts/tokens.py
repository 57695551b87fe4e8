"""Issue, check and revoke the tokens of accounts.

A secret has 256 random bits: too many to guess, so that one round of SHA-256 is enough.
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

#: Prefix of every secret, by which secret scanners recognise it.
PREFIX: Final = "sanctions_"
#: The longest validity of a token, in days.
LONGEST_LIFE: Final = 365
#: Tokens that an account can have at once.
MOST: Final = 20
_SHOWN: Final = 12


def issue_token(user: User, name: str, scope: Scope, days: int, at: datetime) -> tuple[AccessToken, str]:
    """Issue a token for an account, valid for ``days``, and return it with its secret, which is not stored.

    Raises :class:`NotPermitted` if the account could not use the scope, and :class:`MoveRefused` if it has too many
    tokens or the validity is too long.
    """
    if scope not in scopes_of(user):
        raise NotPermitted(f"{user} is not allowed to use a token with the scope {scope}.")
    if not 1 <= days <= LONGEST_LIFE:
        raise MoveRefused(f"A token can be valid for 1 to {LONGEST_LIFE} days.")
    if AccessToken.objects.filter(user=user, revoked_at=None, expires_at__gt=at).count() >= MOST:
        raise MoveRefused(f"An account can have {MOST} tokens. Revoke one that is not used.")
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
    """Return the scopes that an account can use: none if it may not sign in to the admin."""
    if not user.is_active or not user.is_staff:
        return []
    may_write = has_on_any_record(user, Action.CHANGE)
    may_publish = has_on_any_record(user, Action.PUBLISH)
    return [Scope.READ, *([Scope.DRAFT] if may_write else []), *([Scope.REVIEW] if may_publish else [])]


def valid_token(secret: str, at: datetime) -> AccessToken | None:
    """Return the token with this secret if it is valid at the instant and its account may sign in; else ``None``.

    The day of its last use is stored.
    """
    token = AccessToken.objects.select_related("user").filter(digest=_digest(secret)).first()
    if token is None or not token.is_valid(at) or not token.user.is_active or not token.user.is_staff:
        return None
    if token.used_on != at.date():
        AccessToken.objects.filter(pk=token.pk).update(used_on=at.date())
    return token


def revoke_token(token: AccessToken, at: datetime) -> None:
    """Revoke a token; a token that was revoked before keeps its date."""
    AccessToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at)


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
