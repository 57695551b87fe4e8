"""Entering the past: with ``known_at`` or ``release`` a request is answered from what was public at an instant."""

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
    """Return the instant a request asks for; ``None`` for now, and for what its parameters will be refused for."""
    try:
        release: Release | None = RELEASE.clean(request.GET.get("release"))
        instant: datetime | None = KNOWN_AT.clean(request.GET.get("known_at"))
    except InvalidValue:
        return None
    asked = release.released_at if release else instant
    return None if asked is None or asked > timezone.now() else asked


class BitemporalView(DeprecationsMixin, ConditionalView):
    """A view whose whole answer is as of the instant that the request names: every query in it sees that past."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer, in the past if the request asks for it."""
        instant = instant_of(request)
        if instant is None:
            return super().dispatch(request, *args, **kwargs)
        with known_at(instant):
            return super().dispatch(request, *args, **kwargs)
