"""Where the real files are, and the mark of tests that need them."""

import os
from pathlib import Path
from typing import Final

import pytest

_NAMED: Final = os.environ.get("SANCTIONS_DATA", "")
#: Public records as they were published. They stay out of the repository.
REAL: Final = Path(_NAMED or Path(__file__).resolve().parents[3] / "shared" / "data")
REAL_ARE_MISSING: Final = f"The real files are not at {REAL} (SANCTIONS_DATA)."

if _NAMED and not REAL.is_dir():
    raise pytest.UsageError(REAL_ARE_MISSING)

needs_real = pytest.mark.skipif(not REAL.is_dir(), reason=REAL_ARE_MISSING)
