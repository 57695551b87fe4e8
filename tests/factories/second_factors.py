"""Apps that show one-time codes."""

from __future__ import annotations

from base64 import b32decode
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from sanctions.accounts import second_factor
from tests.factories.users import make_user


def code_of(key: str, at: datetime | None = None) -> str:
    """Return what an app with a hexadecimal secret shows."""
    totp: Any = TOTP(bytes.fromhex(key))  # type: ignore[no-untyped-call]
    totp.time = (at or datetime.now(UTC)).timestamp()
    return f"{totp.token():06}"


def wrong_code_of(key: str, at: datetime | None = None) -> str:
    """Return a code that the app shows neither now nor next to now."""
    instant = at or datetime.now(UTC)
    near = {code_of(key, instant + timedelta(seconds=30 * steps)) for steps in range(-2, 3)}
    return next(code for code in ("000000", "111111", "222222", "333333", "444444", "555555") if code not in near)


def key_of(secret: str) -> str:
    """Return the hexadecimal secret of one that a page shows."""
    return b32decode(secret.replace(" ", "")).hex()


def give_factor(user: User, key: str = "") -> tuple[str, list[str]]:
    """Set up a second factor a while ago, so that the code of now is unused; return its secret and recovery codes."""
    key = key or second_factor.new_key()
    device = second_factor.device_of(user, key)
    device.save()
    return key, second_factor.renew_recovery_codes(user)


def verify_session(client: Client, user: User) -> None:
    """Mark the client's session as verified by the user's app."""
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = TOTPDevice.objects.get(user=user).persistent_id
    session.save()


def signed_in(*groups: str, name: str = "") -> tuple[Client, User]:
    """Return a browser that has given the password only, and whose it is."""
    user, client = make_user(*groups, name=name), Client()
    client.force_login(user)
    return client, user
