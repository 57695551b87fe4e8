"""Hash passwords with Argon2 in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Final

from django.contrib.auth.hashers import Argon2PasswordHasher

from sanctions.exceptions import HashingBusy

#: Hashes that a process computes at once, each in `memory_cost` of memory.
AT_ONCE: Final = 2
#: Seconds to wait for a place: many times the duration of one hash.
_WAIT: Final = 5.0
_places: Final = BoundedSemaphore(AT_ONCE)


class BoundedArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2id with the minimum parameters that OWASP recommends: 19 MiB, two passes, one lane.

    Hashes with other parameters still verify, and are replaced when their owner signs in. Raises :class:`HashingBusy`
    if too many are computed at once.
    """

    memory_cost = 19 * 1024
    time_cost = 2
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        """Return the hash of a password."""
        with _place():
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        """Return whether a hash is that of a password."""
        with _place():
            return super().verify(password, encoded)


@contextmanager
def _place() -> Iterator[None]:
    if not _places.acquire(timeout=_WAIT):
        raise HashingBusy
    try:
        yield
    finally:
        _places.release()
