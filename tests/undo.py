"""Roll back what a test wrote, so that the examples of a property test do not see each other."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def undone() -> Iterator[None]:
    """Roll back what the block writes."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
