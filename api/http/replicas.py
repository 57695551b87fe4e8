"""Public answers from replicas of the database, where one has everything that the primary has.

What is public changes only with the head of the ledger, so that one row by its key tells whether a replica has it all:
an answer of one that lags behind, or does not answer, is made from the primary instead. Who is signed in or has a token
is always answered from the primary, and so reads what they have written. If the primary cannot be reached the replicas
go on answering what they have.
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

#: Seconds for which a replica is not asked again after it has failed.
REST: Final = 5.0
_FAILURES: Final = (OperationalError, InterfaceError)


class ReplicaMiddleware:
    """Answers public requests from the replicas in turn; the header ``Server-Timing`` names the one that was asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if not settings.REPLICAS:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.turns = cycle(settings.REPLICAS)
        #: Database → the moment until which it rests.
        self.resting: dict[str, float] = {}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request, from a replica where that is right."""
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
        """Answer from the primary after all where the replica has failed meanwhile."""
        replica = getattr(request, "replica", None)
        match = request.resolver_match
        if replica is None or match is None or not isinstance(exception, _FAILURES):
            return None
        if (cause := unavailable(exception)) and cause.reason == "too_slow":
            # The replica is well: what took it too long would take the primary as long.
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
        wanted = self.state_of_primary()
        for replica in (next(self.turns) for _ in settings.REPLICAS):
            if self.rests(replica):
                continue
            try:
                state = public_state(replica)
            except _FAILURES as error:
                self.rest(replica, error)
                continue
            if wanted is None or state == wanted:
                return replica
        return None

    def state_of_primary(self) -> PublicState | None:
        """Return the state that an answer must have; ``None`` if the primary does not tell."""
        if self.rests(DEFAULT_DB_ALIAS):
            return None
        try:
            return public_state()
        except _FAILURES as error:
            self.rest(DEFAULT_DB_ALIAS, error)
            return None

    def rests(self, alias: str) -> bool:
        """Whether a database has just failed."""
        return self.resting.get(alias, 0.0) > time.monotonic()

    def rest(self, alias: str, error: Exception) -> None:
        """Let a database that has failed rest for a while."""
        logger.warning("The database %s does not answer, and rests for %s seconds: %s", alias, REST, error)
        connections[alias].close()
        self.resting[alias] = time.monotonic() + REST


@contextmanager
def reading_from(there: Any) -> Iterator[None]:
    """Let every query within, however it is asked, go to another connection than the default one."""
    before = connections[DEFAULT_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS] = there
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = before
