"""Who acts through the admin, when, why and from where."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.http import HttpRequest
from django.utils import timezone

from sanctions.accounts.addresses import address_of
from sanctions.ledger.versions import Act

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


def act_of(request: HttpRequest, reason: str | None = None) -> Act:
    """Return the act of a request: for the reason typed into its form, unless another is given."""
    by = cast("AbstractBaseUser", request.user)
    return Act(timezone.now(), by, request.POST.get("reason", "") if reason is None else reason, address_of(request))
