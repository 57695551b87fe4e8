"""Answer requests with ``known_at`` or ``release`` from the records that were public at that instant."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from api.http.conditional import ConditionalView
from api.http.parameters.base import InvalidValue
from api.v1.deprecating import DeprecationsMixin
from api.v1.filters.base import KNOWN_AT, RELEASE
from sanctions.database.past_views import known_at
from sanctions.models import Release


def instant_of(request: HttpRequest) -> datetime | None:
    """Return the instant in a request; ``None`` for now, and for invalid parameters, which the view rejects later."""
    try:
        release: Release | None = RELEASE.clean(request.GET.get("release"))
        instant: datetime | None = KNOWN_AT.clean(request.GET.get("known_at"))
    except InvalidValue:
        return None
    known = release.released_at if release else instant
    return None if known is None or known > timezone.now() else known


class BitemporalView(DeprecationsMixin, ConditionalView):
    """A view with two clocks: ``as_of``, the day of the question, and ``known_at``, the instant of the records.

    Every query of the view sees the records of that instant.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer the request, from the past if it names an instant."""
        instant = instant_of(request)
        if instant is None:
            return super().dispatch(request, *args, **kwargs)
        with known_at(instant):
            return super().dispatch(request, *args, **kwargs)
