"""Answer public requests from replicas of the database that are up to date.

The public state changes only with the head of the ledger, so reading that one row from a replica shows whether it is up
to date. If it lags behind or does not answer, the primary answers. Requests with a session or a token always use the
primary, so users read their own writes. If the primary cannot be reached, the replicas answer with the state they have.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections
from django.http import HttpRequest, HttpResponseBase

from api.http.readers import is_of_a_reader
from sanctions.database.unavailability import unavailable
from sanctions.ledger.public_state import PublicState, public_state

logger = logging.getLogger(__name__)

#: Seconds for which a database is not queried after it failed.
REST: Final = 5.0
_FAILURES: Final = (OperationalError, InterfaceError)


class ReplicaMiddleware:
    """Answer public requests from the replicas in turn; the header ``Server-Timing`` names the replica."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if not settings.REPLICAS:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.turns = cycle(settings.REPLICAS)
        #: Alias of a database → when its rest ends (monotonic clock).
        self.resting: dict[str, float] = {}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request, from a replica if possible."""
        replica = self.replica_for(request)
        if replica is None:
            return self.get_response(request)
        request.replica = replica  # type: ignore[attr-defined]
        request.primary = connections[DEFAULT_DB_ALIAS]  # type: ignore[attr-defined]
        with reading_from(connections[replica]):
            response = self.get_response(request)
        if request.replica:  # type: ignore[attr-defined]
            response["Server-Timing"] = f'db;desc="{replica}"'
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """Answer from the primary if the replica failed while it answered."""
        replica = getattr(request, "replica", None)
        match = request.resolver_match
        if replica is None or match is None or not isinstance(exception, _FAILURES):
            return None
        if (cause := unavailable(exception)) and cause.reason == "too_slow":
            # The replica works: the query would take as long on the primary.
            return None
        self.rest(replica, exception)
        request.replica = None  # type: ignore[attr-defined]
        with reading_from(request.primary):  # type: ignore[attr-defined]
            response: Any = match.func(request, *match.args, **match.kwargs)
            answer: HttpResponseBase = response.render() if hasattr(response, "render") else response
        return answer

    def replica_for(self, request: HttpRequest) -> str | None:
        """Return the replica from which a request is answered; ``None`` for the primary."""
        if not is_of_a_reader(request):
            return None
        current = self.state_of_primary()
        for replica in (next(self.turns) for _ in settings.REPLICAS):
            if self.rests(replica):
                continue
            try:
                state = public_state(replica)
            except _FAILURES as error:
                self.rest(replica, error)
                continue
            if current is None or state == current:
                return replica
        return None

    def state_of_primary(self) -> PublicState | None:
        """Return the public state in the primary; ``None`` if it cannot be reached."""
        if self.rests(DEFAULT_DB_ALIAS):
            return None
        try:
            return public_state()
        except _FAILURES as error:
            self.rest(DEFAULT_DB_ALIAS, error)
            return None

    def rests(self, alias: str) -> bool:
        """Whether a database failed less than :data:`REST` seconds ago."""
        return self.resting.get(alias, 0.0) > time.monotonic()

    def rest(self, alias: str, error: Exception) -> None:
        """Close the connection to a database that failed, and do not query it for :data:`REST` seconds."""
        logger.warning("The database %s does not answer, and is not queried for %s seconds: %s", alias, REST, error)
        connections[alias].close()
        self.resting[alias] = time.monotonic() + REST


@contextmanager
def reading_from(connection: Any) -> Iterator[None]:
    """Send every query of the default connection to another connection while the context lasts."""
    default = connections[DEFAULT_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS] = connection
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = default
