"""Read and check environment variables. An invalid value stops the start with a message that states what is allowed."""

from __future__ import annotations

import os
import re
from importlib.util import find_spec
from typing import Final

from django.core.exceptions import ImproperlyConfigured

_PUBLIC_KEY_PREFIX: Final = "insecure-"
_MINIMUM_KEY_LENGTH: Final = 50
#: Different characters that a secret key must have.
_MINIMUM_KEY_VARIETY: Final = 5


def text(name: str) -> str:
    """Return a variable without surrounding spaces; unset and empty both mean the empty text."""
    return os.environ.get(name, "").strip()


def words(name: str) -> list[str]:
    """Return the comma-separated words of a variable."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def switch(name: str, *, default: bool) -> bool:
    """Return an on/off variable."""
    value = text(name).lower()
    if value in {"on", "true", "yes", "1"}:
        return True
    if value in {"off", "false", "no", "0"}:
        return False
    if value:
        raise ImproperlyConfigured(f"{name} must be on or off (also true/false, yes/no, 1/0), not {value!r}.")
    return default


def number(name: str, *, default: int, least: int, most: int) -> int:
    """Return a variable that is a whole number within bounds."""
    value = text(name)
    if not value:
        return default
    if re.fullmatch(r"[0-9]{1,9}", value) and least <= int(value) <= most:
        return int(value)
    raise ImproperlyConfigured(f"{name} must be a whole number from {least} to {most}, not {value[:40]!r}.")


def choice(name: str, *, default: str, allowed: tuple[str, ...]) -> str:
    """Return a variable that is one of a few words."""
    value = text(name).lower() or default
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(allowed)}, not {value[:40]!r}.")
    return value


def secret_key(*, is_production: bool) -> str:
    """Return SECRET_KEY. Outside production it has a public default, which production rejects."""
    key = os.environ.get("SECRET_KEY", "")
    if not is_production:
        return key or f"{_PUBLIC_KEY_PREFIX}key-of-development-and-tests-which-production-refuses"
    if not key:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set. Production needs a random text of its own, at least "
            f"{_MINIMUM_KEY_LENGTH} characters long and kept secret."
        )
    if key.startswith((_PUBLIC_KEY_PREFIX, "django-insecure-")):
        raise ImproperlyConfigured(
            "SECRET_KEY is the public default of development. Production needs a random text of its own, at least "
            f"{_MINIMUM_KEY_LENGTH} characters long and kept secret."
        )
    if len(key) < _MINIMUM_KEY_LENGTH or len(set(key)) < _MINIMUM_KEY_VARIETY:
        raise ImproperlyConfigured(
            f"SECRET_KEY has {len(key)} characters, {len(set(key))} of them different. Production needs a "
            f"random text of at least {_MINIMUM_KEY_LENGTH} characters, {_MINIMUM_KEY_VARIETY} of them different."
        )
    return key


def allowed_hosts(*, is_production: bool, default: list[str]) -> list[str]:
    """Return ALLOWED_HOSTS, which production requires to name every host."""
    hosts = words("ALLOWED_HOSTS")
    if not hosts and is_production:
        raise ImproperlyConfigured(
            "ALLOWED_HOSTS is empty. Production needs the host names it answers to, separated by commas, "
            "such as: sanctions.example.org"
        )
    if "*" in hosts and is_production:
        raise ImproperlyConfigured(
            "ALLOWED_HOSTS contains '*', which answers to any name. Allowed: host names, separated by commas; "
            "a leading dot takes the subdomains too."
        )
    return hosts or default


def trusted_origins() -> list[str]:
    """Return CSRF_TRUSTED_ORIGINS."""
    origins = words("CSRF_TRUSTED_ORIGINS")
    for origin in origins:
        if not origin.startswith(("https://", "http://")):
            raise ImproperlyConfigured(
                f"CSRF_TRUSTED_ORIGINS holds {origin!r}. Allowed: origins with their scheme, separated by commas, "
                "such as: https://sanctions.example.org"
            )
    return origins


def limits_url(*, default: str) -> str:
    """Return LIMITS_URL, which names a file, or a Redis server if the package for it is installed."""
    url = text("LIMITS_URL") or default
    if not re.match(r"(sqlite:///|rediss?://)", url):
        raise ImproperlyConfigured(
            "LIMITS_URL must be a URL such as sqlite:////run/sanctions/limits.sqlite3 or redis://host:6379/0."
        )
    if url.startswith("redis") and find_spec("redis") is None:
        raise ImproperlyConfigured(
            "LIMITS_URL names a Redis server, and the package redis is not installed. Install it (pip install redis), "
            "or name a file, such as sqlite:////run/sanctions/limits.sqlite3."
        )
    return url
