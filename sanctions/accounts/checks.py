"""Deployment checks of accounts, for ``manage.py check --deploy``."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register


@register(Tags.security, deploy=True)
def second_factor_is_required(**_: Any) -> list[CheckMessage]:
    """Warn if a stolen password is enough to publish in production."""
    if not settings.PRODUCTION or settings.SECOND_FACTOR == "required":
        return []
    return [
        Warning(
            "SECOND_FACTOR is optional: anyone who learns the password of a reviewer or administrator can publish.",
            hint="Unset SECOND_FACTOR, or set it to required.",
            id="sanctions.W001",
        )
    ]
