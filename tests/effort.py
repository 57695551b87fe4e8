"""The number of examples of property tests: all of them locally, a share in CI."""

import os
from typing import Final

#: The profile of hypothesis that is chosen: ``local``, or ``ci``, which has two databases and half an hour.
PROFILE: Final = os.environ.get("HYPOTHESIS_PROFILE", "local")
#: The share of the examples that CI tries, and the fewest.
_SHARE: Final = 0.2
_FEWEST: Final = 3


def examples(usual: int) -> int:
    """Return how many examples of a property are tried: ``usual``, or a fifth of them in CI."""
    return usual if PROFILE != "ci" else max(_FEWEST, round(usual * _SHARE))
