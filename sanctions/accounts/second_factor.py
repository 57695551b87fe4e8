"""The second factor: codes of an app (TOTP, RFC 6238) beside the password, and recovery codes for when it is lost.

Functions here know nothing of requests. Those that write are one transaction each, with the account or the device
locked, so that a code that is sent twice at once is taken once.
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
#: 80 bits in base32, which has no digits that look like letters: as long as a stored digest may be.
_RECOVERY_CODE: Final = re.compile(r"[a-z2-7]{16}")


class Demand(Enum):
    """What an account has to do before it may work."""

    NOTHING = "nothing"
    ENROL = "enrol"
    VERIFY = "verify"


def demand_on(user: User | AnonymousUser) -> Demand:
    """Return what the account has to do in this session before it may work.

    Whoever has a second factor gives a code, whether they need one or not. The user is that of a request behind
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
    """Whether the session of this user has given a code; django-otp's middleware puts that on the user."""
    return bool(user.is_verified())  # type: ignore[union-attr]


def needs_factor(user: User | AnonymousUser) -> bool:
    """Whether the account can do harm enough to need one: publish anything, decide about accounts, or all of it."""
    return user.is_superuser or may_publish_or_manage_accounts(user)


def has_factor(user: User | AnonymousUser) -> bool:
    """Whether the account has confirmed an app."""
    return TOTPDevice.objects.filter(user_id=user.pk, confirmed=True).exists()


def new_key() -> str:
    """Return a new secret of an app, hexadecimal."""
    return token_bytes(_KEY_BYTES).hex()


def device_of(user: User, key: str) -> Any:
    """Return the device that the account gets when it proves that its app has the secret; nothing is stored."""
    return TOTPDevice(user=user, name="App", key=key, confirmed=True)


def secret_of(device: Any) -> str:
    """Return the secret of a device as people type it into an app: base32 in groups of four."""
    text = b32encode(device.bin_key).decode()
    return " ".join(text[place : place + 4] for place in range(0, len(text), 4))


def enrol(user: User, key: str, code: str, at: datetime) -> tuple[Device, list[str]]:
    """Give the account a second factor, and return it with its recovery codes, which are told this once.

    ``code`` is what the app with the secret ``key`` shows at the instant ``at``; it counts as used. Raises
    :class:`CodeRefused` if it is another, or if the account has a second factor already.
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
    """Take a code of the app or a recovery code, and return the device it belongs to; neither is taken twice.

    Raises :class:`CodeRefused` if it is none, and :class:`CodesThrottled` if after wrong ones it is too early for
    another. After each wrong code in a row the wait doubles, beginning with a second.
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
    """Put new recovery codes in the place of the account's old ones, and return them."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        return _new_recovery_codes(user)


def recovery_codes_left(user: User) -> int:
    """Return how many recovery codes the account has not used."""
    return StaticToken.objects.filter(device__user_id=user.pk).count()


def remove(user: User) -> bool:
    """Take the second factor from the account, with its recovery codes; sessions that it verified are so no more.

    Return whether there was one.
    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        had = has_factor(user)
        for model in (TOTPDevice, StaticDevice):
            model.objects.filter(user_id=user.pk).delete()
    return had


def _read(user: User, code: str) -> tuple[Any, str]:
    """Return the kind of device that a code is of, and the code as that device knows it."""
    compact = _compact(code)
    if _CODE.fullmatch(compact):
        return TOTPDevice, compact
    if _RECOVERY_CODE.fullmatch(compact):
        return StaticDevice, _digest(user, compact)
    raise CodeRefused("Give the six digits that the app shows, or one of the recovery codes.")


def _compact(code: str) -> str:
    return re.sub(r"[ \-]", "", code[:100]).lower()


def _new_recovery_codes(user: User) -> list[str]:
    # The device stays the same one: sessions that it verified go on.
    device, _ = StaticDevice.objects.get_or_create(user_id=user.pk, defaults={"name": "Recovery codes"})
    device.token_set.all().delete()
    codes = [b32encode(token_bytes(10)).decode().lower() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=_digest(user, code)) for code in codes)
    return ["-".join(code[place : place + 4] for place in range(0, len(code), 4)) for code in codes]


def _digest(user: User, code: str) -> str:
    """Return what is stored of a recovery code: 80 bits of a hash of its 80 random bits, which nobody guesses."""
    return b32encode(sha256(f"{user.pk}:{code}".encode()).digest()[:10]).decode().lower()
