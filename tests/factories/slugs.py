"""Names that no other row of the test has."""

from itertools import count
from typing import Final

_NUMBERS: Final = count(1)


def unused(noun: str) -> str:
    """Return a slug that no factory has returned before."""
    return f"{noun}-{next(_NUMBERS)}"
