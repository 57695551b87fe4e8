"""The second factor: codes of an app (TOTP, RFC 6238) next to the password, and recovery codes for a lost app.

Nothing here depends on requests. Functions that write run one transaction each and lock the account or the device, so
that a code that is sent twice at the same time is accepted once.
"""

from __future__ import annotations

import re
from base64 import b32encode
from datetime import datetime
from enum import Enum
from hashlib import sha256
from secrets import token_bytes
from typing import Any, Final, cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django_otp.models import Device
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from sanctions.accounts.permissions import may_publish_or_manage_accounts
from sanctions.exceptions import CodeRefused, CodesThrottled

#: Recovery codes that an account gets.
RECOVERY_CODES: Final = 10
_KEY_BYTES: Final = 20
_CODE: Final = re.compile(r"[0-9]{6}")
#: 80 bits in base32, which has no digits that look like letters: the longest that the column of digests allows.
_RECOVERY_CODE: Final = re.compile(r"[a-z2-7]{16}")


class Demand(Enum):
    """What an account has to do before it may work."""

    NOTHING = "nothing"
    ENROL = "enrol"
    VERIFY = "verify"


def demand_on(user: User | AnonymousUser) -> Demand:
    """Return what the account has to do in this session before it may work.

    A user who has a second factor gives a code even if they need none. The user must come from a request behind
    django-otp's middleware, which knows whether the session has been verified.
    """
    if not user.is_authenticated or is_verified(user):
        return Demand.NOTHING
    if has_factor(user):
        return Demand.VERIFY
    if settings.SECOND_FACTOR == "required" and needs_factor(user):
        return Demand.ENROL
    return Demand.NOTHING


def is_verified(user: User | AnonymousUser) -> bool:
    """Whether this session has been verified by a code; the middleware of django-otp sets that on the user."""
    return bool(user.is_verified())  # type: ignore[union-attr]


def needs_factor(user: User | AnonymousUser) -> bool:
    """Whether the account needs a second factor: it may publish, or manage accounts."""
    return user.is_superuser or may_publish_or_manage_accounts(user)


def has_factor(user: User | AnonymousUser) -> bool:
    """Whether the account has confirmed an app."""
    return TOTPDevice.objects.filter(user_id=user.pk, confirmed=True).exists()


def new_key() -> str:
    """Return a new secret for an app, in hexadecimal."""
    return token_bytes(_KEY_BYTES).hex()


def device_of(user: User, key: str) -> Any:
    """Return an unsaved device with the secret."""
    return TOTPDevice(user=user, name="App", key=key, confirmed=True)


def secret_of(device: Any) -> str:
    """Return the secret of a device for typing into an app: base32 in groups of four."""
    text = b32encode(device.bin_key).decode()
    return " ".join(text[place : place + 4] for place in range(0, len(text), 4))


def enrol(user: User, key: str, code: str, at: datetime) -> tuple[Device, list[str]]:
    """Give the account a second factor, and return it with its recovery codes, which cannot be read again.

    ``code`` is what the app with the secret ``key`` shows at the instant ``at``; it counts as used. Raises
    :class:`CodeRefused` if the code is wrong, or if the account has a second factor already.
    """
    digits = _compact(code)
    if not _CODE.fullmatch(digits):
        raise CodeRefused("Give the six digits that the app shows.")
    device = device_of(user, key)
    totp: Any = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)  # type: ignore[no-untyped-call]
    totp.time = at.timestamp()
    if not totp.verify(int(digits), device.tolerance):
        raise CodeRefused("This is not the code that the app should show now. Is the clock of its device right?")
    device.last_t, device.drift = totp.t(), totp.drift
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if has_factor(user):
            raise CodeRefused("This account has a second factor already.")
        device.save()
        return device, _new_recovery_codes(user)


def verify(user: User, code: str) -> Device:
    """Check a code of the app or a recovery code, and return its device; each code is accepted once.

    Raises :class:`CodeRefused` if the code is wrong, and :class:`CodesThrottled` if it is too early after wrong ones.
    The wait doubles with each wrong code in a row, beginning with one second.
    """
    model, token = _read(user, code)
    with transaction.atomic():
        device = model.objects.select_for_update().filter(user_id=user.pk, confirmed=True).first()
        if device is not None:
            allowed, why = device.verify_is_allowed()
            if not allowed:
                raise CodesThrottled(why["locked_until"])
            if device.verify_token(token):
                return cast(Device, device)
    raise CodeRefused("This code is not right, or it was used before.")


def renew_recovery_codes(user: User) -> list[str]:
    """Replace the recovery codes of the account, and return the new ones."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        return _new_recovery_codes(user)


def recovery_codes_left(user: User) -> int:
    """Return how many recovery codes the account has not used."""
    return StaticToken.objects.filter(device__user_id=user.pk).count()


def remove(user: User) -> bool:
    """Remove the account's second factor and recovery codes, and return whether it had one.

    Sessions that it verified are no longer verified.
    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        had = has_factor(user)
        for model in (TOTPDevice, StaticDevice):
            model.objects.filter(user_id=user.pk).delete()
    return had


def _read(user: User, code: str) -> tuple[Any, str]:
    """Return the model of the device that a code belongs to, and the token as the device stores it."""
    compact = _compact(code)
    if _CODE.fullmatch(compact):
        return TOTPDevice, compact
    if _RECOVERY_CODE.fullmatch(compact):
        return StaticDevice, _digest(user, compact)
    raise CodeRefused("Give the six digits that the app shows, or one of the recovery codes.")


def _compact(code: str) -> str:
    return re.sub(r"[ \-]", "", code[:100]).lower()


def _new_recovery_codes(user: User) -> list[str]:
    # The device is kept, so that sessions that it verified stay verified.
    device, _ = StaticDevice.objects.get_or_create(user_id=user.pk, defaults={"name": "Recovery codes"})
    device.token_set.all().delete()
    codes = [b32encode(token_bytes(10)).decode().lower() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=_digest(user, code)) for code in codes)
    return ["-".join(code[place : place + 4] for place in range(0, len(code), 4)) for code in codes]


def _digest(user: User, code: str) -> str:
    """Return 80 bits of the hash of a recovery code, which has 80 random bits: too many to guess."""
    return b32encode(sha256(f"{user.pk}:{code}".encode()).digest()[:10]).decode().lower()
